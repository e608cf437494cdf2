import { beforeEach, describe, expect, test } from 'vitest';
import { charge, fee, feePart, payout } from '../../../src/hub/posting/plan/fixtures/facts.ts';
import { legId } from '../../../src/hub/posting/plan/index.ts';
import type { Difference, ReconciliationRow } from '../../../src/hub/reconcile/index.ts';
import type { FactId } from '../../../src/kernel/ids.ts';
import type { Fact } from '../../../src/model/facts.ts';
import {
  addFact,
  aPlan,
  COMPANY,
  HOUR_MS,
  type MakeHarness,
  NOW,
  type PlanSeed,
  type PostingHarness,
  postingIdOf,
  save,
  usd,
} from './posting-harness.ts';

const EXTRA: Difference = { kind: 'extra', minor: -500n, subject: '9', detail: 'Document 9 is not ours.' };
const DELETED: Difference = { kind: 'deleted', minor: 500n, subject: '8', detail: 'Document 8 is gone.' };
const MISSING: Difference = { kind: 'missing', minor: 500n, subject: 'fct', detail: 'Not posted yet.' };

function dayRow(subject: string, over: Partial<ReconciliationRow> = {}): ReconciliationRow {
  return {
    kind: 'day',
    subject,
    period: subject,
    currency: 'USD',
    source: 1_000n,
    postings: 1_000n,
    ledger: 1_000n,
    differences: [],
    ...over,
  };
}

