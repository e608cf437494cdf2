import { type Money, money } from './money.ts';

/**
 * Splits an amount by weights so that the parts sum to the whole, by largest remainder; among equal remainders the
 * earlier part gets the unit. Weights are not negative and not all zero.
 */
export function allocate(whole: Money, weights: readonly bigint[]): Money[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  if (total <= 0n || weights.some((weight) => weight < 0n)) throw new RangeError('weights must be positive');
  const sign = whole.minor < 0n ? -1n : 1n;
  const size = whole.minor * sign;
  const shares = weights.map((weight) => (size * weight) / total);
  const remainders = weights.map((weight) => (size * weight) % total);
  const byRemainder = weights.map((_, index) => index).sort((a, b) => compareRemainders(remainders, a, b));
  const missing = size - shares.reduce((sum, share) => sum + share, 0n);
  for (const index of byRemainder.slice(0, Number(missing))) shares[index] = shares[index]! + 1n;
  return shares.map((share) => money(share * sign, whole.currency));
}

function compareRemainders(remainders: readonly bigint[], a: number, b: number): number {
  if (remainders[a] === remainders[b]) return a - b;
  return remainders[a]! > remainders[b]! ? -1 : 1;
}
