import { afterEach, describe, expect, test } from 'vitest';
import { pipelineTurn } from '../../src/hub/pipeline/index.ts';
import { pgDeliveryStore, planFacts } from '../../src/hub/posting/index.ts';
import { pgWorkStore } from '../../src/platform/engine/index.ts';
import { asOwner, sql } from '../../src/platform/store/index.ts';
import type { FetchDoor } from '../../src/platform/transport/index.ts';
import { type Books, type BooksOptions, MINUTE_MS, openedBooks } from './books.ts';

const open: Books[] = [];
afterEach(async () => {
  for (const books of open.splice(0)) await books.hub.close();
});

async function booksWith(options: BooksOptions = {}): Promise<Books> {
  const books = await openedBooks(options);
  open.push(books);
  return books;
}

const LEASE_MS = 30_000;
const CREATES = /\/(batch|salesreceipt|purchase)$/;

/** A coin payment that is booked because somebody marked its invoice, and can be unmarked. */
function markedInvoice({ hub, clock }: Books) {
  const { btcpay } = hub.sandbox;
  const at = clock.at() - 60;
  const invoice = btcpay.createInvoice({ at, storeId: btcpay.settings.stores[0]!.id, amount: '100.00' });
  const payment = btcpay.pay({ at: at + 1, invoice: invoice.id });
  btcpay.markInvoice({ at: at + 2, invoice: invoice.id, to: 'Settled' });
  btcpay.confirmPayment({ at: at + 3, invoice: invoice.id, payment: payment.id });
  const mark = (to: 'Settled' | 'Invalid') => btcpay.markInvoice({ at: clock.at() - 1, invoice: invoice.id, to });
  return { unmark: () => mark('Invalid'), markAgain: () => mark('Settled') };
}

const only = async (books: Books) => {
  const [posting, ...others] = await books.postings();
  expect(others).toEqual([]);
  return posting!;
};

describe('a worker that hangs in the middle of a call', () => {
  for (const applied of [true, false]) {
    test(`is overtaken; what it sent ${applied ? 'is adopted' : 'is sent again'}, and its late answer changes nothing`, async () => {
      const hung = Promise.withResolvers<void>();
      const isHung = Promise.withResolvers<void>();
      let isFirst = true;
      const through =
        (fetch: FetchDoor): FetchDoor =>
        async (request) => {
          if (!isFirst || request.method !== 'POST' || !CREATES.test(new URL(request.url).pathname))
            return fetch(request);
          isFirst = false;
          const early = applied ? await fetch(request.clone() as Request) : null;
          isHung.resolve();
          await hung.promise;
          return early ?? new Response('{}', { status: 500 });
        };
      const books = await booksWith({ through });
      const { hub, clock } = books;
      const store = pgWorkStore(hub.doors.database);
      hub.sandbox.stripe.charge({ at: clock.at() - 60, amount: 10_000 });
      const source = books.pairs[0]!.sourceId;
      const turn = pipelineTurn(hub.doors, hub.stores);
      const signal = new AbortController().signal;
      const claim = async (connectionId: typeof source) =>
        (await store.claimOne({ connectionId, owner: 'w', now: clock.now(), lease_ms: LEASE_MS }))!;
      const lease = await claim(source);
      await store.release(lease, { ...(await turn(lease, signal)), failures: 0 });
      const old = await claim(books.ledger.id);
      const late = turn(old, signal);
      await isHung.promise;
      clock.advance(LEASE_MS);
      const taken = await claim(books.ledger.id);
      await store.release(taken, { ...(await turn(taken, signal)), failures: 0 });
      const before = await books.postings();
      hung.resolve();
      expect(await late).toMatchObject({ dueAt: clock.now() });
      expect(await books.postings()).toEqual(before);
      await books.work(10);
      const postings = await books.postings();
      expect(postings.map(({ state }) => state)).toEqual(['posted', 'posted']);
      expect(postings.filter(({ adopted }) => adopted)).toHaveLength(applied ? 2 : 0);
      expect([...books.documents().values()].map((ids) => ids.length)).toEqual([1, 1]);
      // The old call is on record as begun and never finished.
      const attempts = await books.query(
        sql<{ result: string | null }>`select result from attempts where operation = 'create' and fence = ${old.fence}`,
      );
      expect(attempts.map(({ result }) => result)).toEqual([null, null]);
    });
  }
});

