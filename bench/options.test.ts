import { describe, expect, test } from 'vitest';
import { BENCH_NAMES, readOptions } from './options.ts';

const problemsOf = (...args: string[]) => {
  const read = readOptions(args);
  return read.kind === 'refused' ? read.problems.join('; ') : read.kind;
};

describe('the command line of the benchmarks', () => {
  test('takes one benchmark with three rounds', () => {
    expect(readOptions(['latency', '--json'])).toEqual({
      kind: 'run',
      options: { benches: ['latency'], all: false, json: true, rounds: 3, quick: false, save: false },
    });
  });

  test('takes all of them', () => {
    const read = readOptions(['all', '--rounds', '5', '--save']);
    expect(read).toMatchObject({ options: { benches: BENCH_NAMES, all: true, rounds: 5, save: true } });
  });

  test.each([
    [[], 'name a benchmark: webhooks, posting'],
    [['speed'], 'there is no benchmark speed'],
    [['idle', 'scale'], 'not also scale'],
    [['idle', '--fast'], '--fast is not an option'],
    [['idle', '--rounds', '0'], '--rounds must be a whole number from 1'],
    [['idle', '--rounds', 'many'], '--rounds must be'],
    [['idle', '--rounds'], '--rounds must be'],
    [['idle', '--json=yes'], '--json takes no value'],
    [['idle', '--save'], 'it goes with all'],
    [['all', '--save', '--quick'], 'not with --quick'],
  ])('refuses %j', (args, part) => {
    expect(problemsOf(...args)).toContain(part);
  });

  test('names every problem at once', () => {
    expect(problemsOf('speed', '--fast', '--rounds', '99').split('; ')).toHaveLength(3);
  });

  test('explains itself', () => {
    expect(readOptions(['--help']).kind).toBe('help');
  });
});
