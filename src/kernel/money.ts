import { assert } from './assert.ts';
import { exponentOf } from './currencies.ts';

/** An exact amount: whole minor units of one currency (cents of USD, millisatoshi of BTC). */
export interface Money {
  readonly minor: bigint;
  readonly currency: string;
}

/** Money as it crosses any border of ours: decimal text, never a JSON number. */
export interface WireMoney {
  readonly amount: string;
  readonly currency: string;
}

/** Largest magnitude that a `bigint` column holds. */
export const MAX_MINOR = 2n ** 63n - 1n;

const DECIMAL = /^(-?)(\d{1,30})(?:\.(\d{1,30}))?$/;

export function money(minor: bigint, currency: string): Money {
  exponentOf(currency);
  if (minor > MAX_MINOR || minor < -MAX_MINOR) throw new RangeError(`amount out of range: ${minor} minor units`);
  return { minor, currency };
}

export function zero(currency: string): Money {
  return money(0n, currency);
}

/**
 * Reads decimal text such as `-19.9`. Throws RangeError when the text is no plain decimal or has more significant
 * decimals than the currency: rounding is a decision that the caller must take in the open.
 */
export function parseMoney(amount: string, currency: string): Money {
  const match = DECIMAL.exec(amount);
  if (!match) throw new RangeError(`not a decimal amount: ${JSON.stringify(amount.slice(0, 40))}`);
  const exponent = exponentOf(currency);
  const fraction = match[3] ?? '';
  if (/[1-9]/.test(fraction.slice(exponent))) {
    throw new RangeError(`${amount} has more than the ${exponent} decimals of ${currency}`);
  }
  const minor = BigInt(match[2]! + fraction.slice(0, exponent).padEnd(exponent, '0'));
  return money(match[1] === '-' ? -minor : minor, currency);
}

/** Decimal text with exactly the currency's decimals: `19.90`, `-0.05`, `1000` (JPY). */
export function formatAmount({ minor, currency }: Money): string {
  const exponent = exponentOf(currency);
  const digits = (minor < 0n ? -minor : minor).toString().padStart(exponent + 1, '0');
  const sign = minor < 0n ? '-' : '';
  if (exponent === 0) return sign + digits;
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

export function toWire(value: Money): WireMoney {
  return { amount: formatAmount(value), currency: value.currency };
}

export function fromWire(wire: WireMoney): Money {
  return parseMoney(wire.amount, wire.currency);
}

export function add(a: Money, b: Money): Money {
  assertSameCurrency(a, b);
  return money(a.minor + b.minor, a.currency);
}

export function subtract(a: Money, b: Money): Money {
  assertSameCurrency(a, b);
  return money(a.minor - b.minor, a.currency);
}

export function negate(value: Money): Money {
  return money(-value.minor, value.currency);
}

export function absolute(value: Money): Money {
  return value.minor < 0n ? negate(value) : value;
}

export function isZero(value: Money): boolean {
  return value.minor === 0n;
}

export function equalMoney(a: Money, b: Money): boolean {
  return a.currency === b.currency && a.minor === b.minor;
}

/** Sum of amounts that all are in `currency`; zero for none. */
export function sumMoney(values: readonly Money[], currency: string): Money {
  return values.reduce(add, zero(currency));
}

function assertSameCurrency(a: Money, b: Money): void {
  assert(a.currency === b.currency, `cannot mix ${a.currency} and ${b.currency}`);
}
