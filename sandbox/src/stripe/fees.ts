import { type Decimal, decimal, multiply, round } from '../core/decimal.ts';
import type { FeeDetail } from './objects/balance-transaction.ts';
import type { FeeRule } from './settings.ts';

const BPS = 10_000n;

function shareOf(amount: number, bps: number): number {
  return Number((BigInt(amount) * BigInt(bps) * 2n + BPS) / (BPS * 2n));
}

/** Stripe's fee on an amount in settlement minor units, half a cent rounded up. */
export function chargeFee(amount: number, currency: string, rule: FeeRule): FeeDetail[] {
  const fee = shareOf(amount, rule.percentBps) + rule.fixedMinor;
  const details: FeeDetail[] = [];
  if (fee > 0) details.push(feeDetail('stripe_fee', fee, currency, 'Stripe processing fees'));
  const tax = shareOf(fee, rule.taxBps);
  if (tax > 0) details.push(feeDetail('tax', tax, currency, 'VAT'));
  return details;
}

export function feeDetail(type: string, amount: number, currency: string, description: string): FeeDetail {
  return { amount, application: null, currency, description, type };
}

export function feeTotal(details: readonly FeeDetail[]): number {
  return details.reduce((sum, detail) => sum + detail.amount, 0);
}

/** Minor units in the settlement currency; both currencies have two decimals. Half a minor unit is rounded up. */
export function convert(amount: number, rate: string): number {
  const exact: Decimal = multiply({ units: BigInt(amount), scale: 0 }, decimal(rate));
  return Number(round(exact, 0, 'half-up').units);
}
