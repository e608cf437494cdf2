import type { StripeContext } from '../context.ts';
import { convert } from '../fees.ts';
import { addEntry } from '../ledger.ts';
import type { Charge, Metadata } from '../objects/charge.ts';
import { newRefund, type Refund } from '../objects/refund.ts';
import { need } from './lookup.ts';

export interface RefundInput {
  readonly at: number;
  readonly charge: string;
  /** Minor units of the charge's currency; all that is left when missing. */
  readonly amount?: number;
  readonly reason?: string | null;
  readonly metadata?: Metadata;
  /** For a charge in another currency: the rate of the refund's day; the charge's own rate when missing. */
  readonly exchangeRate?: string;
}

/** Money back to the customer. Stripe keeps the fee of the charge, so the row's own fee is 0. */
export function refund(context: StripeContext, input: RefundInput): Refund {
  const original = need(context.state.tables.charges, input.charge);
  const left = original.amount - original.amount_refunded;
  const amount = input.amount ?? left;
  if (amount <= 0 || amount > left) throw new Error(`cannot refund ${amount} of ${original.id}: ${left} is left`);
  const made = context.state.tables.refunds.add(
    newRefund({
      id: context.state.newId('refunds'),
      created: input.at,
      amount,
      charge: original,
      reason: input.reason ?? null,
      metadata: input.metadata ?? {},
    }),
  );
  made.balance_transaction = addRefundEntry(context, input, original, made);
  const previous = { amount_refunded: original.amount_refunded, refunded: original.refunded };
  original.amount_refunded += amount;
  original.refunded = original.amount_refunded === original.amount;
  context.emit('refund.created', input.at, made);
  context.emit('charge.refunded', input.at, original, { previous });
  return made;
}

function addRefundEntry(context: StripeContext, input: RefundInput, original: Charge, made: Refund): string {
  const entry = context.state.tables.balanceTransactions.get(original.balance_transaction ?? '');
  if (!entry) throw new Error(`${original.id} never reached the balance`);
  const rate = input.exchangeRate ?? (entry.exchange_rate === null ? null : String(entry.exchange_rate));
  return addEntry(context, {
    at: input.at,
    type: 'refund',
    category: 'refund',
    amount: -(rate === null ? made.amount : convert(made.amount, rate)),
    currency: entry.currency,
    source: made.id,
    description: `REFUND FOR CHARGE${original.description ? ` (${original.description})` : ''}`,
    exchangeRate: rate === null ? null : Number(rate),
  }).id;
}

export interface FailRefundInput {
  readonly at: number;
  readonly refund: string;
  readonly reason?: string;
}

/** The customer's bank sent the money of a refund back, days after it had succeeded. */
export function failRefund(context: StripeContext, input: FailRefundInput): Refund {
  const failed = need(context.state.tables.refunds, input.refund);
  const entry = need(context.state.tables.balanceTransactions, failed.balance_transaction ?? '');
  if (failed.status !== 'succeeded') throw new Error(`${failed.id} is ${failed.status}`);
  failed.failure_balance_transaction = addEntry(context, {
    at: input.at,
    type: 'refund_failure',
    category: 'refund_failure',
    amount: -entry.amount,
    currency: entry.currency,
    source: failed.id,
    description: 'REFUND FAILURE',
    exchangeRate: entry.exchange_rate,
  }).id;
  failed.status = 'failed';
  failed.failure_reason = input.reason ?? 'expired_or_canceled_card';
  const original = need(context.state.tables.charges, failed.charge);
  original.amount_refunded -= failed.amount;
  original.refunded = false;
  context.emit('refund.updated', input.at, failed, { previous: { status: 'succeeded' } });
  context.emit('refund.failed', input.at, failed);
  return failed;
}
