/** Digits a decimal may have before it is refused: far above any price, far below what would slow the arithmetic. */
const MAX_DIGITS = 60;
const MINOR_SCALE = 2;
const GRAMMAR = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;

/** `JSON.rawJSON` lets a number leave as the exact text it has; the compiler's library does not know it yet. */
const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;

/**
 * A decimal number without binary rounding: `units / 10^scale`, kept without trailing zeros. QuickBooks sends and takes
 * amounts as JSON numbers, so every number of a request becomes one of these and leaves as the same text.
 */
export class Decimal {
  static readonly zero: Decimal = new Decimal(0n, 0);
  readonly units: bigint;
  readonly scale: number;

  constructor(units: bigint, scale: number) {
    let shortUnits = units;
    let shortScale = scale;
    while (shortScale > 0 && shortUnits % 10n === 0n) {
      shortUnits /= 10n;
      shortScale -= 1;
    }
    this.units = shortUnits;
    this.scale = shortScale;
  }

  /** Reads a JSON number (also with exponent); undefined when the text is none or is absurdly long. */
  static parse(text: string): Decimal | undefined {
    const match = GRAMMAR.exec(text);
    if (match === null) return undefined;
    const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
    const scale = fraction.length - Number(exponent);
    if (whole.length + fraction.length + Math.abs(scale) > MAX_DIGITS) return undefined;
    const digits = BigInt(`${sign}${whole}${fraction}`);
    return scale >= 0 ? new Decimal(digits, scale) : new Decimal(digits * 10n ** BigInt(-scale), 0);
  }

  static of(value: bigint | number): Decimal {
    return new Decimal(BigInt(value), 0);
  }

  /** From an amount in minor units (cents). */
  static fromMinor(amount: bigint): Decimal {
    return new Decimal(amount, MINOR_SCALE);
  }

  /** The amount in minor units, half a cent away from zero rounded up. */
  toMinor(): bigint {
    if (this.scale <= MINOR_SCALE) return this.units * 10n ** BigInt(MINOR_SCALE - this.scale);
    return divideHalfAwayFromZero(this.units, 10n ** BigInt(this.scale - MINOR_SCALE));
  }

  times(other: Decimal): Decimal {
    return new Decimal(this.units * other.units, this.scale + other.scale);
  }

  compare(other: Decimal): number {
    const scale = Math.max(this.scale, other.scale);
    const left = this.units * 10n ** BigInt(scale - this.scale);
    const right = other.units * 10n ** BigInt(scale - other.scale);
    if (left === right) return 0;
    return left < right ? -1 : 1;
  }

  toString(): string {
    if (this.scale === 0) return this.units.toString();
    const negative = this.units < 0n;
    const digits = (negative ? -this.units : this.units).toString().padStart(this.scale + 1, '0');
    const cut = digits.length - this.scale;
    return `${negative ? '-' : ''}${digits.slice(0, cut)}.${digits.slice(cut)}`;
  }

  /** Makes `JSON.stringify` write the exact digits as a JSON number. */
  toJSON(): unknown {
    return rawJson(this.toString());
  }
}

function divideHalfAwayFromZero(value: bigint, divisor: bigint): bigint {
  const half = divisor / 2n;
  return value < 0n ? -((-value + half) / divisor) : (value + half) / divisor;
}

/** `percent` of an amount in minor units, rounded half away from zero. */
export function percentOf(amount: bigint, percent: Decimal): bigint {
  return Decimal.fromMinor(amount)
    .times(new Decimal(percent.units, percent.scale + 2))
    .toMinor();
}

/** An amount in a foreign currency's minor units as home minor units at `rate` home units per foreign unit. */
export function atRate(amount: bigint, rate: Decimal): bigint {
  return Decimal.fromMinor(amount).times(rate).toMinor();
}