describe('planning and sending at the same moment', () => {
  test('never takes a posting back that is being sent', async () => {
    const books = await booksWith();
    const { hub, clock } = books;
    hub.sandbox.quickbooks.setClosingDate('2026-10-15');
    hub.sandbox.stripe.charge({ at: clock.at() - 60, amount: 10_000 });
    await books.work();
    hub.sandbox.quickbooks.setClosingDate(null);
    await books.query(sql`update postings set held = false, reason_code = null`);
    await books.query(sql`update facts set state = 'new'`);
    const { database, makeId } = hub.doors;
    const store = pgWorkStore(database);
    const claim = async (connectionId: (typeof books.ledger)['id']) =>
      (await store.claimOne({ connectionId, owner: 'w', now: clock.now(), lease_ms: LEASE_MS }))!;
    const source = await claim(books.pairs[0]!.sourceId);
    const ledger = await claim(books.ledger.id);
    const deliveries = pgDeliveryStore(database, makeId);
    const ready = await deliveries.toSend(books.ledger, 30, clock.now());
    expect(ready).toHaveLength(2);
    const gate = await pauseBeforeUpdate(books);
    // The planner has looked, and is about to write, when the ledger's worker begins to send.
    const planning = planFacts(hub.stores.outbox, source, clock);
    await gate.reached();
    expect(
      await deliveries.beginSending(ledger, ready, { operation: 'create', batch: null }, clock.now()),
    ).toHaveLength(2);
    await gate.open();
    await planning;
    expect((await books.postings()).map(({ state }) => state)).toEqual(['sending', 'sending']);
    await deliveries.settle(
      ledger,
      ready.map((posting, index) => ({
        posting,
        attemptId: null,
        settlement: {
          event: 'accepted',
          reason: null,
          held: false,
          notBefore: clock.now(),
          document: {
            kind: posting.kind,
            postingId: posting.id,
            documentId: String(900 + index),
            version: '0',
            on: posting.on,
            total: posting.total,
            voided: false,
            movements: [],
            number: posting.number,
          } as never,
          remove: false,
          attention: false,
          failed: false,
          newKey: false,
          batch: null,
        },
      })),
      clock.now(),
    );
    expect((await books.postings()).map(({ state }) => state)).toEqual(['posted', 'posted']);
  });

  /** The first statement that changes postings waits right before it begins. */
  async function pauseBeforeUpdate(books: Books) {
    const { owner } = books.hub.test;
    await books.query(sql`
      create function pause() returns trigger language plpgsql as $$
      begin
        if pg_try_advisory_xact_lock(1) then perform pg_advisory_xact_lock(2); end if;
        return null;
      end $$`);
    await books.query(sql`create trigger pause before update on postings for each statement execute function pause()`);
    const isHeld = Promise.withResolvers<void>();
    const opened = Promise.withResolvers<void>();
    const holding = asOwner(owner, async (tx) => {
      await sql`select pg_advisory_xact_lock(2)`.execute(tx);
      isHeld.resolve();
      await opened.promise;
    });
    await isHeld.promise;
    return {
      async reached() {
        for (let look = 0; look < 2_000; look += 1) {
          const [row] = await books.query(
            sql<{
              count: number;
            }>`select count(*)::int as count from pg_locks where locktype = 'advisory' and objid = 2 and not granted`,
          );
          if (row!.count > 0) return;
        }
        throw new Error('nobody came to the gate');
      },
      async open() {
        opened.resolve();
        await holding;
      },
    };
  }

  test('a plan that has to wait for a call under way is not made over and over', async () => {
    const books = await booksWith({ settings: { taxUnknown: 'hold' } });
    const { hub, clock } = books;
    hub.sandbox.quickbooks.setClosingDate('2026-10-15');
    const items = [{ description: 'Lamp', quantity: 1, subtotal: 10_000, tax: 825 }];
    hub.sandbox.stripe.charge({ at: clock.at() - 60, amount: 10_825, checkout: { items } });
    hub.sandbox.stripe.charge({ at: clock.at() - 50, amount: 2_000 });
    await books.work();
    // The receipt was sent and nobody knows the outcome, the fee was not; meanwhile the source tells another day.
    await books.query(sql`
      update postings set state = 'uncertain', first_sent_at = now(), held = false, not_before = 'infinity', occurred_on = '2026-10-14' where recipe = 'S1'`);
    await books.query(sql`update facts set state = 'new'`);
    const connectionId = books.pairs[0]!.sourceId;
    const store = pgWorkStore(hub.doors.database);
    const lease = await store.claimOne({ connectionId, owner: 'w', now: clock.now(), lease_ms: LEASE_MS });
    let rounds = 0;
    const { outbox } = hub.stores;
    const counted: typeof outbox = {
      ...outbox,
      reopenWaiting: (one, now) => {
        rounds += 1;
        if (rounds > 20) throw new Error('planned over and over');
        return outbox.reopenWaiting(one, now);
      },
    };
    await planFacts(counted, lease!, clock);
    expect(rounds).toBeLessThan(3);
    const facts = await books.query(
      sql`select state, reason_code as code from facts where kind = 'charge' order by occurred_at`,
    );
    expect(facts).toEqual([
      { state: 'waiting', code: 'provider.in_progress' },
      { state: 'waiting', code: 'posting.tax_unknown' },
    ]);
  });
});

