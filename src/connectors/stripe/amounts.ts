import { exponentOf } from '../../kernel/currencies.ts';
import { type Money, money } from '../../kernel/money.ts';

/**
 * How many decimals Stripe's integers carry where that is not two (docs.stripe.com/currencies, read 2026-11-20). It is
 * not ISO 4217: MGA is sent whole although it has two decimals, ISK and UGX with two although they have none.
 */
const WHOLE = new Set('BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' '));
const THREE_DECIMALS = new Set(['BHD', 'JOD', 'KWD', 'OMR', 'TND']);
const SENT_WITH_TWO = new Set(['ISK', 'UGX']);

/**
 * An integer of Stripe in one of its lower-case currencies. Throws RangeError for a currency whose unit at Stripe is
 * not documented, and for an amount finer than the currency itself: both would be a wrong amount.
 */
export function stripeMoney(minor: bigint, currency: string): Money {
  const code = currency.toUpperCase();
  const shift = exponentOf(code) - stripeExponent(code);
  if (shift >= 0) return money(minor * 10n ** BigInt(shift), code);
  const divisor = 10n ** BigInt(-shift);
  if (minor % divisor !== 0n) throw new RangeError(`${minor} is no whole ${code}`);
  return money(minor / divisor, code);
}

function stripeExponent(code: string): number {
  if (WHOLE.has(code)) return 0;
  if (THREE_DECIMALS.has(code)) return 3;
  if (SENT_WITH_TWO.has(code) || exponentOf(code) === 2) return 2;
  throw new RangeError(`Stripe documents no minor unit of ${code}`);
}
