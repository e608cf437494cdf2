import { beforeEach, describe, expect, test } from 'vitest';
import type { SourceEvent } from '../../../src/connectors/sdk/index.ts';
import type { ChangedDocument } from '../../../src/hub/posting/delivery-store.ts';
import { charge } from '../../../src/hub/posting/plan/fixtures/facts.ts';
import type { FactId } from '../../../src/kernel/ids.ts';
import type { Lease } from '../../../src/platform/engine/index.ts';
import {
  addFact,
  aPlan,
  COMPANY,
  INVOICE,
  type MakeHarness,
  NOW,
  type PlanSeed,
  type PostingChange,
  type PostingHarness,
  postingIdOf,
  save,
} from './posting-harness.ts';

const CLOSED = { code: 'ledger.closed_period', detail: 'The books are closed.' } as const;

/** What every delivery store keeps of the ledger itself. */
export function describeLedgerTerms(name: string, make: MakeHarness): void {
  describe(`${name}: what the ledger says of itself`, () => {
    let h: PostingHarness;
    let factId: FactId;
    beforeEach(async () => {
      h = await make();
      factId = await addFact(h, { name: 'a', fact: charge('1.00') });
    });
    const stored = async (one: string) => (await h.seen.posting(postingIdOf(h, one)))!;

    /** A planned posting, and then in the condition of `change`. */
    async function add(one: string, change: PostingChange = {}, seed: PlanSeed = {}): Promise<void> {
      await save(h, factId, [aPlan(h, one, seed)]);
      if (Object.keys(change).length > 0) await h.put.posting(postingIdOf(h, one), change);
    }

    async function write<T>(work: (lease: Lease) => Promise<T>): Promise<T> {
      return work(await h.claim(h.ledger));
    }

    test('the company is what was read last, and days that are open again free what they held', async () => {
      expect(await h.deliveries.company(h.ledger)).toBeNull();
      await write((lease) => h.deliveries.saveCompany(lease, COMPANY, NOW));
      expect(await h.deliveries.company(h.ledger)).toEqual({ ...COMPANY, readAt: NOW });
      const held = { held: true, reasonCode: CLOSED.code } as const;
      await add('early', {}, { held: CLOSED, on: '2026-01-31' });
      await add('late', {}, { held: CLOSED, on: '2026-02-01' });
      await add('posted', { state: 'posted', documentId: '1', ...held }, { held: CLOSED, on: '2026-02-01' });
      await add('dead', { state: 'dead', ...held }, { on: '2026-02-01' });
      await add('other', { held: true, reasonCode: 'posting.gave_up' }, { on: '2026-02-01' });
      const closed = {
        ...COMPANY,
        name: 'Acme Inc',
        closedThrough: '2026-01-31',
        timeZone: 'UTC',
        multiCurrency: true,
      };
      await write((lease) => h.deliveries.saveCompany(lease, closed, NOW + 1));
      expect(await h.deliveries.company(h.ledger)).toEqual({ ...closed, readAt: NOW + 1 });
      const heldOnes = async () =>
        (await Promise.all(['early', 'late', 'posted', 'dead', 'other'].map(stored))).map((row) => row.held);
      expect(await heldOnes()).toEqual([true, false, false, true, true]);
      expect(await stored('late')).toMatchObject({ reasonCode: null, reasonDetail: null });
      expect(await h.seen.attention(postingIdOf(h, 'late'))).toMatchObject([{ isOpen: false }]);
      expect(await h.seen.attention(postingIdOf(h, 'early'))).toMatchObject([{ isOpen: true }]);
      await write((lease) => h.deliveries.saveCompany(lease, COMPANY, NOW + 2));
      expect(await heldOnes()).toEqual([false, false, false, true, true]);
    });

    test('names are kept by kind, the last one counts', async () => {
      expect(await h.deliveries.name(h.ledger, 'customer', 'Acme LLC')).toBeNull();
      await write((lease) => h.deliveries.saveName(lease, 'customer', 'Acme LLC', '1'));
      await write((lease) => h.deliveries.saveName(lease, 'customer', 'Acme LLC', '2'));
      expect(await h.deliveries.name(h.ledger, 'customer', 'Acme LLC')).toBe('2');
      expect(await h.deliveries.name(h.ledger, 'vendor', 'Acme LLC')).toBeNull();
      expect(await h.deliveries.name(h.source, 'customer', 'Acme LLC')).toBeNull();
    });

    test('numbers are looked for in the order in which they were wanted; an answer wakes who waited', async () => {
      const source = await h.claim(h.source);
      const want = (number: string, now: number) =>
        h.outbox.transaction(source, (tx) => tx.ledgerInvoice(h.pair, number, now));
      for (const [number, after] of [
        ['b', 1],
        ['a', 1],
        ['c', 0],
      ] as const)
        await want(number, NOW + after);
      expect(await h.deliveries.numbersWanted(h.ledger, 10)).toEqual(['c', 'a', 'b']);
      expect(await h.deliveries.numbersWanted(h.ledger, 1)).toEqual(['c']);
      const seed = { fact: charge('1.00'), state: 'waiting' } as const;
      const waiting = await addFact(h, { ...seed, name: 'w', reasonCode: 'posting.unmatched' });
      const other = await addFact(h, { ...seed, name: 'o', reasonCode: 'posting.tax_unknown' });
      await write((lease) => h.deliveries.saveNumber(lease, 'c', { ...INVOICE, number: 'c' }, NOW + 2));
      const found = { documentId: '77', customerId: '12', currency: 'USD', readAt: NOW + 2, wantedAt: NOW };
      expect(await h.seen.ledgerInvoice('c')).toMatchObject(found);
      expect(await h.deliveries.numbersWanted(h.ledger, 10)).toEqual(['a', 'b']);
      expect(await h.seen.fact(waiting)).toMatchObject({ state: 'new', updatedAt: NOW + 2 });
      expect(await h.seen.fact(other)).toMatchObject({ state: 'waiting' });
      expect(await h.seen.wakes()).toEqual([h.source.id, h.ledger.id].sort());
      await write((lease) => h.deliveries.saveNumber(lease, 'a', null, NOW + 3));
      expect(await h.seen.ledgerInvoice('a')).toMatchObject({ documentId: null, currency: null, readAt: NOW + 3 });
      await write((lease) => h.deliveries.saveNumber(lease, 'nobody', INVOICE, NOW + 3));
      expect(await h.seen.ledgerInvoice('nobody')).toBeNull();
    });

    test('a number that nobody waits for wakes nobody', async () => {
      await write((lease) => h.deliveries.saveNumber(lease, 'a', null, NOW));
      expect(await h.seen.wakes()).toEqual([]);
    });

    test('a document of ours that somebody changed is marked; an echo of its making is nothing new', async () => {
      await add('receipt', { state: 'posted', documentId: '1' });
      await add('gone', { state: 'voided', documentId: '1' });
      const tie = { ...aPlan(h, 'tie').document, kind: 'credit_application' } as PlanSeed['document'];
      await add('tie', { state: 'posted', documentId: '1' }, { document: tie! });
      await add('made', { state: 'posted', documentId: '2' });
      await h.put.event({ type: 'salesreceipt.updated', touches: [{ stream: 'sales_receipt', externalId: '1' }] });
      await h.put.event({ type: 'salesreceipt.created', touches: [{ stream: 'sales_receipt', externalId: '2' }] });
      await h.put.event({
        type: 'payment.updated',
        touches: [{ stream: 'payment', externalId: '1' }],
        state: 'done',
      });
      expect(await write((lease) => h.deliveries.takeEvents(lease, changedBy, NOW + 4))).toBe(false);
      expect(await stored('receipt')).toMatchObject({ touchedAt: NOW + 4, state: 'posted' });
      for (const one of ['gone', 'tie', 'made']) expect(await stored(one)).toMatchObject({ touchedAt: null });
      expect(await h.seen.receivedEvents()).toBe(0);
      await h.put.event({ type: 'payment.deleted', touches: [{ stream: 'payment', externalId: '1' }] });
      await write((lease) => h.deliveries.takeEvents(lease, changedBy, NOW + 5));
      expect([(await stored('tie')).touchedAt, (await stored('receipt')).touchedAt]).toEqual([NOW + 5, NOW + 4]);
    });

    test("a change of the company's terms is told", async () => {
      expect(await write((lease) => h.deliveries.takeEvents(lease, changedBy, NOW))).toBe(false);
      await h.put.event({ type: 'preferences.updated', touches: [] });
      await h.put.event({ type: 'salesreceipt.updated', touches: [] });
      expect(await write((lease) => h.deliveries.takeEvents(lease, changedBy, NOW))).toBe(true);
      expect(await write((lease) => h.deliveries.takeEvents(lease, changedBy, NOW))).toBe(false);
    });
  });
}

/** Each touched thing is a document of the kind that its stream names. */
function changedBy({ touches }: SourceEvent): ChangedDocument[] {
  return touches.map(({ stream, externalId }) => ({
    kind: stream as ChangedDocument['kind'],
    documentId: externalId,
  }));
}
