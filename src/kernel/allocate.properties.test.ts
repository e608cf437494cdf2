import fc from 'fast-check';
import { expect } from 'vitest';
import { property } from '../../test/support/properties.ts';
import { allocate } from './allocate.ts';
import { money, sumMoney } from './money.ts';

const whole = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
const positive = fc.bigInt({ min: 0n, max: 10n ** 15n });
const weights = fc
  .array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 12 })
  .filter((all) => all.some((weight) => weight > 0n));

const parts = (minor: bigint, by: readonly bigint[]) => allocate(money(minor, 'USD'), by).map((part) => part.minor);

property('allocation: the parts sum to the whole', [whole, weights], (minor, by) => {
  expect(sumMoney(allocate(money(minor, 'USD'), by), 'USD').minor).toBe(minor);
});

property('allocation: each part is its exact share, rounded up or down', [whole, weights], (minor, by) => {
  const total = by.reduce((sum, weight) => sum + weight, 0n);
  parts(minor, by).forEach((part, i) => {
    const distance = part * total - minor * by[i]!;
    expect(distance > -total && distance < total).toBe(true);
  });
});

property('allocation: who has the larger remainder gets the unit first', [positive, weights], (minor, by) => {
  const total = by.reduce((sum, weight) => sum + weight, 0n);
  const remainders = by.map((weight) => (minor * weight) % total);
  const up = parts(minor, by).map((part, i) => part > (minor * by[i]!) / total);
  const smallestUp = remainders.filter((_, i) => up[i]).reduce((a, b) => (b < a ? b : a), total);
  remainders.forEach((remainder, i) => {
    if (!up[i]) expect(remainder <= smallestUp).toBe(true);
  });
});

property('allocation: a negative whole is split like the positive one', [whole, weights], (minor, by) => {
  expect(parts(-minor, by)).toEqual(parts(minor, by).map((part) => -part));
});

property(
  'allocation: only the proportion of the weights matters',
  [whole, weights, fc.integer({ min: 1, max: 999 })],
  (minor, by, factor) => {
    expect(
      parts(
        minor,
        by.map((weight) => weight * BigInt(factor)),
      ),
    ).toEqual(parts(minor, by));
  },
);

property('allocation: who has no weight gets nothing', [whole, weights, fc.nat()], (minor, by, at) => {
  const place = at % (by.length + 1);
  expect(parts(minor, by.toSpliced(place, 0, 0n))).toEqual(parts(minor, by).toSpliced(place, 0, 0n));
});