/** What every reconcile store does. */
export function describeReconcileStore(name: string, make: MakeHarness): void {
  describe(`${name}: reconciliation`, () => {
    let h: PostingHarness;
    let factId: FactId;
    beforeEach(async () => {
      h = await make();
      factId = await addFact(h, { name: 'a', fact: charge('1.00') });
    });
    const id = (one: string) => postingIdOf(h, one);
    const plan = (one: string, on: string, seed: PlanSeed = {}, now = NOW) =>
      save(h, factId, [aPlan(h, one, { on, ...seed })], now);

    async function store(rows: readonly ReconciliationRow[], now = NOW, from = '2026-03-01', to = '2026-03-31') {
      await h.reconcile.save(await h.claim(h.ledger), h.pair, { rows, from, to }, now);
    }

    test('without a posting there is nothing to compare', async () => {
      expect(await h.reconcile.changedRange(h.pair)).toBeNull();
      expect(await h.reconcile.wholeRange(h.pair)).toBeNull();
    });

    test('before the first reconciliation everything has changed', async () => {
      await plan('b', '2026-03-09');
      await plan('a', '2026-02-27');
      expect(await h.reconcile.changedRange(h.pair)).toEqual({ from: '2026-02-27', to: '2026-03-09' });
      expect(await h.reconcile.wholeRange(h.pair)).toEqual({ from: '2026-02-27', to: '2026-03-09' });
    });

    test.each(['plannedAt', 'postedAt', 'touchedAt'] as const)(
      'what happened since the last reconciliation has changed, its own moment included (%s)',
      async (column) => {
        await plan('a', '2026-03-01');
        await plan('b', '2026-03-05');
        await plan('c', '2026-03-06');
        await plan('d', '2026-03-09');
        await store([dayRow('2026-03-01')], NOW + 5);
        await store([dayRow('2026-03-02')], NOW + 10);
        expect(await h.reconcile.changedRange(h.pair)).toBeNull();
        await h.put.posting(id('a'), { [column]: NOW + 9 });
        await h.put.posting(id('b'), { [column]: NOW + 10 });
        await h.put.posting(id('c'), { [column]: NOW + 11 });
        expect(await h.reconcile.changedRange(h.pair)).toEqual({ from: '2026-03-05', to: '2026-03-06' });
        expect(await h.reconcile.wholeRange(h.pair)).toEqual({ from: '2026-03-01', to: '2026-03-09' });
      },
    );

    test('everything of the pair is loaded: facts by time, postings by day, accounts by their currency', async () => {
      const of = (object: string, hours: number, over: object = {}): Fact => {
        const fact = charge('1.00', over);
        return { ...fact, source: { ...fact.source, objectId: object }, occurredAt: NOW + hours * HOUR_MS };
      };
      const early = await addFact(h, { name: 'z', fact: of('txn_z', -48), state: 'waiting', reasonCode: 'x' });
      const late = await addFact(h, {
        name: 'b',
        fact: of('txn_b', 12, { fees: [feePart('0.30')] }),
        state: 'planned',
      });
      await save(h, late, [
        aPlan(h, 'b', { on: '2026-03-01' }),
        aPlan(h, 'c', {
          on: '2026-03-01',
          held: { code: 'ledger.closed_period', detail: 'Closed.' },
          entry: [
            { role: 'CLR:USD', amount: usd(300n) },
            { role: 'CLR:EUR', amount: { minor: 200n, currency: 'EUR' } },
            { role: 'BTC:lightning', amount: usd(-50n) },
            { role: 'SALES', amount: usd(-250n) },
            { role: 'SALES', amount: { minor: -200n, currency: 'EUR' } },
          ],
        }),
        aPlan(h, 'a', { on: '2026-03-02', leg: 'fee', entry: [] }),
      ]);
      for (const [role, account] of [
        ['CLR:USD', '35'],
        ['CLR:EUR', '36'],
        ['BTC:on_chain', '37'],
        ['SALES', '79'],
      ] as const)
        await h.put.role(role, account);
      const loaded = await h.reconcile.load(h.pair);
      expect(loaded.accounts).toEqual(
        new Map([
          ['37', 'USD'],
          ['36', 'EUR'],
          ['35', 'USD'],
        ]),
      );
      expect(loaded.facts.map((one) => [one.id, one.state, one.reason, one.on])).toEqual([
        [early, 'waiting', null, '2026-02-28'],
        [factId, 'new', null, '2026-03-01'],
        [late, 'planned', null, '2026-03-01'],
      ]);
      expect(loaded.facts[2]?.fact).toEqual(of('txn_b', 12, { fees: [feePart('0.30')] }));
      expect(loaded.postings.map((one) => [one.id, one.state, one.on, one.reason, [...one.movements]])).toEqual([
        [id('b'), 'planned', '2026-03-01', null, [['USD', 10_825n]]],
        [
          id('c'),
          'planned',
          '2026-03-01',
          'Closed.',
          [
            ['EUR', 200n],
            ['USD', 250n],
          ],
        ],
        [id('a'), 'planned', '2026-03-02', null, []],
      ]);
      expect(loaded.legs).toEqual(
        new Map([
          [id('b'), 'receipt'],
          [id('c'), 'receipt'],
          [id('a'), 'fee'],
        ]),
      );
    });

    test('a fact counts on the day of its entry; its fees on that of the document that covers them', async () => {
      const pair = { ...h.pair, settings: { feeDetail: 'payout' } };
      const book = { tenantId: h.tenantId, ledgerProvider: 'quickbooks', companyId: 'ledger account' };
      const member = charge('1.00', { fees: [feePart('0.30')] });
      const memberId = await addFact(h, { name: 'member', fact: member });
      const payoutId = await addFact(h, { name: 'payout', fact: payout('0.70') });
      const feeId = await addFact(h, { name: 'fee', fact: fee('2.00') });
      const days = async () =>
        Object.fromEntries((await h.reconcile.load(pair)).facts.map((one) => [one.id, [one.on, one.feesOn]]));
      expect(await days()).toMatchObject({
        [memberId]: ['2026-03-01', null],
        [payoutId]: ['2026-03-05', '2026-03-05'],
        [feeId]: ['2026-03-01', '2026-03-01'],
      });
      await save(h, memberId, [aPlan(h, 'sale', { on: '2026-03-03' })]);
      await save(h, payoutId, [
        aPlan(h, 'fees', { on: '2026-03-04', leg: 'fee', covers: [legId(book, member.source, 'fee')] }),
        aPlan(h, 'transfer', { on: '2026-03-06', leg: 'payout' }),
      ]);
      expect(await days()).toMatchObject({
        [memberId]: ['2026-03-03', '2026-03-04'],
        [payoutId]: ['2026-03-06', '2026-03-04'],
      });
      const { postings } = await h.reconcile.load(pair);
      expect(postings.find((one) => one.id === id('fees'))?.factIds).toEqual([payoutId, memberId]);
    });

    test("the company's own zone and currency count once they are read", async () => {
      await h.put.role('BTC:lightning', '38');
      const company = { ...COMPANY, homeCurrency: 'EUR', timeZone: 'Europe/Berlin' };
      await h.deliveries.saveCompany(await h.claim(h.ledger), company, NOW);
      const loaded = await h.reconcile.load(h.pair);
      expect(loaded.accounts).toEqual(new Map([['38', 'EUR']]));
      expect(loaded.facts[0]?.on).toBe('2026-03-02');
    });

    test('a row is kept once for its subject, with the newest figures', async () => {
      const payoutRow = dayRow('po_1', { kind: 'payout', period: '2026-03-01' });
      await store([dayRow('2026-03-01'), dayRow('2026-03-01', { currency: 'EUR' }), payoutRow]);
      await store(
        [dayRow('2026-03-01', { ledger: 1_500n, differences: [EXTRA] })],
        NOW + 1,
        '2026-03-01',
        '2026-03-01',
      );
      const kept = { period: '2026-03-01', source: 1_000n, postings: 1_000n, ledger: 1_000n };
      expect(await h.seen.reconciliations()).toEqual([
        // Not named any more: that day is back at nothing in that currency.
        {
          ...kept,
          kind: 'day',
          subject: '2026-03-01',
          currency: 'EUR',
          source: 0n,
          postings: 0n,
          ledger: 0n,
          computedAt: NOW + 1,
          differences: 0,
        },
        {
          ...kept,
          kind: 'day',
          subject: '2026-03-01',
          currency: 'USD',
          ledger: 1_500n,
          computedAt: NOW + 1,
          differences: 1,
        },
        { ...kept, kind: 'payout', subject: 'po_1', currency: 'USD', computedAt: NOW, differences: 0 },
      ]);
    });

    test('a day of the range that has nothing any more is back at nothing; others stay', async () => {
      const days = ['2026-03-01', '2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05'];
      const nothing = { source: 0n, postings: 0n, ledger: 0n };
      await store(days.map((day) => dayRow(day, day === '2026-03-03' ? nothing : { differences: [EXTRA] })));
      await store([dayRow('2026-03-04')], NOW + 1, '2026-03-02', '2026-03-04');
      const rows = await h.seen.reconciliations();
      expect(rows.map(({ subject, source, computedAt }) => [subject, source, computedAt])).toEqual([
        ['2026-03-01', 1_000n, NOW],
        ['2026-03-02', 0n, NOW + 1],
        ['2026-03-03', 0n, NOW],
        ['2026-03-04', 1_000n, NOW + 1],
        ['2026-03-05', 1_000n, NOW],
      ]);
      const isOpen = async (day: string) => (await h.seen.attention(`${h.pair.id}/day/${day}/USD`))[0]?.isOpen;
      expect(await Promise.all(days.map(isOpen))).toEqual([true, false, undefined, false, true]);
    });

    test('what does not agree is shown until it agrees; what is still on its way is not', async () => {
      const subject = `${h.pair.id}/payout/po_1/USD`;
      const row = (over: Partial<ReconciliationRow>) =>
        dayRow('po_1', { kind: 'payout', period: '2026-03-01', ...over });
      await store([row({ differences: [MISSING] })]);
      expect(await h.seen.attention(subject)).toEqual([]);
      await store([row({ ledger: 1_500n, differences: [MISSING, EXTRA, DELETED] })]);
      const shown = { code: 'posting.changed_after_posting', connectionId: h.source.id };
      const first = 'Payout po_1 differs by -5.00 USD: Document 9 is not ours. Document 8 is gone.';
      expect(await h.seen.attention(subject)).toEqual([{ ...shown, detail: first, isOpen: true }]);
      await store([row({ ledger: 1_000n, differences: Array.from({ length: 7 }, () => DELETED) })]);
      const second = `Payout po_1 differs by 0.00 USD: ${Array.from({ length: 5 }, () => DELETED.detail).join(' ')}`;
      expect(await h.seen.attention(subject)).toEqual([{ ...shown, detail: second, isOpen: true }]);
      await store([row({ differences: [MISSING] })]);
      expect(await h.seen.attention(subject)).toEqual([{ ...shown, detail: second, isOpen: false }]);
    });

    test('whoever lost the connection saves nothing', async () => {
      const lost = await h.claim(h.ledger);
      await h.claim(h.ledger);
      const found = { rows: [dayRow('2026-03-01', { differences: [EXTRA] })], from: '2026-03-01', to: '2026-03-01' };
      const late = h.reconcile.save(lost, h.pair, found, NOW);
      await expect(late).rejects.toMatchObject({ code: 'engine.lease_lost' });
      expect(await h.seen.reconciliations()).toEqual([]);
      expect(await h.seen.attention(`${h.pair.id}/day/2026-03-01/USD`)).toEqual([]);
    });
  });
}
