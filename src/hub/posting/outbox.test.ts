import { describe, expect, test } from 'vitest';
import type { FactId, PostingId } from '../../kernel/ids.ts';
import type { Fact } from '../../model/facts.ts';
import type { Lease } from '../../platform/engine/index.ts';
import { planFacts } from './outbox.ts';
import type { OutboxStore, OutboxTx, Saved } from './outbox-store.ts';
import { bitcoin, charge, feePart, payout, payoutItems, refund, usd } from './plan/fixtures/facts.ts';
import { accountOfRole, BOOK } from './plan/fixtures/input.ts';
import type { PlannedPosting } from './plan/index.ts';

const LEASE: Lease = { connectionId: 'con_1', tenantId: 'ten_1', fence: 1n, wakes: 0n, failures: 0, unfinished: false };
const CLOCK = { now: () => Date.parse('2026-03-10T12:00:00Z') };
const PAIR = {
  id: 'pai_1',
  tenantId: 'ten_1',
  sourceId: 'con_1',
  ledgerId: 'con_2',
  settings: {},
  version: 1,
} as const;

/** A store in memory: facts in the order in which they happened, and what became of them. */
function outboxOf(facts: readonly Fact[], over: Partial<OutboxTx> = {}) {
  const rows = facts.map((fact, i) => ({ id: `fct_${i}` as FactId, fact, state: 'new', reason: '' }));
  const saved: string[] = [];
  const log: string[] = [];
  const tx: OutboxTx = {
    pair: async () => PAIR,
    book: async () => BOOK,
    roles: async () => accountOfRole,
    factsToPlan: async (limit) => rows.filter(({ state }) => state === 'new').slice(0, limit),
    charge: async () => null,
    givenBackBefore: async () => [],
    payoutItems: async () => null,
    members: async () => ({ postings: [], without: [], openFees: [] }),
    invoice: async () => null,
    ledgerInvoice: async () => 'not_found',
    marketRate: async () => null,
    save: async ({ posting }): Promise<Saved> => {
      saved.push(`${posting.recipe} ${posting.leg}`);
      return 'new';
    },
    withdraw: async () => 1,
    settleFact: async (id, state, reason) => {
      Object.assign(rows.find((row) => row.id === id)!, { state, reason: reason?.code ?? reason?.detail ?? '' });
    },
    wakeLedger: async () => {
      log.push('woken');
    },
    ...over,
  };
  const store: OutboxStore = {
    transaction: (_, work) => work(tx),
    reopenWaiting: async () => {
      log.push('reopened');
      for (const row of rows) if (row.state === 'waiting') row.state = 'new';
      return 0;
    },
  };
  const run = () => planFacts(store, LEASE, CLOCK);
  return { run, saved, log, states: () => rows.map(({ state, reason }) => `${state} ${reason}`.trim()) };
}