describe('money that the source takes back', () => {
  test('after it was posted leaves the ledger, and nobody has to look at it', async () => {
    const books = await booksWith({ sources: ['btcpay'] });
    const invoice = markedInvoice(books);
    await books.work(2);
    expect(await only(books)).toMatchObject({ state: 'posted', recipe: 'B6b' });
    invoice.unmark();
    await books.work(3);
    expect(await only(books)).toMatchObject({ state: 'voided' });
    expect(books.documents().size).toBe(0);
    expect(books.lines()).toEqual([]);
    expect(await books.attention()).toEqual([]);
    expect(await books.query(sql`select result from attempts where operation = 'void'`)).toEqual([
      { result: 'removed' },
    ]);
    // The comparison knows of it too: both sides are back at nothing.
    const days = await books.query(
      sql`select source_minor::int as source, ledger_minor::int as ledger, postings_minor::int as postings, differences::text from reconciliations where subject_kind = 'day'`,
    );
    expect(days).toEqual([{ source: 0, ledger: 0, postings: 0, differences: '[]' }]);
  });

  test('before it was sent never gets there', async () => {
    const books = await booksWith({
      sources: ['btcpay'],
      sandbox: { quickbooks: { limits: null, closingDate: '2026-10-15' } },
    });
    const invoice = markedInvoice(books);
    await books.work(2);
    expect(await only(books)).toMatchObject({ state: 'planned', held: true });
    invoice.unmark();
    await books.work(2);
    expect(await only(books)).toMatchObject({ state: 'voided' });
    expect(await books.attention()).toEqual([]);
  });

  test('and that counts again gets a document again, as often as that happens', async () => {
    const books = await booksWith({ sources: ['btcpay'] });
    const invoice = markedInvoice(books);
    await books.work(2);
    const ids = new Set([(await only(books)).id]);
    for (const before of [1, 2]) {
      invoice.unmark();
      await books.work(3);
      expect(books.documents().size).toBe(0);
      invoice.markAgain();
      await books.work(3);
      const postings = await books.postings();
      expect(postings.map(({ state }) => state).sort()).toEqual(['posted', ...Array(before).fill('superseded')]);
      const { id } = postings.find(({ state }) => state === 'posted')!;
      expect([...books.documents().keys()]).toEqual([id]);
      ids.add(id);
    }
    expect(ids.size).toBe(3);
    expect(await books.attention()).toEqual([]);
    const days = await books.query(
      sql`select source_minor::int as source, ledger_minor::int as ledger, postings_minor::int as postings, differences::text from reconciliations where subject_kind = 'day'`,
    );
    expect(days).toEqual([{ source: 10_000, ledger: 10_000, postings: 10_000, differences: '[]' }]);
  });

  test('and that counts again before it was removed waits for the removal', async () => {
    const books = await booksWith({ sources: ['btcpay'] });
    const { quickbooks } = books.hub.sandbox.faults;
    const invoice = markedInvoice(books);
    await books.work(2);
    const first = await only(books);
    invoice.unmark();
    quickbooks.failNext({ fault: '5xx', method: 'POST', path: CREATES, count: 2 });
    books.clock.advance(MINUTE_MS);
    await books.hub.settle();
    expect(await only(books)).toMatchObject({ state: 'posted', wanted: 'void' });
    invoice.markAgain();
    books.clock.advance(MINUTE_MS);
    await books.hub.settle();
    expect(await only(books)).toMatchObject({ id: first.id });
    expect(await books.query(sql`select state, reason_code as code from facts`)).toEqual([
      { state: 'waiting', code: 'provider.in_progress' },
    ]);
    await books.work(4, 11 * MINUTE_MS);
    expect((await books.postings()).map(({ state }) => state).sort()).toEqual(['posted', 'superseded']);
    expect(books.documents().has(first.id)).toBe(false);
    expect(books.documents().size).toBe(1);
    expect(await books.attention()).toEqual([]);
  });

  for (const fault of ['timeoutBeforeCommit', 'timeoutAfterCommit'] as const) {
    test(`while nobody knows whether it got there (${fault}) is not there in the end`, async () => {
      const books = await booksWith({ sources: ['btcpay'] });
      const { quickbooks } = books.hub.sandbox.faults;
      const invoice = markedInvoice(books);
      quickbooks.failNext({ fault, method: 'POST', path: CREATES });
      await books.hub.settle();
      expect(await only(books)).toMatchObject({ state: 'uncertain' });
      invoice.unmark();
      books.clock.advance(MINUTE_MS);
      await books.work(8, 50 * MINUTE_MS);
      expect(await only(books)).toMatchObject({ state: 'voided' });
      expect(books.documents().size).toBe(0);
      expect(await books.attention()).toEqual([]);
    });
  }

  test('whose removal the ledger does not manage is asked again after a while, not at once', async () => {
    const books = await booksWith({ sources: ['btcpay'] });
    const { quickbooks } = books.hub.sandbox.faults;
    const invoice = markedInvoice(books);
    await books.work(2);
    invoice.unmark();
    quickbooks.failNext({ fault: '5xx', method: 'POST', path: CREATES, count: 10_000 });
    books.clock.advance(MINUTE_MS);
    const before = quickbooks.injected()['5xx'] ?? 0;
    await books.hub.settle();
    expect((quickbooks.injected()['5xx'] ?? 0) - before).toBe(1);
    await books.work(10);
    const asked = (quickbooks.injected()['5xx'] ?? 0) - before;
    expect(asked).toBeGreaterThan(2);
    expect(asked).toBeLessThan(12);
    expect(await only(books)).toMatchObject({ state: 'posted', wanted: 'void' });
    const attempts = await books.query(
      sql`select distinct result, error_code as code, finished_at is null as "isOpen" from attempts where operation = 'void'`,
    );
    expect(attempts).toEqual([{ result: 'outcome_unknown', code: 'provider.unavailable', isOpen: false }]);
  });
});
