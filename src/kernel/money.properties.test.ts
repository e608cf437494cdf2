import fc from 'fast-check';
import { expect } from 'vitest';
import { property } from '../../test/support/properties.ts';
import { currencyCodes, exponentOf } from './currencies.ts';
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
} from './money.ts';

const currency = fc.constantFrom(...currencyCodes());
const minor = fc.bigInt({ min: -MAX_MINOR, max: MAX_MINOR });
const small = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
const amount = fc.record({ minor, currency });

property('money: an amount as text has the decimals of its currency and is read again', [amount], (value) => {
  const text = formatAmount(value);
  expect(text.split('.')[1]?.length ?? 0).toBe(exponentOf(value.currency));
  expect(parseMoney(text, value.currency)).toEqual(value);
});

property('money: over the wire and back is the same', [amount], (value) => {
  expect(fromWire(JSON.parse(JSON.stringify(toWire(value))))).toEqual(value);
});

property('money: reckoning is that of whole numbers', [small, small, currency], (a, b, code) => {
  const [left, right] = [money(a, code), money(b, code)];
  expect(add(left, right).minor).toBe(a + b);
  expect(subtract(left, right)).toEqual(add(left, negate(right)));
  expect(absolute(left).minor).toBe(a < 0n ? -a : a);
  expect(equalMoney(left, right)).toBe(a === b);
  expect(isZero(subtract(left, left))).toBe(true);
});

property(
  'money: a sum is the same in any order and grouping',
  [fc.array(small), fc.nat(), currency],
  (all, at, code) => {
    const values = all.map((one) => money(one, code));
    const cut = at % (values.length + 1);
    const parts = [sumMoney(values.slice(cut), code), sumMoney(values.slice(0, cut), code)];
    expect(sumMoney(parts, code)).toEqual(sumMoney(values, code));
    expect(sumMoney(values.toReversed(), code)).toEqual(sumMoney(values, code));
  },
);

property(
  'money: a decimal finer than the currency is refused, never rounded',
  [fc.nat({ max: 10 ** 7 }), currency, fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 9 })],
  (whole, code, deeper, digit) => {
    const fraction = '0'.repeat(exponentOf(code) + deeper - 1);
    expect(() => parseMoney(`${whole}.${fraction}${digit}`, code)).toThrow(RangeError);
    expect(parseMoney(`${whole}.${fraction}0`, code)).toEqual(parseMoney(String(whole), code));
  },
);

property('money: what no column holds is refused, on the way in and by adding', [minor, currency], (value, code) => {
  const rest = MAX_MINOR - (value < 0n ? -value : value);
  const edge = absolute(money(value, code));
  expect(add(edge, money(rest, code)).minor).toBe(MAX_MINOR);
  expect(() => add(edge, add(money(rest, code), money(1n, code)))).toThrow(RangeError);
});

property('money: text is an amount only when it is plain decimal', [fc.string({ maxLength: 12 })], (text) => {
  let read: bigint | null = null;
  try {
    read = parseMoney(text, 'USD').minor;
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
  }
  if (read !== null) expect(Number(text) * 100).toBeCloseTo(Number(read), 0);
});
