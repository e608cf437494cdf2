import { allocate } from '../../../kernel/allocate.ts';
import { isZero, type Money, subtract, zero } from '../../../kernel/money.ts';
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

/** The tax inside a part of a sale: the part's share of the sale's tax, exact for the whole. */
export function shareOfTax(part: Money, gross: Money, tax: Money): Money {
  if (isZero(tax) || isZero(gross)) return zero(part.currency);
  return allocate(part, [subtract(gross, tax).minor, tax.minor])[1]!;
}

export function isReason(value: Money | Reason): value is Reason {
  return 'code' in value;
}
