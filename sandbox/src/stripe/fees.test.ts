import { describe, expect, test } from 'vitest';
import { chargeFee, convert, feeTotal } from './fees.ts';
import { DEFAULT_FEE } from './settings.ts';

describe('the fee of a charge', () => {
  test.each([
    [10_825, 344],
    [50_000, 1_480],
    [1, 30],
    [50, 31],
    [99_999_999, 2_900_030],
  ])('on %i is %i: 2.9 percent and 30, half up', (amount, fee) => {
    expect(feeTotal(chargeFee(amount, 'usd', DEFAULT_FEE))).toBe(fee);
  });

  test('may carry tax of its own', () => {
    const details = chargeFee(10_000, 'eur', { percentBps: 150, fixedMinor: 25, taxBps: 2_000 });
    expect(details.map(({ type, amount }) => [type, amount])).toEqual([
      ['stripe_fee', 175],
      ['tax', 35],
    ]);
  });
});

describe('conversion', () => {
  test('is exact where doubles are not, and rounds half up', () => {
    expect(convert(5_000, '1.0837')).toBe(5_419);
    expect(convert(150, '1.01')).toBe(152);
    expect(convert(9_007_199_254_740, '1.000000000001')).toBe(9_007_199_254_749);
  });
});
