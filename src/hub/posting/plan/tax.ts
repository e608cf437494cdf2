import { isZero, type Money, money, zero } from '../../../kernel/money.ts';
import { divideHalfEven } from '../../../kernel/ratio.ts';
import type { PairSettings } from '../../mapping/index.ts';
import type { Reason } from './types.ts';

/** The tax to book, or why it cannot be known. Tax is never guessed. */
export function taxToBook(tax: Money | null, gross: Money, settings: PairSettings): Money | Reason {
  if (tax !== null) return tax;
  if (settings.taxUnknown === 'none') return zero(gross.currency);
  return {
    code: 'posting.tax_unknown',
    detail: 'The source does not say how much tax is in the amount. Nothing was posted.',
  };
}

/** A sale of which parts are paid or given back one after the other. */
interface WholeSale {
  readonly gross: Money;
  readonly tax: Money;
}

/**
 * The tax inside a part of a sale: the difference of two running shares, half to even, so that the shares of all parts
 * sum to the tax exactly. `before` is the sum of the parts before this one, in the part's currency.
 */
export function shareOfTax(part: Money, before: Money, { gross, tax }: WholeSale): Money {
  if (isZero(tax) || isZero(gross)) return zero(part.currency);
  const upTo = (minor: bigint) => divideHalfEven(tax.minor * minor, gross.minor);
  return money(upTo(before.minor + part.minor) - upTo(before.minor), part.currency);
}

export function isReason(value: Money | Reason): value is Reason {
  return 'code' in value;
}
