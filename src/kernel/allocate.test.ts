import { describe, expect, test } from 'vitest';
import { allocate } from './allocate.ts';
import { money } from './money.ts';

const parts = (minor: bigint, by: readonly bigint[]) => allocate(money(minor, 'USD'), by).map((part) => part.minor);

describe('splitting by weights', () => {
  test.each([
    [100n, [1n, 1n, 1n], [34n, 33n, 33n]],
    [5n, [3n, 7n], [2n, 3n]],
    [1n, [0n, 1n, 1n], [0n, 1n, 0n]],
    [-5n, [3n, 7n], [-2n, -3n]],
    [0n, [1n, 2n], [0n, 0n]],
  ])('%s by %s is %s', (minor, by, expected) => {
    expect(parts(minor, by)).toEqual(expected);
  });

  test.each([[[]], [[0n, 0n]], [[2n, -1n]]])('weights of %s are refused', (by) => {
    expect(() => parts(1n, by)).toThrow(RangeError);
  });
});
