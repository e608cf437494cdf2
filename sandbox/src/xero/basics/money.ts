import { Decimal, percentOf } from '../../core/exact/decimal.ts';

/** Cents as the JSON number Xero writes. */
export function money(minor: bigint): Decimal {
  return Decimal.fromMinor(minor);
}

/** A number rounded half away from zero at so many decimals. */
export function roundTo(value: Decimal, decimals: number): Decimal {
  if (value.scale <= decimals) return value;
  const shifted = new Decimal(value.units, value.scale - decimals + 2);
  return new Decimal(shifted.toMinor(), decimals);
}

/** The tax on an amount without it. */
export function taxOnTop(net: bigint, percent: Decimal): bigint {
  return percentOf(net, percent);
}

/** The tax inside an amount: gross × rate ÷ (100 + rate), half a cent away from zero. */
export function taxInside(gross: bigint, percent: Decimal): bigint {
  const divisor = 100n * 10n ** BigInt(percent.scale) + percent.units;
  const product = gross * percent.units;
  const half = divisor / 2n;
  return product < 0n ? -((-product + half) / divisor) : (product + half) / divisor;
}

/** Cents as text with two decimals. */
export function amountText(minor: bigint): string {
  const digits = (minor < 0n ? -minor : minor).toString().padStart(3, '0');
  return `${minor < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
