import { describe, expect, test } from 'vitest';
import { AssertionFailed } from './assert.ts';
import { isCurrency } from './currencies.ts';
import { add, equalMoney, formatAmount, MAX_MINOR, money, parseMoney, subtract, sumMoney, zero } from './money.ts';

describe('amounts as text', () => {
  test.each([
    [1990n, 'USD', '19.90'],
    [-5n, 'USD', '-0.05'],
    [0n, 'USD', '0.00'],
    [1000n, 'JPY', '1000'],
    [-7n, 'JPY', '-7'],
    [1n, 'KWD', '0.001'],
    [100_000_000_001n, 'BTC', '1.00000000001'],
  ])('%s minor units of %s are %s', (minor, code, text) => {
    expect(formatAmount(money(minor, code))).toBe(text);
  });

  test.each([
    ['19.9', 1990n],
    ['19', 1900n],
    ['019.90', 1990n],
    ['19.9000', 1990n],
    ['-0', 0n],
  ])('%s USD are read as %s cents', (text, minor) => {
    expect(parseMoney(text, 'USD').minor).toBe(minor);
  });

  test.each(['', '.5', '5.', '1,000.00', '1e3', '+1', ' 1', '1 ', '0x1', 'NaN', '--1', '1.2.3', '９'])(
    '%j is no amount',
    (text) => {
      expect(() => parseMoney(text, 'USD')).toThrow(RangeError);
    },
  );

  test('more decimals than the currency has are refused, never rounded', () => {
    expect(() => parseMoney('0.005', 'USD')).toThrow(/2 decimals of USD/);
    expect(() => parseMoney('0.5', 'JPY')).toThrow(RangeError);
  });

  test('an amount that no column holds is refused', () => {
    expect(parseMoney('92233720368547758.07', 'USD').minor).toBe(MAX_MINOR);
    expect(() => parseMoney('92233720368547758.08', 'USD')).toThrow(/out of range/);
    expect(() => money(-MAX_MINOR - 1n, 'USD')).toThrow(/out of range/);
  });

  test('a currency that nobody knows has no amounts', () => {
    expect(isCurrency('usd')).toBe(false);
    expect(isCurrency('toString')).toBe(false);
    expect(() => zero('XXX')).toThrow(/unknown currency/);
  });
});

describe('reckoning', () => {
  test('a sum of nothing is zero of its currency', () => {
    expect(sumMoney([], 'JPY')).toEqual({ minor: 0n, currency: 'JPY' });
  });

  test('two currencies are never mixed', () => {
    const [usd, eur] = [money(1n, 'USD'), money(1n, 'EUR')];
    expect(() => add(usd, eur)).toThrow(AssertionFailed);
    expect(() => subtract(usd, eur)).toThrow('cannot mix USD and EUR');
    expect(equalMoney(usd, eur)).toBe(false);
  });
});
