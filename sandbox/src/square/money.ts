import { type Decimal, decimal, divide, multiply } from '../core/decimal.ts';

/** Minor units of a currency; Square carries an int64, this provider takes what a double holds exactly. */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}

export function money(amount: number, currency: string): Money {
  if (!Number.isSafeInteger(amount)) throw new RangeError(`amount must be whole minor units, not ${amount}`);
  return { amount, currency };
}

function whole(amount: number): Decimal {
  return { units: BigInt(amount), scale: 0 };
}

/** A percentage (decimal text) of an amount, half a minor unit to the even one, as Square rounds. */
export function percentOf(amount: number, percent: string): number {
  return Number(divide(multiply(whole(amount), decimal(percent)), whole(100), 0, 'half-even').units);
}

/** A unit price times a quantity (decimal text), rounded as Square does. */
export function timesQuantity(amount: number, quantity: string): number {
  return Number(divide(multiply(whole(amount), decimal(quantity)), whole(1), 0, 'half-even').units);
}

/** The part of an amount that a tax of that percentage is included in. */
export function includedIn(amount: number, percent: string): number {
  const rate = decimal(percent);
  const base: Decimal = { units: 100n * 10n ** BigInt(rate.scale) + rate.units, scale: rate.scale };
  return Number(divide(multiply(whole(amount), rate), base, 0, 'half-even').units);
}

/** Splits a total by weights without losing a minor unit: what rounding leaves goes to the last weight. */
export function apportion(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  if (sum === 0) return weights.map(() => 0);
  const shares = weights.map((weight) => Number((BigInt(total) * BigInt(weight)) / BigInt(sum)));
  const last = weights.findLastIndex((weight) => weight > 0);
  shares[last] = (shares[last] ?? 0) + total - shares.reduce((all, share) => all + share, 0);
  return shares;
}

export function sumOf(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0);
}
