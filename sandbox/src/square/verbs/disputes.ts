import type { SquareContext } from '../context.ts';
import { addEntry } from '../ledger.ts';
import { money } from '../money.ts';
import type { Dispute, DisputeState } from '../objects/dispute.ts';
import { changed, fresh } from '../objects/kept.ts';
import { reachesBalance } from '../objects/payment.ts';
import { iso, render } from '../render.ts';
import { momentOf, need } from './lookup.ts';
import type { PaymentMoment } from './payments.ts';

/** A seller has two weeks to answer. */
const ANSWER_MS = 14 * 86_400_000;

export interface DisputeInput extends PaymentMoment {
  /** The whole payment when missing. */
  readonly amount?: number;
  readonly reason?: string;
  /** The bank only asks: no money moves until it becomes a chargeback. */
  readonly inquiry?: boolean;
}

/** The customer's bank takes the money back, or asks first. */
export function openDispute(context: SquareContext, input: DisputeInput): Dispute {
  const at = momentOf(input);
  const { settings, state } = context;
  const payment = need(state.tables.payments, input.payment);
  if (!reachesBalance(payment.kind) || payment.show.status !== 'COMPLETED') {
    throw new Error(`${payment.id} cannot be disputed`);
  }
  const id = state.newId('disputes');
  const dispute = state.tables.disputes.add({
    ...fresh(id, at),
    moves: [],
    show: {
      dispute_id: id,
      amount_money: money(input.amount ?? payment.show.total_money.amount, settings.currency),
      reason: input.reason ?? 'NO_KNOWLEDGE',
      state: input.inquiry === true ? 'INQUIRY_EVIDENCE_REQUIRED' : 'EVIDENCE_REQUIRED',
      due_at: iso(at + ANSWER_MS),
      disputed_payment: { payment_id: payment.id },
      card_brand: 'VISA',
      brand_dispute_id: state.newId('uids'),
      reported_at: iso(at),
      location_id: payment.show.location_id,
    },
  });
  if (input.inquiry !== true) move(context, dispute, at, 'OPEN_DISPUTE', -dispute.show.amount_money.amount);
  announce(context, dispute, at, 'dispute.created');
  return dispute;
}

function announce(context: SquareContext, dispute: Dispute, at: number, type: string): void {
  context.emit(type, at, { type: 'dispute', id: dispute.id, object: { dispute: render(dispute) } });
}

function move(context: SquareContext, dispute: Dispute, at: number, type: string, amount: number): void {
  dispute.moves.push({ at, amount: -amount });
  addEntry(context, {
    at,
    location: dispute.show.location_id,
    type,
    gross: amount,
    details: { payment_id: dispute.show.disputed_payment.payment_id, dispute_id: dispute.id },
  });
}

export interface DisputeMoment {
  readonly at: number;
  readonly dispute: string;
}

const NEXT: Readonly<Partial<Record<DisputeState, readonly DisputeState[]>>> = {
  INQUIRY_EVIDENCE_REQUIRED: ['INQUIRY_PROCESSING', 'INQUIRY_CLOSED', 'EVIDENCE_REQUIRED'],
  INQUIRY_PROCESSING: ['INQUIRY_CLOSED', 'EVIDENCE_REQUIRED'],
  EVIDENCE_REQUIRED: ['PROCESSING', 'ACCEPTED', 'LOST'],
  PROCESSING: ['WON', 'LOST'],
};

export function canBecome(dispute: Dispute, state: DisputeState): boolean {
  return NEXT[dispute.show.state]?.includes(state) === true;
}

function become(context: SquareContext, input: DisputeMoment, state: DisputeState): { dispute: Dispute; at: number } {
  const at = momentOf(input);
  const dispute = need(context.state.tables.disputes, input.dispute);
  if (!canBecome(dispute, state)) throw new Error(`${dispute.id} is ${dispute.show.state}`);
  dispute.show.state = state;
  if (!state.endsWith('EVIDENCE_REQUIRED')) delete dispute.show.due_at;
  changed(dispute, at);
  return { dispute, at };
}

function finish(context: SquareContext, { dispute, at }: { dispute: Dispute; at: number }): Dispute {
  announce(context, dispute, at, 'dispute.state.updated');
  return dispute;
}

/** The seller sends evidence. */
export function answerDispute(context: SquareContext, input: DisputeMoment): Dispute {
  const isInquiry = need(context.state.tables.disputes, input.dispute).show.state === 'INQUIRY_EVIDENCE_REQUIRED';
  return finish(context, become(context, input, isInquiry ? 'INQUIRY_PROCESSING' : 'PROCESSING'));
}

/** The bank's question leads to nothing. */
export function closeInquiry(context: SquareContext, input: DisputeMoment): Dispute {
  return finish(context, become(context, input, 'INQUIRY_CLOSED'));
}

/** The bank's question becomes a chargeback: now the money goes. */
export function escalateInquiry(context: SquareContext, input: DisputeMoment): Dispute {
  const done = become(context, input, 'EVIDENCE_REQUIRED');
  done.dispute.show.due_at = iso(done.at + ANSWER_MS);
  move(context, done.dispute, done.at, 'OPEN_DISPUTE', -done.dispute.show.amount_money.amount);
  return finish(context, done);
}

/** The bank sides with the seller: the money comes back. */
export function winDispute(context: SquareContext, input: DisputeMoment): Dispute {
  const done = become(context, input, 'WON');
  move(context, done.dispute, done.at, 'DISPUTE', done.dispute.show.amount_money.amount);
  return finish(context, done);
}

export function loseDispute(context: SquareContext, input: DisputeMoment): Dispute {
  return finish(context, become(context, input, 'LOST'));
}

/** The seller does not contest it. */
export function acceptDispute(context: SquareContext, input: DisputeMoment): Dispute {
  return finish(context, become(context, input, 'ACCEPTED'));
}
