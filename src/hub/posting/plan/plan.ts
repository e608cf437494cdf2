import { unreachable } from '../../../kernel/assert.ts';
import { add, formatAmount, type Money, subtract, zero } from '../../../kernel/money.ts';
import { balanceEffect } from '../../../model/balance-effect.ts';
import { planAdjustment, planReserve } from './adjustment.ts';
import { planBitcoinPayment } from './bitcoin.ts';
import { AmountMismatch, clearing, RoleMissing } from './build.ts';
import { planCharge } from './charge.ts';
import { planDisputeLost, planDisputeOpened, planDisputeWon } from './dispute.ts';
import { planFee } from './fee.ts';
import { planInvoice } from './invoice.ts';
import { feesOf, planPayout, planPayoutReversed } from './payout.ts';
import { planRefund, planRefundFailed } from './refund.ts';
import type { PlanInput, PlannedPosting, PlanOutcome } from './types.ts';

/**
 * What one fact becomes in one ledger: pure, total, and the same for the same input. Anything that cannot be posted
 * is a wait with the reason, never an exception and never nothing.
 */
export function plan(input: PlanInput): PlanOutcome {
  try {
    const outcome = recipeFor(input);
    if (outcome.kind === 'post') assertExact(input, outcome.postings);
    return outcome;
  } catch (error) {
    if (error instanceof RoleMissing)
      return waitFor('posting.account_role_missing', `${error.message}. Nothing was posted.`);
    if (error instanceof AmountMismatch)
      return waitFor('posting.amount_mismatch', `${error.message}. Nothing was posted.`);
    if (error instanceof RangeError)
      return waitFor('posting.currency_unsupported', `${error.message}. Nothing was posted.`);
    throw error;
  }
}

function waitFor(
  code: 'posting.account_role_missing' | 'posting.amount_mismatch' | 'posting.currency_unsupported',
  detail: string,
): PlanOutcome {
  return { kind: 'wait', reason: { code, detail } };
}

function recipeFor(input: PlanInput): PlanOutcome {
  const { fact } = input;
  switch (fact.kind) {
    case 'charge':
      return planCharge({ ...input, fact });
    case 'refund':
      return planRefund({ ...input, fact });
    case 'refund_failed':
      return planRefundFailed({ ...input, fact });
    case 'fee':
      return planFee({ ...input, fact });
    case 'dispute_opened':
      return planDisputeOpened({ ...input, fact });
    case 'dispute_won':
      return planDisputeWon({ ...input, fact });
    case 'dispute_lost':
      return planDisputeLost({ ...input, fact });
    case 'payout':
      return planPayout({ ...input, fact });
    case 'payout_reversed':
      return planPayoutReversed({ ...input, fact });
    case 'payout_items':
      return { kind: 'ignore', because: 'It says what a payout is made of; the payout itself is posted.' };
    case 'reserve':
      return planReserve({ ...input, fact });
    case 'adjustment':
      return planAdjustment({ ...input, fact });
    case 'invoice':
      return planInvoice({ ...input, fact });
    case 'bitcoin_payment':
      return planBitcoinPayment({ ...input, fact });
    default:
      return unreachable(fact, 'kind of fact');
  }
}

/**
 * The exactness gate: what the postings do to the clearing account is what the source did to its balance, in minor
 * units. Fees booked with the payout are counted there.
 */
function assertExact(input: PlanInput, postings: readonly PlannedPosting[]): void {
  const { fact, settings } = input;
  const effect = balanceEffect(fact);
  if (effect === null || fact.kind === 'bitcoin_payment') return;
  const currency = effect.movement.currency;
  const onClearing = sumOn(postings, clearing(currency), currency);
  const expected =
    settings.feeDetail === 'payout'
      ? expectedWithPayoutFees(input, effect.movement)
      : subtract(effect.movement, effect.fees);
  if (onClearing.minor !== expected.minor) {
    throw new AmountMismatch(
      `${fact.kind} ${fact.source.objectId}: entries move ${formatAmount(onClearing)} ${currency}, the source ${formatAmount(expected)}`,
    );
  }
}

function expectedWithPayoutFees(input: PlanInput, movement: Money): Money {
  const { fact, context } = input;
  if (fact.kind !== 'payout') return movement;
  const currency = movement.currency;
  const own = fact.fees.map((fee) => fee.amount).reduce(add, zero(currency));
  const members = fact.itemised
    ? context.openFees
        .flatMap((open) => feesOf(open.fact))
        .map((fee) => fee.amount)
        .reduce(add, zero(currency))
    : zero(currency);
  return subtract(subtract(movement, own), members);
}

function sumOn(postings: readonly PlannedPosting[], role: string, currency: string): Money {
  return postings
    .flatMap((posting) => posting.entry.filter((line) => line.role === role).map((line) => line.amount))
    .reduce(add, zero(currency));
}
