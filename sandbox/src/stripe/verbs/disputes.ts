import type { StripeContext } from '../context.ts';
import { convert, feeDetail } from '../fees.ts';
import { addEntry } from '../ledger.ts';
import { type Dispute, newDispute } from '../objects/dispute.ts';
import { need } from './lookup.ts';

/** Stripe's dispute fee in the United States, in cents. */
const DISPUTE_FEE = 1_500;

export interface OpenDisputeInput {
  readonly at: number;
  readonly charge: string;
  /** Minor units of the charge's currency; the whole charge when missing. */
  readonly amount?: number;
  readonly fee?: number;
  readonly reason?: string;
  /** An inquiry: nothing is withdrawn yet. */
  readonly warning?: boolean;
}

/** A customer's bank takes the money back: amount and fee leave the balance in one row. */
export function openDispute(context: StripeContext, input: OpenDisputeInput): Dispute {
  const charge = need(context.state.tables.charges, input.charge);
  const dispute = context.state.tables.disputes.add(
    newDispute({
      id: context.state.newId('disputes'),
      created: input.at,
      amount: input.amount ?? charge.amount,
      charge,
      reason: input.reason ?? 'fraudulent',
      status: input.warning ? 'warning_needs_response' : 'needs_response',
    }),
  );
  charge.disputed = true;
  if (!input.warning) withdraw(context, dispute, input.at, input.fee ?? DISPUTE_FEE);
  context.emit('charge.dispute.created', input.at, dispute);
  if (!input.warning) context.emit('charge.dispute.funds_withdrawn', input.at, dispute);
  return dispute;
}

/** In settlement currency, at the rate of the charge. */
function settledAmount(
  context: StripeContext,
  dispute: Dispute,
): { amount: number; currency: string; rate: number | null } {
  const charge = need(context.state.tables.charges, dispute.charge);
  const entry = need(context.state.tables.balanceTransactions, charge.balance_transaction ?? '');
  const rate = entry.exchange_rate;
  return {
    amount: rate === null ? dispute.amount : convert(dispute.amount, String(rate)),
    currency: entry.currency,
    rate,
  };
}

function withdraw(context: StripeContext, dispute: Dispute, at: number, fee: number): void {
  const settled = settledAmount(context, dispute);
  const entry = addEntry(context, {
    at,
    type: 'adjustment',
    category: 'dispute',
    amount: -settled.amount,
    currency: settled.currency,
    fees: fee > 0 ? [feeDetail('stripe_fee', fee, settled.currency, 'Dispute fee')] : [],
    source: dispute.id,
    description: `Chargeback withdrawal for ${dispute.charge}`,
    exchangeRate: settled.rate,
  });
  dispute.balance_transactions.push(entry.id);
}

export interface CloseDisputeInput {
  readonly at: number;
  readonly dispute: string;
}

export interface WinDisputeInput extends CloseDisputeInput {
  readonly feeReturned?: boolean;
}

/** The money comes back in a row of its own, sometimes with the fee. */
export function winDispute(context: StripeContext, input: WinDisputeInput): Dispute {
  const dispute = needOpen(context, input.dispute);
  const withdrawal = need(context.state.tables.balanceTransactions, dispute.balance_transactions[0] ?? '');
  const returned = input.feeReturned ? withdrawal.fee : 0;
  const entry = addEntry(context, {
    at: input.at,
    type: 'adjustment',
    category: 'dispute_reversal',
    amount: -withdrawal.amount,
    currency: withdrawal.currency,
    fees: returned > 0 ? [feeDetail('stripe_fee', -returned, withdrawal.currency, 'Dispute fee refund')] : [],
    source: dispute.id,
    description: `Chargeback reversal for ${dispute.charge}`,
    exchangeRate: withdrawal.exchange_rate,
  });
  dispute.balance_transactions.push(entry.id);
  const closed = setStatus(context, input, 'won');
  context.emit('charge.dispute.funds_reinstated', input.at, closed);
  return closed;
}

/** Only the status changes: the money left when the dispute was opened. */
export function loseDispute(context: StripeContext, input: CloseDisputeInput): Dispute {
  return setStatus(context, input, 'lost');
}

/** An inquiry ends without a chargeback. */
export function closeWarning(context: StripeContext, input: CloseDisputeInput): Dispute {
  return setStatus(context, input, 'warning_closed');
}

/** The merchant has sent evidence; the bank decides. */
export function answerDispute(context: StripeContext, input: CloseDisputeInput): Dispute {
  const dispute = needOpen(context, input.dispute);
  const previous = { status: dispute.status };
  dispute.status = dispute.status.startsWith('warning_') ? 'warning_under_review' : 'under_review';
  dispute.evidence_details.has_evidence = true;
  dispute.evidence_details.submission_count += 1;
  context.emit('charge.dispute.updated', input.at, dispute, { previous });
  return dispute;
}

const FINAL = new Set(['won', 'lost', 'warning_closed', 'prevented']);

function needOpen(context: StripeContext, id: string): Dispute {
  const dispute = need(context.state.tables.disputes, id);
  if (FINAL.has(dispute.status)) throw new Error(`${dispute.id} is already ${dispute.status}`);
  return dispute;
}

function setStatus(context: StripeContext, input: CloseDisputeInput, status: string): Dispute {
  const dispute = needOpen(context, input.dispute);
  const previous = { status: dispute.status };
  dispute.status = status;
  context.emit('charge.dispute.closed', input.at, dispute, { previous });
  return dispute;
}
