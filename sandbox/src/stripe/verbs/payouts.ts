import { addBusinessDays, startOfDay } from '../../core/calendar.ts';
import { BASE62, derivedText } from '../../core/ids.ts';
import type { StripeContext } from '../context.ts';
import { feeDetail } from '../fees.ts';
import { addEntry, balanceOf } from '../ledger.ts';
import type { BalanceTransaction } from '../objects/balance-transaction.ts';
import { newPayout, type Payout } from '../objects/payout.ts';
import { need } from './lookup.ts';

/** Bank transfers arrive on the next working day. */
const TRANSIT_BUSINESS_DAYS = 1;

export interface PayoutDueInput {
  readonly at: number;
  readonly currency?: string;
}

/**
 * The automatic payout of a day: everything that is available and in no payout yet, refunds and rows of other payouts
 * included. Negative when the balance owes Stripe money; null when there is nothing to move.
 */
export function payoutDue(context: StripeContext, input: PayoutDueInput): Payout | null {
  const currency = input.currency ?? context.settings.currency;
  const rows = unpaidRows(context, currency, input.at);
  const amount = rows.reduce((sum, row) => sum + row.net, 0);
  if (amount === 0) return null;
  const payout = addPayout(context, { at: input.at, amount, currency, automatic: true, method: 'standard', fee: 0 });
  for (const row of rows) context.state.payoutOf.set(row.id, payout.id);
  context.state.payoutOf.set(payout.balance_transaction, payout.id);
  return payout;
}

function unpaidRows(context: StripeContext, currency: string, at: number): BalanceTransaction[] {
  return context.state.tables.balanceTransactions
    .all()
    .filter(
      (row) =>
        row.currency === currency &&
        row.balance_type === 'payments' &&
        row.created <= at &&
        row.available_on <= at &&
        !context.state.payoutOf.has(row.id),
    );
}

interface PayoutPlan {
  readonly at: number;
  readonly amount: number;
  readonly currency: string;
  readonly automatic: boolean;
  readonly method: 'standard' | 'instant';
  readonly fee: number;
}

function addPayout(context: StripeContext, plan: PayoutPlan): Payout {
  const id = context.state.newId('payouts');
  const entry = addEntry(context, {
    at: plan.at,
    type: 'payout',
    category: 'payout',
    amount: -plan.amount,
    currency: plan.currency,
    fees: plan.fee > 0 ? [feeDetail('stripe_fee', plan.fee, plan.currency, 'Instant payout fee')] : [],
    source: id,
    description: 'STRIPE PAYOUT',
  });
  const payout = newPayout({
    id,
    created: plan.at,
    arrivalDate: plan.method === 'instant' ? startOfDay(plan.at) : addBusinessDays(plan.at, TRANSIT_BUSINESS_DAYS),
    amount: plan.amount,
    currency: plan.currency,
    automatic: plan.automatic,
    method: plan.method,
    destination: `ba_1${derivedText(BASE62, 23, context.state.seed, 'bank', plan.currency)}`,
    balanceTransaction: entry.id,
  });
  context.state.tables.payouts.add(payout);
  context.emit('payout.created', plan.at, payout);
  return payout;
}

export interface ManualPayoutInput {
  readonly at: number;
  /** Minor units, positive. */
  readonly amount: number;
  readonly currency?: string;
  readonly method?: 'standard' | 'instant';
  /** Taken from the balance on top of the amount; Stripe asks it for instant payouts. */
  readonly fee?: number;
}

/** A payout of a chosen amount; an instant one reaches pending money too. Stripe does not say which charges it paid out. */
export function manualPayout(context: StripeContext, input: ManualPayoutInput): Payout {
  const currency = input.currency ?? context.settings.currency;
  const fee = input.fee ?? 0;
  const method = input.method ?? 'standard';
  const { available, pending } = balanceOf(context, currency, input.at);
  const reach = method === 'instant' ? available + pending : available;
  if (input.amount <= 0 || input.amount + fee > reach) {
    throw new Error(`cannot pay out ${input.amount} with a fee of ${fee}: ${reach} ${currency} can be paid out`);
  }
  return addPayout(context, { at: input.at, amount: input.amount, currency, automatic: false, method, fee });
}

/** Moves every payout as far as it has come by that second: pending, in transit, paid. */
export function advancePayouts(context: StripeContext, at: number): void {
  for (const payout of context.state.tables.payouts.all()) {
    if (payout.created >= at) continue;
    if (payout.status === 'pending') sendToBank(context, payout, Math.min(at, payout.created + TRANSIT_SECONDS));
    if (payout.status === 'in_transit' && payout.arrival_date <= at) {
      arrive(context, payout, Math.max(payout.arrival_date, payout.created + 2 * TRANSIT_SECONDS));
    }
  }
}

/** A new payout goes to the bank within the hour. */
const TRANSIT_SECONDS = 3_600;

function sendToBank(context: StripeContext, payout: Payout, at: number): void {
  payout.status = 'in_transit';
  context.emit('payout.updated', at, payout, { previous: { status: 'pending' } });
  if (!payout.automatic) return;
  payout.reconciliation_status = 'completed';
  context.emit('payout.reconciliation_completed', at, payout);
}

function arrive(context: StripeContext, payout: Payout, at: number): void {
  payout.status = 'paid';
  payout.trace_id = { status: 'supported', value: derivedText('0123456789', 15, payout.id) };
  context.emit('payout.paid', at, payout);
}

export interface FailPayoutInput {
  readonly at: number;
  readonly payout: string;
  readonly code?: string;
  readonly message?: string;
}

/** The bank refuses the money, sometimes days after the payout was reported as paid. It returns to the balance. */
export function failPayout(context: StripeContext, input: FailPayoutInput): Payout {
  return giveBack(context, input, { status: 'failed', type: 'payout_failure', description: 'PAYOUT FAILURE' });
}

/** A payout that has not left yet is called back. */
export function cancelPayout(context: StripeContext, input: FailPayoutInput): Payout {
  const payout = need(context.state.tables.payouts, input.payout);
  if (payout.status !== 'pending') throw new Error(`${payout.id} is ${payout.status} and cannot be canceled`);
  return giveBack(context, input, { status: 'canceled', type: 'payout_cancel', description: 'PAYOUT CANCEL' });
}

interface GiveBack {
  readonly status: 'failed' | 'canceled';
  readonly type: string;
  readonly description: string;
}

function giveBack(context: StripeContext, input: FailPayoutInput, how: GiveBack): Payout {
  const payout = need(context.state.tables.payouts, input.payout);
  if (payout.status === 'failed' || payout.status === 'canceled') throw new Error(`${payout.id} is ${payout.status}`);
  payout.failure_balance_transaction = addEntry(context, {
    at: input.at,
    type: how.type,
    category: 'payout_reversal',
    amount: payout.amount,
    currency: payout.currency,
    source: payout.id,
    description: how.description,
  }).id;
  const previous = { status: payout.status };
  payout.status = how.status;
  if (how.status === 'failed') {
    payout.failure_code = input.code ?? 'account_closed';
    payout.failure_message = input.message ?? 'The bank account has been closed.';
  }
  context.emit('payout.updated', input.at, payout, { previous });
  context.emit(`payout.${how.status}`, input.at, payout);
  return payout;
}
