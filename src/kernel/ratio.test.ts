import { describe, expect, test } from 'vitest';
import { money } from './money.ts';
import { addRatios, convert, divideHalfEven, exactConversion, parseRatio } from './ratio.ts';

describe('rounding half to even', () => {
  test.each([
    [5n, 2n, 2n],
    [7n, 2n, 4n],
    [-5n, 2n, -2n],
    [-7n, 2n, -4n],
    [5n, -2n, -2n],
    [1n, 3n, 0n],
    [2n, 3n, 1n],
    [-2n, 3n, -1n],
    [1n, 2n, 0n],
    [3n, 2n, 2n],
    [0n, 7n, 0n],
  ])('%s / %s is %s', (numerator, denominator, expected) => {
    expect(divideHalfEven(numerator, denominator)).toBe(expected);
  });
});

describe('rates', () => {
  test.each([
    ['64392.23', 6_439_223n, 100n],
    ['1e-8', 1n, 100_000_000n],
    ['2.5e3', 2_500n, 1n],
    ['-0.5', -5n, 10n],
    ['007', 7n, 1n],
  ])('%s is exact', (text, numerator, denominator) => {
    expect(parseRatio(text)).toEqual({ numerator, denominator });
  });

  test.each(['', '1.', '.1', '1/2', 'Infinity', '1e100', '1,5', ' 1'])('%j is no rate', (text) => {
    expect(() => parseRatio(text)).toThrow(RangeError);
  });

  test.each([
    // 0.00251 BTC at 50,200.00 are 126.002.
    [251_000_000n, 'BTC', 'USD', '50200', 12_600n],
    // A half cent goes to the even cent: 0.125 and 0.135.
    [125n, 'KWD', 'USD', '1', 12n],
    [135n, 'KWD', 'USD', '1', 14n],
    [100n, 'USD', 'JPY', '149.5', 150n],
    [100n, 'USD', 'JPY', '150.5', 150n],
    [1n, 'JPY', 'USD', '0.0066', 1n],
    [-125n, 'KWD', 'USD', '1', -12n],
  ] as const)('%s minor units of %s in %s at %s', (minor, from, to, rate, expected) => {
    expect(convert(money(minor, from), to, parseRatio(rate))).toEqual({ minor: expected, currency: to });
  });

  test('what is summed before rounding is rounded once', () => {
    const half = exactConversion(money(5n, 'KWD'), 'USD', parseRatio('1'));
    const sum = addRatios(addRatios(half, half), half);
    expect(divideHalfEven(sum.numerator, sum.denominator)).toBe(2n);
  });
});
