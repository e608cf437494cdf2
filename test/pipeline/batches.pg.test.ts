import { describe, expect, test } from 'vitest';
import { sql } from '../../src/platform/store/index.ts';
import type { FetchDoor } from '../../src/platform/transport/index.ts';
import { type Books, MINUTE_MS, openedBooks } from './books.ts';

const DOCUMENT = /^(salesreceipt|purchase)$/;

interface Line {
  /** Keys of the batches that were sent, in order. */
  readonly batches: string[];
  /** Entities that were created in a call of their own. */
  readonly alone: string[];
  /** Nothing gets to the ledger while it is down. */
  isDown: boolean;
  /** Batches that are lost on their way from now on. */
  lose: number;
  /** Hands the first lost batch to the ledger after all. */
  arrive(): Promise<void>;
}

const broken = (code: string) =>
  new TypeError('fetch failed', { cause: Object.assign(new Error('the line broke'), { code }) });

/** A line to the ledger that loses batches before they arrive, and keeps the first of them. */
function line(): Line & { readonly through: (fetch: FetchDoor) => FetchDoor } {
  let late: (() => Promise<unknown>) | null = null;
  const batches: string[] = [];
  const alone: string[] = [];
  const through =
    (fetch: FetchDoor): FetchDoor =>
    async (request) => {
      const { pathname, searchParams } = new URL(request.url);
      if (made.isDown && pathname.includes('/company/')) throw broken('ECONNREFUSED');
      if (request.method !== 'POST' || !pathname.includes('/company/')) return fetch(request);
      const resource = pathname.split('/').at(-1)!;
      if (resource !== 'batch') {
        if (DOCUMENT.test(resource) && !searchParams.has('operation')) alone.push(resource);
        return fetch(request);
      }
      batches.push(searchParams.get('requestid')!);
      if (made.lose === 0) return fetch(request);
      made.lose -= 1;
      const copy = request.clone() as Request;
      late ??= () => fetch(copy);
      throw broken('ECONNRESET');
    };
  const made = { batches, alone, through, isDown: false, lose: 0, arrive: async () => void (await late!()) };
  return made;
}

/** A sale by card with its fee, and one in coins that can be taken back. Of the fee the ledger enforces no number. */
async function lostSales(lost: number) {
  const wire = line();
  const books = await openedBooks({ sources: ['stripe', 'btcpay'], through: wire.through });
  const { stripe, btcpay } = books.hub.sandbox;
  const at = books.clock.at() - 60;
  stripe.charge({ at, amount: 10_000 });
  const invoice = btcpay.createInvoice({ at, storeId: btcpay.settings.stores[0]!.id, amount: '100.00' });
  const payment = btcpay.pay({ at: at + 1, invoice: invoice.id });
  btcpay.markInvoice({ at: at + 2, invoice: invoice.id, to: 'Settled' });
  btcpay.confirmPayment({ at: at + 3, invoice: invoice.id, payment: payment.id });
  // All is planned before anything is sent.
  wire.isDown = true;
  await books.work(2);
  expect(await statesOf(books)).toEqual(['planned', 'planned', 'planned']);
  wire.isDown = false;
  wire.lose = lost;
  books.clock.advance(MINUTE_MS);
  await books.hub.settle();
  /** Known here before the first look. */
  const takeBack = async () => {
    btcpay.markInvoice({ at: books.clock.at(), invoice: invoice.id, to: 'Invalid' });
    await books.hub.sandbox.sender.tick();
    await books.hub.settle();
    expect((await books.postings()).filter(({ wanted }) => wanted === 'void')).toHaveLength(1);
  };
  return { books, wire, takeBack };
}

const statesOf = async (books: Books) => (await books.postings()).map(({ state }) => state);
const copies = (books: Books) => [...books.documents().values()].map((ids) => ids.length);

describe('a batch that never arrived', () => {
  test('is looked for and then sent again as it was, under the same key, and nothing goes alone', async () => {
    const { books, wire } = await lostSales(2);
    expect(new Set(await statesOf(books))).toEqual(new Set(['uncertain']));
    await books.work(4);
    expect(await statesOf(books)).toEqual(['posted', 'posted', 'posted']);
    expect(copies(books)).toEqual([1, 1, 1]);
    expect(wire.batches).toHaveLength(3);
    expect(new Set(wire.batches).size).toBe(1);
    expect(wire.alone).toEqual([]);
    await books.hub.close();
  });

  test('and lands after it was sent again makes nothing twice', async () => {
    const { books, wire } = await lostSales(1);
    await books.work(3);
    expect(copies(books)).toEqual([1, 1, 1]);
    await wire.arrive();
    expect(copies(books)).toEqual([1, 1, 1]);
    await books.hub.close();
  });

  test('and whose worker died is sent again as it was', async () => {
    const { books, wire } = await lostSales(1);
    await books.query(sql`update postings set state = 'sending', fence = 0, reason_code = null, looks = 0 returning 1`);
    await books.work(3);
    expect(await statesOf(books)).toEqual(['posted', 'posted', 'posted']);
    expect(copies(books)).toEqual([1, 1, 1]);
    expect([new Set(wire.batches).size, wire.alone]).toEqual([1, []]);
    await books.hub.close();
  });
});

describe('a batch that was lost, and of which an entry was taken back', () => {
  const fee = async (books: Books) => (await books.postings()).find(({ kind }) => kind === 'expense')!;

  test('is never sent again; what has no enforced number goes alone when nothing can arrive any more', async () => {
    const { books, wire, takeBack } = await lostSales(1);
    await takeBack();
    await books.work(12, 5 * MINUTE_MS);
    // The number of a sale is refused a second time: it need not wait.
    expect((await statesOf(books)).sort()).toEqual(['posted', 'uncertain', 'uncertain']);
    expect([await fee(books), wire.alone]).toMatchObject([{ state: 'uncertain' }, ['salesreceipt']]);
    await books.work(10, 30 * MINUTE_MS);
    expect((await statesOf(books)).sort()).toEqual(['posted', 'posted', 'voided']);
    expect(copies(books)).toEqual([1, 1]);
    expect([wire.batches.length, wire.alone]).toEqual([1, ['salesreceipt', 'purchase']]);
    await books.hub.close();
  });

  test('and lands late is adopted, and what is not wanted is removed', async () => {
    const { books, wire, takeBack } = await lostSales(1);
    await takeBack();
    await books.work(9, 5 * MINUTE_MS);
    await wire.arrive();
    await books.work(4, 15 * MINUTE_MS);
    expect((await statesOf(books)).sort()).toEqual(['posted', 'posted', 'voided']);
    expect(copies(books)).toEqual([1, 1]);
    expect([await fee(books), wire.alone]).toMatchObject([{ adopted: true }, ['salesreceipt']]);
    await books.hub.close();
  });

  test('is not sent again while its days are closed; what a number protects waits, the rest is looked for', async () => {
    const { books, wire } = await lostSales(1);
    const closed = sql`update ledger_companies set closed_through = '2026-12-31' returning 1`;
    await books.query(closed);
    await books.work(3);
    expect([wire.batches.length, wire.alone]).toEqual([1, []]);
    expect((await statesOf(books)).sort()).toEqual(['planned', 'planned', 'uncertain']);
    await books.query(sql`update ledger_companies set closed_through = null returning 1`);
    await books.work(20, MINUTE_MS);
    await books.work(12, 30 * MINUTE_MS);
    expect(copies(books)).toEqual([1, 1, 1]);
    expect(await statesOf(books)).toEqual(['posted', 'posted', 'posted']);
    await books.hub.close();
  });
});
