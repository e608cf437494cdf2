import { exponentOf } from './currencies.ts';
import { type Money, money } from './money.ts';

/** An exact fraction; the denominator is positive. */
export interface Ratio {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const DECIMAL = /^(-?)(\d{1,40})(?:\.(\d{1,40}))?(?:[eE]([+-]?\d{1,2}))?$/;

/** Decimal text of any precision (`64392.23`, `1e-8`) as an exact fraction. Throws RangeError for anything else. */
export function parseRatio(text: string): Ratio {
  const match = DECIMAL.exec(text);
  if (!match) throw new RangeError(`not a decimal number: ${JSON.stringify(text.slice(0, 40))}`);
  const fraction = match[3] ?? '';
  const shift = Number(match[4] ?? '0') - fraction.length;
  const digits = BigInt(`${match[1]}${match[2]}${fraction}`);
  return shift >= 0
    ? { numerator: digits * 10n ** BigInt(shift), denominator: 1n }
    : { numerator: digits, denominator: 10n ** BigInt(-shift) };
}

/** Division to the nearest whole, ties to the even neighbour. */
export function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  const sign = numerator < 0n !== denominator < 0n ? -1n : 1n;
  const n = numerator < 0n ? -numerator : numerator;
  const d = denominator < 0n ? -denominator : denominator;
  const quotient = n / d;
  const twice = (n % d) * 2n;
  const up = twice > d || (twice === d && quotient % 2n === 1n);
  return sign * (up ? quotient + 1n : quotient);
}

/** `rate` units of `to` for one unit of the amount's currency, rounded once, half to even. */
export function convert(amount: Money, to: string, rate: Ratio): Money {
  const { numerator, denominator } = exactConversion(amount, to, rate);
  return money(divideHalfEven(numerator, denominator), to);
}

/** The same before rounding, in minor units of `to`: for sums that must be rounded once at the end. */
export function exactConversion(amount: Money, to: string, rate: Ratio): Ratio {
  const scale = exponentOf(to) - exponentOf(amount.currency);
  const numerator = amount.minor * rate.numerator * (scale > 0 ? 10n ** BigInt(scale) : 1n);
  const denominator = rate.denominator * (scale < 0 ? 10n ** BigInt(-scale) : 1n);
  return { numerator, denominator };
}

export function addRatios(a: Ratio, b: Ratio): Ratio {
  return {
    numerator: a.numerator * b.denominator + b.numerator * a.denominator,
    denominator: a.denominator * b.denominator,
  };
}
