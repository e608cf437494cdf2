import type { SquareContext } from '../context.ts';
import { addEntry } from '../ledger.ts';
import { money } from '../money.ts';
import type { Payment } from '../objects/payment.ts';
import { iso } from '../render.ts';
import { momentOf, need } from './lookup.ts';
import { type PaymentMoment, paymentChanged } from './payments.ts';

/** The payment begins to show its fee, if it does not yet. */
export function showFee(context: SquareContext, payment: Payment, at: number): void {
  const fee = payment.fees[0];
  if (fee === undefined || payment.show.processing_fee !== undefined) return;
  payment.show.processing_fee = [
    { effective_at: iso(fee.at), type: 'INITIAL', amount_money: money(fee.amount, context.settings.currency) },
  ];
  paymentChanged(context, payment, at);
}

/** The fee arrives now, before its time. */
export function feeArrives(context: SquareContext, input: PaymentMoment): Payment {
  const payment = need(context.state.tables.payments, input.payment);
  showFee(context, payment, momentOf(input));
  return payment;
}

/** Square corrects a fee afterwards; a negative amount gives some of it back. */
export function adjustFee(context: SquareContext, input: PaymentMoment & { readonly amount: number }): Payment {
  const at = momentOf(input);
  const payment = need(context.state.tables.payments, input.payment);
  if (payment.fees.length === 0) throw new Error(`${payment.id} has no fee`);
  showFee(context, payment, at);
  payment.fees.push({ at, amount: input.amount });
  payment.show.processing_fee = [
    ...(payment.show.processing_fee ?? []),
    { effective_at: iso(at), type: 'ADJUSTMENT', amount_money: money(input.amount, context.settings.currency) },
  ];
  addEntry(context, {
    at,
    location: payment.show.location_id,
    type: 'FEE',
    gross: 0,
    fee: input.amount,
    details: { payment_id: payment.id },
  });
  paymentChanged(context, payment, at);
  return payment;
}
