import { describe, expect, test } from 'vitest';
import { toWire } from '../../kernel/money.ts';
import { stripeMoney } from './amounts.ts';

describe('an integer of Stripe', () => {
  test.each([
    [1_050n, 'usd', '10.50'],
    [-1_050n, 'eur', '-10.50'],
    [500n, 'jpy', '500'],
    [500n, 'mga', '500.00'],
    [500n, 'isk', '5'],
    [500n, 'ugx', '5'],
    [5_120n, 'kwd', '5.120'],
    [4_500n, 'huf', '45.00'],
    [80_000n, 'twd', '800.00'],
    [9_007_199_254_740_993n, 'usd', '90071992547409.93'],
  ])('%i in %s is %s', (minor, currency, amount) => {
    expect(toWire(stripeMoney(minor, currency))).toEqual({ amount, currency: currency.toUpperCase() });
  });

  test('is refused when it is finer than its currency', () => {
    expect(() => stripeMoney(150n, 'isk')).toThrow(RangeError);
  });

  test('is refused in a currency whose unit at Stripe is not documented', () => {
    for (const currency of ['iqd', 'clf', 'btc', 'zzz', ''])
      expect(() => stripeMoney(1n, currency)).toThrow(RangeError);
  });
});
