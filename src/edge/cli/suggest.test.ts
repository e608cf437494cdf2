import { expect, test } from 'vitest';
import { distance, suggest } from './suggest.ts';

test.each([
  ['', '', 0],
  ['sync', 'sync', 0],
  ['snyc', 'sync', 1],
  ['syn', 'sync', 1],
  ['syync', 'sync', 1],
  ['sink', 'sync', 2],
  ['', 'sync', 4],
])('from %j to %j it takes %i changes', (a, b, changes) => {
  expect(distance(a, b)).toBe(changes);
  expect(distance(b, a)).toBe(changes);
});

test('the nearest word is suggested, and none that has nothing to do with it', () => {
  expect(suggest('--form', ['--from', '--format', '--to'])).toBe('--from');
  expect(suggest('--xyzzy', ['--from', '--to'])).toBeNull();
  expect(suggest('--t', ['--a'])).toBe('--a');
  expect(suggest('', [])).toBeNull();
});
