import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allocate } from './allocate.ts';
import { money, sumMoney } from './money.ts';

const whole = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
const weights = fc
  .array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 12 })
  .filter((all) => all.some((weight) => weight > 0n));

const parts = (minor: bigint, by: readonly bigint[]) => allocate(money(minor, 'USD'), by).map((part) => part.minor);

describe('splitting by weights', () => {
  test('the parts sum to the whole', () => {
    fc.assert(
      fc.property(whole, weights, (minor, by) => {
        expect(sumMoney(allocate(money(minor, 'USD'), by), 'USD').minor).toBe(minor);
      }),
      { numRuns: 1_000 },
    );
  });

  test('each part is its exact share, rounded up or down', () => {
    fc.assert(
      fc.property(whole, weights, (minor, by) => {
        const total = by.reduce((sum, weight) => sum + weight, 0n);
        parts(minor, by).forEach((part, i) => {
          const distance = part * total - minor * by[i]!;
          expect(distance > -total && distance < total).toBe(true);
        });
      }),
      { numRuns: 1_000 },
    );
  });

  test('no part is rounded up while one with a larger remainder is rounded down', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), weights, (minor, by) => {
        const total = by.reduce((sum, weight) => sum + weight, 0n);
        const remainders = by.map((weight) => (minor * weight) % total);
        const up = parts(minor, by).map((part, i) => part > (minor * by[i]!) / total);
        const smallestUp = remainders.filter((_, i) => up[i]).reduce((a, b) => (b < a ? b : a), total);
        remainders.forEach((remainder, i) => {
          if (!up[i]) expect(remainder <= smallestUp).toBe(true);
        });
      }),
      { numRuns: 1_000 },
    );
  });

  test('a negative whole is split like the positive one', () => {
    fc.assert(
      fc.property(whole, weights, (minor, by) => {
        expect(parts(-minor, by)).toEqual(parts(minor, by).map((part) => -part));
      }),
      { numRuns: 1_000 },
    );
  });

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
