import { describe, expect, test } from 'vitest';
import { gather } from './gather.ts';
import { readOptions } from './options.ts';

const here = {
  cpu: 'Some processor',
  cores: 2,
  memory: 24,
  os: 'Linux 6',
  node: '24.1.0',
  commit: 'abc1234',
  date: '2026-11-20T12:00:00.000Z',
};
const CANARIES = '{"canaries":[{"name":"fees are not planned","found":true,"seed":3}]}';

describe('what the suites printed', () => {
  test('is kept with the circumstances; what was not named was not recorded', () => {
    const { date, commit, machine, canaries, simulation, fuzz } = gather({ canaries: 'c.json' }, () => CANARIES, here);
    expect({ date, commit }).toEqual({ date: here.date, commit: 'abc1234' });
    expect(machine).toEqual({ cpu: 'Some processor', cores: 2, memory: 24, os: 'Linux 6', node: '24.1.0' });
    expect(canaries?.canaries).toEqual([{ name: 'fees are not planned', found: true, seed: 3 }]);
    expect([simulation, fuzz]).toEqual([null, null]);
  });

  test.each([
    ['> counterfoil\n{}', 'c.json is no JSON'],
    ['null', 'c.json is empty'],
    ['{"canaries":[{"name":"x","found":true}]}', 'c.json is not what its suite prints: canaries.0.seed: '],
    ['[]', 'c.json is not what its suite prints: the whole: '],
  ])('%j is refused, naming the file and the place', (text, message) => {
    expect(() => gather({ canaries: 'c.json' }, () => text, here)).toThrow(message);
  });
});

describe('the command line', () => {
  test('names parts by their options', () => {
    expect(readOptions(['--simulation-postgres', 'b.json', '--net=e.json'])).toEqual({
      kind: 'run',
      options: { simulationPostgres: 'b.json', net: 'e.json' },
    });
  });

  test.each([
    [[], 'name at least one file: --simulation, '],
    [['--simulations', 'a.json'], '--simulations'],
    [['--crash'], '--crash'],
    [['a.json'], 'a.json'],
  ])('%j is refused', (words, problem) => {
    expect(readOptions(words)).toMatchObject({ kind: 'refused', problem: expect.stringContaining(problem) });
  });

  test('--help is no mistake', () => {
    expect(readOptions(['--help'])).toEqual({ kind: 'help' });
  });
});
