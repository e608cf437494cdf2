import { describe, expect, test } from 'vitest';
import { DEFAULT_ROUNDS, readCommandLine } from './options.ts';

const read = (...words: string[]) => readCommandLine(words, 7);

describe('the command line', () => {
  test('without words is the usual number of rounds with the seed that is at hand', () => {
    expect(read()).toEqual({ kind: 'run', options: { rounds: DEFAULT_ROUNDS, seed: 7, json: false } });
  });

  test('takes every option, also with an equals sign', () => {
    const options = { rounds: 300, seed: 0, json: true };
    expect(read('--rounds', '300', '--seed=0', '--json')).toEqual({ kind: 'run', options });
  });

  test.each([
    [['--rounds', 'x'], '--rounds must be a whole number from 1 to 50000, not "x"'],
    [['--rounds', '0'], '--rounds must be a whole number from 1 to 50000, not "0"'],
    [['--rounds', '1e3'], '--rounds must be a whole number from 1 to 50000, not "1e3"'],
    [['--rounds'], '--rounds must be a whole number from 1 to 50000, nothing follows it'],
    [['--seed=-1'], '--seed must be a whole number from 0 to 2147483647, not "-1"'],
    [['--round', '3'], '--round is no option: there are --rounds, --seed, --json and --help'],
  ])('%j is refused, naming the option', (words, problem) => {
    const refused = read(...words);
    expect(refused.kind === 'refused' && refused.problems[0]).toBe(problem);
  });

  test('names every mistake at once', () => {
    const refused = read('--rounds', 'x', '--seed', 'y', '--fast');
    expect(refused.kind === 'refused' && refused.problems).toHaveLength(3);
  });

  test('asked for help it does nothing else', () => {
    expect(read('--rounds', 'x', '--help')).toEqual({ kind: 'help' });
  });
});