describe('planning the facts of a source', () => {
  test('what can be posted is saved with its fact, and the ledger is woken', async () => {
    const outbox = outboxOf([charge('108.25', { fees: [feePart('3.44')] })]);
    expect(await outbox.run()).toMatchObject({ planned: 2, waiting: 0, ignored: 0 });
    expect(outbox.saved).toEqual(['S1 receipt', 'S4 fee']);
    expect(outbox.states()).toEqual(['planned']);
    expect(outbox.log).toEqual(['woken']);
  });

  test('what cannot waits with its reason, and the ledger sleeps on', async () => {
    const outbox = outboxOf([charge('40.00', { tax: null })]);
    expect(await outbox.run()).toMatchObject({ planned: 0, waiting: 1 });
    expect(outbox.states()).toEqual(['waiting posting.tax_unknown']);
    expect(outbox.log).toEqual([]);
  });

  test('what posts nothing is ignored with the words why', async () => {
    const outbox = outboxOf([payoutItems(['txn_1', '1.00'])]);
    expect(await outbox.run()).toMatchObject({ ignored: 1 });
    expect(outbox.states()[0]).toMatch(/^ignored It says what a payout is made of/);
  });

  test('what the source took back is withdrawn and wakes the ledger', async () => {
    const outbox = outboxOf([bitcoin('125.50', {}, { paymentStatus: 'invalid' })]);
    expect(await outbox.run()).toMatchObject({ withdrawn: 1 });
    expect(outbox.log).toEqual(['woken']);
  });

  test('a fact whose entry is being sent waits for the outcome', async () => {
    const outbox = outboxOf([charge('40.00')], { save: async () => 'busy' });
    await outbox.run();
    expect(outbox.states()).toEqual(['waiting provider.in_progress']);
  });

  test('what was undone is planned under the next generation, and refers to it', async () => {
    const undone = new Set<PostingId>();
    const kept: PlannedPosting[] = [];
    const original = { fact: charge('108.25'), recipe: 'S3', receiptId: 'pst_1', party: null } as const;
    const outbox = outboxOf([refund('21.65')], {
      charge: async () => original,
      save: async ({ posting }) => {
        const isUndone = posting.generation === 1 || (posting.generation === 2 && posting.leg === 'refund');
        if (isUndone) undone.add(posting.id);
        else kept.push(posting);
        return isUndone ? 'undone' : 'new';
      },
    });
    expect(await outbox.run()).toMatchObject({ waiting: 0 });
    expect(undone.size).toBe(4);
    const last = new Map(kept.map((posting) => [posting.leg, posting]));
    const [credit, money, tie] = (['refund.credit', 'refund', 'refund.apply'] as const).map((leg) => last.get(leg)!);
    expect([credit, money, tie].map((one) => one!.generation)).toEqual([2, 3, 2]);
    expect(undone).toContain(money!.replaces);
    expect(tie!.needs).toEqual([credit!.id, money!.id]);
    const applied = tie!.document.kind === 'credit_application' ? tie!.document.applies : [];
    expect(applied.map(({ document }) => document)).toMatchObject([
      { postingId: credit!.id },
      { postingId: money!.id },
    ]);
  });

  test('nothing is planned beside an entry that is being removed', async () => {
    const saved: string[] = [];
    const outbox = outboxOf([charge('40.00', { fees: [feePart('1.00')] })], {
      save: async ({ posting }) => {
        saved.push(posting.leg);
        return posting.leg === 'receipt' ? 'busy' : 'new';
      },
    });
    await outbox.run();
    expect(saved).toEqual(['receipt']);
    expect(outbox.states()).toEqual(['waiting provider.in_progress']);
  });

  test('more facts than one transaction takes are planned to the last', async () => {
    const outbox = outboxOf(Array.from({ length: 250 }, () => charge('1.00')));
    expect(await outbox.run()).toMatchObject({ planned: 250 });
    expect(new Set(outbox.states())).toEqual(new Set(['planned']));
  });

  test('what waited for something that was just planned goes on at once', async () => {
    const planned: string[] = [];
    const outbox = outboxOf([payout('1.00'), charge('1.00')], {
      payoutItems: async () => (planned.length > 0 ? payoutItems(['txn_charge', '1.00']) : null),
      save: async ({ posting }) => {
        planned.push(posting.leg);
        return 'new';
      },
    });
    expect(await outbox.run()).toMatchObject({ planned: 2, waiting: 0 });
    expect(planned).toEqual(['receipt', 'payout']);
  });

  test('a source without a ledger keeps its facts', async () => {
    const outbox = outboxOf([charge('1.00')], { pair: async () => null });
    expect(await outbox.run()).toMatchObject({ planned: 0, waiting: 0, ignored: 0 });
    expect(outbox.states()).toEqual(['new']);
  });
});

describe('a refund and its original', () => {
  const original = charge('108.25', { tax: usd('8.25') });

  test('follow the way the original was posted', async () => {
    const found = {
      fact: original,
      recipe: 'S3',
      receiptId: 'pst_1',
      party: { name: 'Acme LLC', email: null },
    } as const;
    const outbox = outboxOf([refund('21.65')], { charge: async () => found });
    await outbox.run();
    expect(outbox.saved).toEqual(['S5b refund.credit', 'S5b refund', 'S5b refund.apply']);
  });

  test('the refund waits while the original is known and not planned', async () => {
    const outbox = outboxOf([refund('21.65')], {
      charge: async () => ({ fact: original, recipe: null, receiptId: null, party: null }),
    });
    await outbox.run();
    expect(outbox.states()).toEqual(['waiting posting.original_missing']);
  });
});
