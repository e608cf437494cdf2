import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AssertionFailed } from './assert.ts';
import { currencyCodes, exponentOf, isCurrency } from './currencies.ts';
import {
  absolute,
  add,
  equalMoney,
  formatAmount,
  fromWire,
  isZero,
  MAX_MINOR,
  money,
  negate,
  parseMoney,
  subtract,
  sumMoney,
  toWire,
  zero,
} from './money.ts';

const currency = fc.constantFrom(...currencyCodes());
const amount = fc.record({ minor: fc.bigInt({ min: -MAX_MINOR, max: MAX_MINOR }), currency });

describe('amounts as text', () => {
  test.each(currencyCodes())('%s: what is written is read again, with as many decimals as the currency has', (code) => {
    fc.assert(
      fc.property(fc.bigInt({ min: -MAX_MINOR, max: MAX_MINOR }), (minor) => {
        const text = formatAmount(money(minor, code));
        expect(text.split('.')[1]?.length ?? 0).toBe(exponentOf(code));
        expect(parseMoney(text, code)).toEqual({ minor, currency: code });
      }),
      { numRuns: 50 },
    );
  });

  test('over the wire and back is the same, in every currency', () => {
    fc.assert(
      fc.property(amount, (value) => {
        expect(fromWire(toWire(value))).toEqual(value);
      }),
      { numRuns: 1_000 },
    );
  });

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
  test('it is that of whole numbers', () => {
    const small = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
    fc.assert(
      fc.property(small, small, currency, (a, b, code) => {
        const [left, right] = [money(a, code), money(b, code)];
        expect(add(left, right).minor).toBe(a + b);
        expect(subtract(left, right)).toEqual(add(left, negate(right)));
        expect(absolute(left).minor).toBe(a < 0n ? -a : a);
        expect(equalMoney(left, right)).toBe(a === b);
        expect(isZero(subtract(left, left))).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

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
