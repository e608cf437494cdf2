import { expect, test } from 'vitest';
import { readOptions } from './options.ts';

test('without options a hundred seeds in memory', () => {
  expect(readOptions([])).toMatchObject({
    kind: 'run',
    options: { seeds: 100, from: 1, seed: null, store: 'memory', canaries: false },
  });
});

test('canaries have two thousand seeds each', () => {
  expect(readOptions(['--canaries'])).toMatchObject({ options: { seeds: 2_000, canaries: true } });
  expect(readOptions(['--canary', 'x'])).toMatchObject({ options: { canary: 'x', canaries: true } });
});

test.each([
  [['--seeds', 'x'], '--seeds must be a whole number, not x'],
  [['--minutes', '0'], '--minutes must be a whole number, not 0'],
  [['--store', 'disk'], '--store must be memory or postgres, not disk'],
  [['--canaries', '--store', 'postgres'], '--canaries runs over the store in memory only'],
  [['--sneeds', '3'], "Unknown option '--sneeds'"],
])('refuses %j and says why', (words, problem) => {
  expect(readOptions(words)).toMatchObject({ kind: 'refused', problem: expect.stringContaining(problem) });
});

test('asks for its help', () => {
  expect(readOptions(['--help'])).toEqual({ kind: 'help' });
});
