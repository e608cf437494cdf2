/** An exact decimal number: `units` × 10^-`scale`. */
export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

/** More digits than any amount or rate needs; guards against a hostile exponent. */
const MAX_SCALE = 40;
const FORM = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;

/** Reads plain or exponent notation; null when the text is not a number or has more than 40 decimals. */
export function parseDecimal(text: string): Decimal | null {
  const match = FORM.exec(text.trim());
  if (!match) return null;
  const [, sign = '', whole = '0', fraction = '', exponent = '0'] = match;
  let units = BigInt(whole + fraction) * (sign === '-' ? -1n : 1n);
  let scale = fraction.length - Number(exponent);
  if (scale > MAX_SCALE || scale < -MAX_SCALE) return null;
  if (scale < 0) {
    units *= 10n ** BigInt(-scale);
    scale = 0;
  }
  return { units, scale };
}

/** As `parseDecimal`, for texts that are known to be numbers: throws otherwise. */
export function decimal(text: string): Decimal {
  const parsed = parseDecimal(text);
  if (!parsed) throw new Error(`not a decimal number: ${text}`);
  return parsed;
}

export const ZERO: Decimal = { units: 0n, scale: 0 };

function align(a: Decimal, b: Decimal): { a: bigint; b: bigint; scale: number } {
  const scale = Math.max(a.scale, b.scale);
  return { a: rescale(a, scale), b: rescale(b, scale), scale };
}

function rescale(value: Decimal, scale: number): bigint {
  return value.units * 10n ** BigInt(scale - value.scale);
}

export function add(a: Decimal, b: Decimal): Decimal {
  const same = align(a, b);
  return { units: same.a + same.b, scale: same.scale };
}

export function subtract(a: Decimal, b: Decimal): Decimal {
  const same = align(a, b);
  return { units: same.a - same.b, scale: same.scale };
}

export function multiply(a: Decimal, b: Decimal): Decimal {
  return { units: a.units * b.units, scale: a.scale + b.scale };
}

/** Negative, zero or positive as a is below, equal to or above b. */
export function compare(a: Decimal, b: Decimal): number {
  const same = align(a, b);
  return same.a < same.b ? -1 : same.a > same.b ? 1 : 0;
}

export type Rounding = 'up' | 'down' | 'half-even' | 'half-up';

function divideRounded(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  const negative = numerator < 0n !== denominator < 0n;
  const n = numerator < 0n ? -numerator : numerator;
  const d = denominator < 0n ? -denominator : denominator;
  const quotient = n / d;
  const twice = (n % d) * 2n;
  const away =
    rounding === 'up'
      ? twice > 0n
      : rounding === 'half-up'
        ? twice >= d
        : rounding === 'half-even' && (twice > d || (twice === d && quotient % 2n === 1n));
  const magnitude = away ? quotient + 1n : quotient;
  return negative ? -magnitude : magnitude;
}

/** The value at exactly `scale` decimals; `up` rounds away from zero, `down` towards it. */
export function round(value: Decimal, scale: number, rounding: Rounding): Decimal {
  if (value.scale <= scale) return { units: rescale(value, scale), scale };
  return { units: divideRounded(value.units, 10n ** BigInt(value.scale - scale), rounding), scale };
}

/** a ÷ b at `scale` decimals, rounded once. */
export function divide(a: Decimal, b: Decimal, scale: number, rounding: Rounding): Decimal {
  if (b.units === 0n) throw new Error('division by zero');
  const numerator = a.units * 10n ** BigInt(scale + b.scale);
  return { units: divideRounded(numerator, b.units * 10n ** BigInt(a.scale), rounding), scale };
}

/** All `scale` decimals are written, as `12.50`. */
export function format(value: Decimal): string {
  const digits = (value.units < 0n ? -value.units : value.units).toString().padStart(value.scale + 1, '0');
  const sign = value.units < 0n ? '-' : '';
  if (value.scale === 0) return sign + digits;
  return `${sign}${digits.slice(0, -value.scale)}.${digits.slice(-value.scale)}`;
}

/** Without trailing zeros, but with at least `minimum` decimals. */
export function formatShort(value: Decimal, minimum = 0): string {
  let { units, scale } = value.scale < minimum ? round(value, minimum, 'down') : value;
  while (scale > minimum && units % 10n === 0n) {
    units /= 10n;
    scale -= 1;
  }
  return format({ units, scale });
}
