import { expect, test } from 'vitest';
import { isBusy } from './until-idle.ts';

const NOW = 1_000_000;
const resting = { isHeld: false, dueAt: NOW + 60_000, failures: 0, isOpen: false };

test.each([
  ['rests until its next poll', {}, false],
  ['rests though its poll comes soon', { dueAt: NOW + 1_000 }, false],
  ['is held by a worker', { isHeld: true }, true],
  ['is due', { dueAt: NOW }, true],
  ['has something to do soon', { isOpen: true, dueAt: NOW + 2_000 }, true],
  ['has something to do, but much later', { isOpen: true }, false],
  ['failed and is tried again soon', { failures: 3, dueAt: NOW + 8_000 }, true],
  ['fails again and again', { failures: 4, dueAt: NOW + 8_000, isOpen: true }, false],
] as const)('a connection that %s', (_what, change, busy) => {
  expect(isBusy({ ...resting, ...change }, NOW)).toBe(busy);
});
