import { unreachable } from '../../kernel/assert.ts';
import { balanceEffect } from '../../model/balance-effect.ts';
import type { PostedDocument } from '../../model/document.ts';
import type { Fact } from '../../model/facts.ts';
import type { Leg } from '../posting/index.ts';
import type { DatedFact } from './compare.ts';

/** From what was collected to what is left at the source, in the order in which a person reads it. */
export const WATERFALL_STEPS = ['gross', 'refunds', 'fees', 'fees_waiting', 'disputes', 'other', 'payouts'] as const;
export type WaterfallStep = (typeof WATERFALL_STEPS)[number];

export interface WaterfallRow {
  readonly step: WaterfallStep;
  readonly currency: string;
  /** Minor units, signed as they move the balance at the source. */
  readonly source: bigint;
  readonly ledger: bigint;
}

export interface WaterfallInput {
  readonly facts: readonly DatedFact[];
  /** Which leg each posting is, by its id. */
  readonly legs: ReadonlyMap<string, Leg>;
  readonly documents: readonly PostedDocument[];
  /** Ledger account → currency. */
  readonly accounts: ReadonlyMap<string, string>;
}

/** The source's figures beside the ledger's, step by step; documents of others count as `other`. */
export function waterfall(input: WaterfallInput): readonly WaterfallRow[] {
  const sums = new Map<string, { source: bigint; ledger: bigint }>();
  const at = (step: WaterfallStep, currency: string) => {
    const key = `${currency} ${step}`;
    const sum = sums.get(key) ?? { source: 0n, ledger: 0n };
    sums.set(key, sum);
    return sum;
  };
  for (const { fact, state, feesOn } of input.facts) {
    const effect = balanceEffect(fact);
    if (effect === null || state === 'ignored') continue;
    at(stepOfFact(fact), effect.movement.currency).source += effect.movement.minor;
    // Booked with the payout: until then they are at the source only.
    at(feesOn === null ? 'fees_waiting' : 'fees', effect.movement.currency).source -= effect.fees.minor;
  }
  for (const document of input.documents) {
    if (document.voided) continue;
    const leg = document.postingId === null ? undefined : input.legs.get(document.postingId);
    for (const { accountId, amount } of document.movements) {
      const currency = input.accounts.get(accountId);
      if (currency !== undefined) at(leg === undefined ? 'other' : stepOfLeg(leg), currency).ledger += amount.minor;
    }
  }
  const currencies = [...new Set([...sums.keys()].map((key) => key.split(' ')[0]!))].sort();
  return currencies.flatMap((currency) => WATERFALL_STEPS.map((step) => ({ step, currency, ...at(step, currency) })));
}

function stepOfFact(fact: Fact): WaterfallStep {
  switch (fact.kind) {
    case 'charge':
    case 'bitcoin_payment':
      return 'gross';
    case 'refund':
    case 'refund_failed':
      return 'refunds';
    case 'fee':
      return 'fees';
    case 'dispute_opened':
    case 'dispute_won':
    case 'dispute_lost':
      return 'disputes';
    case 'payout':
    case 'payout_reversed':
      return 'payouts';
    case 'reserve':
    case 'adjustment':
    case 'invoice':
    case 'payout_items':
      return 'other';
    default:
      return unreachable(fact, 'kind of fact');
  }
}

function stepOfLeg(leg: Leg): WaterfallStep {
  const first = leg.split('.')[0];
  if (first === 'receipt' || first === 'surplus' || first === 'value') return 'gross';
  if (first === 'refund' || first === 'refund_failed') return 'refunds';
  if (first === 'fee') return 'fees';
  if (first === 'payout' || first === 'payout_reversed') return 'payouts';
  return first === 'dispute' || first === 'dispute_won' || first === 'dispute_lost' ? 'disputes' : 'other';
}
