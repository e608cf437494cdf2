import { beforeEach, describe, expect, test } from 'vitest';
import type { OutboxTx } from '../../../src/hub/posting/outbox-store.ts';
import {
  charge,
  disputeLost,
  usd as dollars,
  feePart,
  invoice,
  payout,
  payoutItems,
  refund,
} from '../../../src/hub/posting/plan/fixtures/facts.ts';
import { legId } from '../../../src/hub/posting/plan/index.ts';
import type { FactId } from '../../../src/kernel/ids.ts';
import type { ChargeFact } from '../../../src/model/facts.ts';
import {
  addFact,
  aPlan,
  COMPANY,
  factIdOf,
  HOUR_MS,
  INVOICE,
  type MakeHarness,
  NOW,
  type PostingHarness,
  postingIdOf,
  save,
} from './posting-harness.ts';

const WITHDRAWN = { code: 'posting.changed_after_posting', detail: 'The source took it back.' } as const;
const TERMS = { ...COMPANY, closedThrough: '2026-01-31', timeZone: 'Europe/Berlin' };

/** What every outbox store does beside saving one posting. */
export function describeOutboxStore(name: string, make: MakeHarness): void {
  describe(`${name}: outbox`, () => {
    let h: PostingHarness;
    beforeEach(async () => {
      h = await make();
    });

    /** One transaction of the source. */
    async function within<T>(work: (tx: OutboxTx) => Promise<T>): Promise<T> {
      return h.outbox.transaction(await h.claim(h.source), work);
    }

    const aCharge = (object: string, over: Partial<ChargeFact> = {}) => {
      const base = charge('108.25', over);
      return { ...base, source: { ...base.source, objectId: object } };
    };

    test('a transaction that fails leaves nothing behind', async () => {
      const id = await addFact(h, { name: 'a', fact: charge('1.00') });
      const failing = within(async (tx) => {
        await tx.save({ pair: h.pair, factId: id, provider: 'stripe', posting: aPlan(h, 'a'), now: NOW });
        await tx.settleFact(id, 'planned', null, NOW);
        await tx.wakeLedger(h.pair, NOW);
        throw new RangeError('no more');
      });
      await expect(failing).rejects.toThrow('no more');
      expect(await h.seen.posting(postingIdOf(h, 'a'))).toBeNull();
      expect(await h.seen.lines(postingIdOf(h, 'a'))).toEqual([]);
      expect(await h.seen.fact(id)).toMatchObject({ state: 'new' });
      expect(await h.seen.wakes()).toEqual([]);
    });

    test('transactions of two connections at the same moment do not mix', async () => {
      const id = await addFact(h, { name: 'a', fact: charge('1.00') });
      const [source, ledger] = [await h.claim(h.source), await h.claim(h.ledger)];
      const failing = h.outbox.transaction(source, async (tx) => {
        await tx.settleFact(id, 'planned', null, NOW);
        await tx.pair();
        throw new RangeError('no more');
      });
      const [failed] = await Promise.allSettled([failing, h.deliveries.saveName(ledger, 'customer', 'Acme LLC', '7')]);
      expect(failed.status).toBe('rejected');
      expect(await h.seen.fact(id)).toMatchObject({ state: 'new' });
      expect(await h.deliveries.name(h.ledger, 'customer', 'Acme LLC')).toBe('7');
    });

    test('whoever lost the connection writes nothing', async () => {
      const id = await addFact(h, { name: 'a', fact: charge('1.00'), state: 'waiting' });
      const lost = await h.claim(h.source);
      await h.claim(h.source);
      let isCalled = false;
      const late = h.outbox.transaction(lost, async () => {
        isCalled = true;
      });
      await expect(late).rejects.toMatchObject({ code: 'engine.lease_lost' });
      await expect(h.outbox.reopenWaiting(lost, NOW)).rejects.toMatchObject({ code: 'engine.lease_lost' });
      expect(isCalled).toBe(false);
      expect(await h.seen.fact(id)).toMatchObject({ state: 'waiting' });
    });

    test('the pair is that of the source', async () => {
      expect(await within((tx) => tx.pair())).toMatchObject({
        id: h.pair.id,
        tenantId: h.tenantId,
        sourceId: h.source.id,
        ledgerId: h.ledger.id,
        settings: {},
        version: 3,
      });
      expect(await h.outbox.transaction(await h.claim(h.ledger), (tx) => tx.pair())).toBeNull();
    });

    test("the book has the company's terms once they are read, and the connection's zone until then", async () => {
      const book = { tenantId: h.tenantId, ledgerProvider: 'quickbooks', companyId: 'ledger account' };
      const terms = () => within((tx) => tx.book(h.pair));
      expect(await terms()).toEqual({ ...book, timeZone: 'America/New_York', closedThrough: null });
      await h.deliveries.saveCompany(await h.claim(h.ledger), { ...TERMS, timeZone: null }, NOW);
      expect(await terms()).toEqual({ ...book, timeZone: 'America/New_York', closedThrough: '2026-01-31' });
      await h.deliveries.saveCompany(await h.claim(h.ledger), TERMS, NOW);
      expect(await terms()).toEqual({ ...book, timeZone: 'Europe/Berlin', closedThrough: '2026-01-31' });
    });

    test("roles are the pair's own", async () => {
      await h.put.role('SALES', '79');
      const roles = await within((tx) => tx.roles(h.pair.id));
      expect([roles('SALES'), roles('BANK')]).toEqual(['79', null]);
      expect((await within((tx) => tx.roles('pai_other')))('SALES')).toBeNull();
    });

    test('facts are planned by time, originals first, then by id; only new ones', async () => {
      const at = (hours: number) => ({ occurredAt: NOW + hours * HOUR_MS });
      await addFact(h, { name: 'e', fact: { ...charge('1.00'), ...at(2) } });
      await addFact(h, { name: 'b', fact: { ...refund('1.00'), ...at(1) } });
      await addFact(h, { name: 'd', fact: { ...charge('1.00'), ...at(1) } });
      await addFact(h, { name: 'c', fact: { ...invoice('1.00', '0.00'), ...at(1) } });
      await addFact(h, { name: 'a', fact: { ...payout('1.00'), ...at(1) } });
      for (const state of ['planned', 'waiting', 'ignored'] as const)
        await addFact(h, { name: state, fact: { ...charge('1.00'), ...at(0) }, state });
      const ids = (limit: number) => within(async (tx) => (await tx.factsToPlan(limit)).map(({ id }) => id));
      expect(await ids(10)).toEqual(['c', 'd', 'a', 'b', 'e'].map((one) => factIdOf(h, one)));
      expect(await ids(2)).toEqual(['c', 'd'].map((one) => factIdOf(h, one)));
      expect(await within(async (tx) => (await tx.factsToPlan(1))[0]?.fact)).toEqual({
        ...invoice('1.00', '0.00'),
        ...at(1),
      });
    });

    test('a charge is known with its live receipt', async () => {
      const find = () => within((tx) => tx.charge('ch_1'));
      expect(await find()).toBeNull();
      const id = await addFact(h, { name: 'a', fact: charge('108.25') });
      const fact = charge('108.25');
      expect(await find()).toEqual({ fact, recipe: null, receiptId: null, party: null });
      const party = { name: 'Acme LLC', email: null };
      await save(h, id, [aPlan(h, 'fee', { leg: 'fee' }), aPlan(h, 'a', { recipe: 'S3', party })]);
      expect(await find()).toEqual({ fact, recipe: 'S3', receiptId: postingIdOf(h, 'a'), party });
      for (const state of ['voided', 'superseded'] as const) {
        await h.put.posting(postingIdOf(h, 'a'), { state });
        expect(await find()).toEqual({ fact, recipe: null, receiptId: null, party: null });
      }
    });

    test('of several facts of one name the earliest counts', async () => {
      await addFact(h, { name: 'b', fact: aCharge('txn_b', { gross: dollars('2.00') }) });
      await addFact(h, { name: 'a', fact: aCharge('txn_a', { gross: dollars('1.00') }) });
      const late = aCharge('txn_0', { gross: dollars('3.00') });
      await addFact(h, { name: '0', fact: { ...late, occurredAt: late.occurredAt + 1 } });
      expect((await within((tx) => tx.charge('ch_1')))?.fact.gross).toEqual(dollars('1.00'));
    });

    test('what was given back before counts by time and then id, as far as it counts at all', async () => {
      const of = (amount: string, after: number, over: object = {}) => {
        const fact = refund(amount, over);
        return { ...fact, occurredAt: NOW + after };
      };
      await addFact(h, { name: 'b', fact: of('2.00', 1) });
      await addFact(h, { name: 'a', fact: of('1.00', 1), state: 'waiting' });
      await addFact(h, { name: 'lost', fact: { ...disputeLost('4.00'), occurredAt: NOW }, state: 'planned' });
      await addFact(h, { name: 'ignored', fact: of('8.00', 0), state: 'ignored' });
      await addFact(h, { name: 'other', fact: of('16.00', 0, { references: { charge: 'ch_2' } }) });
      await addFact(h, { name: 'c', fact: of('32.00', 1) });
      await addFact(h, { name: 'late', fact: of('64.00', 2) });
      await addFact(h, { name: 'sale', fact: { ...charge('128.00'), occurredAt: NOW } });
      const before = { id: factIdOf(h, 'c'), occurredAt: NOW + 1 };
      const amounts = await within((tx) => tx.givenBackBefore('ch_1', before));
      expect(amounts).toEqual([dollars('4.00'), dollars('1.00'), dollars('2.00')]);
    });

    test('what a payout is made of, and the invoice that a charge pays once it is planned', async () => {
      const items = payoutItems(['txn_1', '1.00']);
      await addFact(h, { name: 'items', fact: items, state: 'ignored' });
      const invoiceFact = invoice('5.00', '0.00');
      const id = await addFact(h, { name: 'invoice', fact: invoiceFact });
      expect(await within((tx) => tx.payoutItems('po_1'))).toEqual(items);
      expect(await within((tx) => tx.payoutItems('po_2'))).toBeNull();
      expect(await within((tx) => tx.invoice('in_1'))).toBeNull();
      await save(h, id, [aPlan(h, 'a', { leg: 'invoice' })]);
      expect(await within((tx) => tx.invoice('in_1'))).toEqual({ fact: invoiceFact, postingId: postingIdOf(h, 'a') });
    });

    test('members have postings, or are waited for, and their fees are open until a document covers them', async () => {
      const fees = [feePart('0.30')];
      const a = await addFact(h, { name: 'a', fact: aCharge('txn_a', { fees }), state: 'planned' });
      const b = await addFact(h, { name: 'b', fact: aCharge('txn_b', { fees }), state: 'planned' });
      const none = await addFact(h, {
        name: 'c',
        fact: aCharge('txn_c', { fees: [feePart('0.00')] }),
        state: 'ignored',
      });
      await addFact(h, { name: 'd', fact: aCharge('txn_d', { fees }), state: 'new' });
      await addFact(h, { name: 'e', fact: aCharge('txn_e'), state: 'waiting' });
      await addFact(h, { name: 'list', fact: { ...payoutItems(), source: aCharge('txn_a').source }, state: 'new' });
      const book = (await within((tx) => tx.book(h.pair)))!;
      const fee = (object: string) => legId(book, aCharge(object).source, 'fee');
      await save(h, a, [
        aPlan(h, 'a2'),
        aPlan(h, 'a1', { leg: 'fee', covers: [fee('txn_a')] }),
        aPlan(h, 'a0', { covers: [] }),
      ]);
      await save(h, b, [aPlan(h, 'b')]);
      await save(h, none, [aPlan(h, 'c')]);
      await h.put.posting(postingIdOf(h, 'c'), { state: 'voided' });
      const objects = ['txn_gone', 'txn_e', 'txn_d', 'txn_c', 'txn_b', 'txn_a'];
      const members = await within((tx) => tx.members(objects, book, factIdOf(h, 'payout')));
      expect(members.postings).toEqual(['a1', 'a2', 'b'].map((one) => postingIdOf(h, one)));
      expect(members.without).toEqual(['txn_d', 'txn_e', 'txn_gone']);
      expect(members.openFees).toEqual([
        { fact: aCharge('txn_b', { fees }), legId: fee('txn_b') },
        { fact: aCharge('txn_d', { fees }), legId: fee('txn_d') },
      ]);
    });

    test("fees that a payout's own document covers are open for it when it is planned again", async () => {
      const fees = [feePart('0.30')];
      const fact = aCharge('txn_a', { fees });
      const id = await addFact(h, { name: 'a', fact, state: 'planned' });
      const book = (await within((tx) => tx.book(h.pair)))!;
      const leg = legId(book, fact.source, 'fee');
      const own = await addFact(h, { name: 'payout', fact: payout('1.00') });
      await save(h, own, [aPlan(h, 'summary', { leg: 'fee', covers: [leg] })]);
      const openFor = (one: FactId) => within(async (tx) => (await tx.members(['txn_a'], book, one)).openFees);
      expect(await openFor(own)).toEqual([{ fact, legId: leg }]);
      expect(await openFor(id)).toEqual([]);
      await h.put.posting(postingIdOf(h, 'summary'), { state: 'voided' });
      expect(await openFor(id)).toEqual([{ fact, legId: leg }]);
    });

    test('an unknown number is asked for, found ones are answered, and one that was not there is asked for anew', async () => {
      const ask = (now: number) => within((tx) => tx.ledgerInvoice(h.pair, '1042', now));
      expect(await ask(NOW)).toBe('not_looked_up');
      expect(await h.seen.ledgerInvoice('1042')).toMatchObject({ wantedAt: NOW, readAt: null, documentId: null });
      expect(await h.seen.wakes()).toEqual([h.ledger.id]);
      expect(await ask(NOW + 1)).toBe('not_looked_up');
      expect(await h.seen.ledgerInvoice('1042')).toMatchObject({ wantedAt: NOW + 1 });
      await h.deliveries.saveNumber(await h.claim(h.ledger), '1042', null, NOW + 2);
      expect(await ask(NOW + 2 + HOUR_MS)).toBe('not_found');
      expect(await h.seen.ledgerInvoice('1042')).toMatchObject({ readAt: NOW + 2 });
      expect(await ask(NOW + 3 + HOUR_MS)).toBe('not_found');
      expect(await h.seen.ledgerInvoice('1042')).toMatchObject({ wantedAt: NOW + 3 + HOUR_MS, readAt: null });
      expect(await ask(NOW + 4 + HOUR_MS)).toBe('not_looked_up');
      await h.deliveries.saveNumber(await h.claim(h.ledger), '1042', INVOICE, NOW + 5 + HOUR_MS);
      expect(await ask(NOW + 9 * HOUR_MS)).toEqual({
        documentId: '77',
        customerId: '12',
        currency: 'USD',
        number: '1042',
      });
    });

    test('a market rate counts from its moment for a quarter of an hour; the newest one wins', async () => {
      const quarter = 15 * 60_000;
      await h.put.rate('USD', NOW, '50000');
      await h.put.rate('USD', NOW + 60_000, '50001');
      await h.put.rate('EUR', NOW + 120_000, '40000');
      const rate = (instant: number) => within((tx) => tx.marketRate('USD', instant));
      expect(await rate(NOW - 1)).toBeNull();
      expect(await rate(NOW)).toBe('50000');
      expect(await rate(NOW + 60_000)).toBe('50001');
      expect(await rate(NOW + 60_000 + quarter)).toBe('50001');
      expect(await rate(NOW + 60_001 + quarter)).toBeNull();
    });

    test('what never reached the ledger is voided at once, what did is to be removed there', async () => {
      const factId = await addFact(h, { name: 'a', fact: charge('1.00') });
      const states = ['planned', 'dead', 'sending', 'uncertain', 'posted', 'voided', 'superseded'] as const;
      const attention = { code: 'ledger.closed_period', detail: 'Closed.' } as const;
      await save(
        h,
        factId,
        states.map((state) => aPlan(h, state, { held: attention })),
      );
      for (const state of states)
        await h.put.posting(postingIdOf(h, state), { state, firstSentAt: NOW, documentId: state });
      expect(await within((tx) => tx.withdraw(factId, WITHDRAWN, NOW + 1))).toBe(5);
      const of = (state: string) => h.seen.posting(postingIdOf(h, state));
      const reason = { reasonCode: WITHDRAWN.code, reasonDetail: WITHDRAWN.detail };
      for (const state of ['planned', 'dead'])
        expect(await of(state)).toMatchObject({
          state: 'voided',
          wanted: 'void',
          held: false,
          touchedAt: NOW + 1,
          ...reason,
        });
      for (const state of ['sending', 'uncertain', 'posted'])
        expect(await of(state)).toMatchObject({ state, wanted: 'void', held: true, touchedAt: null, ...reason });
      for (const state of ['voided', 'superseded']) expect(await of(state)).toMatchObject({ state, wanted: 'live' });
      expect(await h.seen.attention(postingIdOf(h, 'planned'))).toMatchObject([
        { code: attention.code, isOpen: false },
      ]);
      expect(await h.seen.attention(postingIdOf(h, 'posted'))).toMatchObject([
        { code: attention.code, isOpen: true },
        {
          code: WITHDRAWN.code,
          detail: 'The source took it back. The entry of 108.25 USD is being removed from the ledger.',
          connectionId: h.source.id,
        },
      ]);
      expect(await h.seen.wakes()).toEqual([h.ledger.id]);
      expect(await within((tx) => tx.withdraw(factId, WITHDRAWN, NOW + 2))).toBe(0);
    });

    test('a settled fact keeps its reason', async () => {
      const id = await addFact(h, { name: 'a', fact: charge('1.00') });
      const settle = (state: 'waiting' | 'planned', reason: Parameters<OutboxTx['settleFact']>[2]) =>
        within((tx) => tx.settleFact(id, state, reason, NOW + 7));
      await settle('waiting', { code: 'posting.unmatched', detail: 'No invoice.' });
      const waiting = {
        state: 'waiting',
        reasonCode: 'posting.unmatched',
        reasonDetail: 'No invoice.',
        updatedAt: NOW + 7,
      };
      expect(await h.seen.fact(id)).toEqual(waiting);
      await settle('planned', { code: null, detail: 'Nothing to post.' });
      expect(await h.seen.fact(id)).toMatchObject({
        state: 'planned',
        reasonCode: null,
        reasonDetail: 'Nothing to post.',
      });
      await settle('planned', null);
      expect(await h.seen.fact(id)).toMatchObject({ reasonCode: null, reasonDetail: null });
      await within((tx) => tx.settleFact(factIdOf(h, 'nobody'), 'planned', null, NOW));
    });

    test('waiting facts become due, but not those that only a person can settle', async () => {
      const seed = (name: string, state: 'waiting' | 'ignored', reasonCode?: string) =>
        addFact(h, { name, fact: charge('1.00'), state, ...(reasonCode === undefined ? {} : { reasonCode }) });
      const ids = [
        await seed('a', 'waiting', 'posting.unmatched'),
        await seed('b', 'waiting'),
        await seed('c', 'waiting', 'posting.changed_after_posting'),
        await seed('d', 'ignored'),
      ];
      expect(await h.outbox.reopenWaiting(await h.claim(h.source), NOW + 1)).toBe(2);
      const states = await Promise.all(ids.map(async (id) => (await h.seen.fact(id)).state));
      expect(states).toEqual(['new', 'new', 'waiting', 'ignored']);
      expect(await h.seen.fact(ids[0]!)).toMatchObject({ reasonCode: 'posting.unmatched', updatedAt: NOW + 1 });
    });
  });
}
