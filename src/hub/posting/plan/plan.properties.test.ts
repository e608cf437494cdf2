import { describe, expect } from 'vitest';
import { property } from '../../../../test/support/properties.ts';
import type { Money } from '../../../kernel/money.ts';
import { convert, parseRatio } from '../../../kernel/ratio.ts';
import { anyInput } from './fixtures/any.ts';
import { bookedBy, totalOf } from './fixtures/ledger-model.ts';
import { plan } from './plan.ts';
import type { PlanInput, PlannedPosting } from './types.ts';

function postingsOf(input: PlanInput): readonly PlannedPosting[] {
  const outcome = plan(input);
  return outcome.kind === 'post' ? outcome.postings : [];
}

/** Minor units by role; roles that come to nothing are left out. */
function byRole(entry: PlannedPosting['entry']): Readonly<Record<string, bigint>> {
  const sums = new Map<string, bigint>();
  for (const { role, amount } of entry) sums.set(role, (sums.get(role) ?? 0n) + amount.minor);
  return Object.fromEntries([...sums].filter(([, minor]) => minor !== 0n));
}

const sumOf = (amounts: readonly Money[]) => amounts.reduce((sum, { minor }) => sum + minor, 0n);

describe('whatever happens, under any settings', () => {
  property('planner: planning answers, and never throws', [anyInput], (input) => {
    expect(['post', 'wait', 'ignore', 'withdraw']).toContain(plan(input).kind);
  });

  property('planner: every entry balances in each currency', [anyInput], (input) => {
    for (const { entry } of postingsOf(input)) {
      const groups = Map.groupBy(entry, (line) => line.amount.currency);
      for (const lines of groups.values()) expect(sumOf(lines.map(({ amount }) => amount))).toBe(0n);
    }
  });

  property(
    'planner: the document that is sent books the entry that is kept, and comes to its total',
    [anyInput],
    (input) => {
      for (const { document, entry, total } of postingsOf(input)) {
        const booked = Object.fromEntries([...bookedBy(document)].map(([role, amount]) => [role, amount.minor]));
        expect(booked).toEqual(byRole(entry));
        expect(totalOf(document)).toEqual(total);
      }
    },
  );

  property(
    'planner: the entries do to the clearing account what the source did to its balance',
    [anyInput],
    (input) => {
      const moved = netAtSource(input);
      const outcome = plan(input);
      if (moved === null || outcome.kind !== 'post') return;
      const lines = outcome.postings.flatMap(({ entry }) => entry).filter(({ role }) => role === 'CLR:USD');
      expect(sumOf(lines.map(({ amount }) => amount))).toBe(moved);
    },
  );

  property(
    'planner: a bitcoin payment puts its value into its wallet, at the rate of the policy',
    [anyInput],
    (input) => {
      const { fact, settings, context } = input;
      const postings = postingsOf(input);
      if (fact.kind !== 'bitcoin_payment' || postings.length === 0) return;
      const lines = postings.flatMap(({ entry }) => entry).filter(({ role }) => role === `BTC:${fact.wallet}`);
      const rate = settings.bitcoinValue === 'market' ? context.marketRate : null;
      const worth = rate === null ? fact.value : convert(fact.coins, 'USD', parseRatio(rate));
      expect(sumOf(lines.map(({ amount }) => amount))).toBe(worth.minor);
    },
  );

  property('planner: planning twice gives the same', [anyInput], (input) => {
    const again = { ...structuredClone({ ...input, roles: null }), roles: input.roles };
    expect(plan(again)).toEqual(plan(input));
  });

  property('planner: no document of no amount is sent, except the tie of a credit memo', [anyInput], (input) => {
    for (const { leg, total } of postingsOf(input))
      expect(total.minor > 0n || leg.endsWith('.apply'), `${leg} of ${total.minor}`).toBe(true);
  });

  property('planner: a posting in a closed period is held, or moved behind it', [anyInput], (input) => {
    const { closedThrough } = input.book;
    for (const { document, held } of postingsOf(input)) {
      const closed = closedThrough !== null && document.on <= closedThrough;
      expect(held?.code ?? null).toBe(closed ? 'ledger.closed_period' : null);
      if (input.settings.closedPeriod === 'first_open_day') expect(closed).toBe(false);
    }
  });
});

/** What a Stripe event did to the balance, worked from the fact alone; null when it moves nothing there. */
function netAtSource({ fact, settings, context }: PlanInput): bigint | null {
  const fees = (parts: readonly { readonly amount: Money }[]) => sumOf(parts.map(({ amount }) => amount));
  const late = settings.feeDetail === 'payout';
  switch (fact.kind) {
    case 'charge':
      return fact.gross.minor - (late ? 0n : fees(fact.fees));
    case 'refund':
      return -fact.amount.minor - (late ? 0n : fees(fact.fees));
    case 'adjustment':
      return fact.amount.minor - (late ? 0n : fees(fact.fees));
    case 'fee':
      return -fact.fee.amount.minor;
    case 'dispute_opened':
      return -fact.amount.minor - fees(fact.fees);
    case 'dispute_won':
      return fact.amount.minor - fees(fact.fees);
    case 'refund_failed':
    case 'payout_reversed':
    case 'reserve':
      return fact.amount.minor;
    case 'payout': {
      const members =
        late && fact.itemised ? context.openFees.flatMap((open) => ('fees' in open.fact ? open.fact.fees : [])) : [];
      return -fact.amount.minor - fees(fact.fees) - fees(members);
    }
    case 'dispute_lost':
    case 'invoice':
    case 'payout_items':
    case 'bitcoin_payment':
      return null;
  }
}
