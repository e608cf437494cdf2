import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FaultKind } from '../../sandbox/src/index.ts';
import { type Books, MINUTE_MS, openedBooks } from './books.ts';
import { eachKindOfDocument } from './business.ts';

/** Where documents are made, one by one and together. */
const ANY = /\/(batch|salesreceipt|refundreceipt|purchase|transfer|deposit|journalentry|invoice|payment|creditmemo)$/;
/** Three quarters of an hour: within the window in which the ledger still knows the keys, and before the token ends. */
const PATIENCE = [9, 5 * MINUTE_MS] as const;
/** The same time with a look each minute: a batch that is lost ten times is looked for ten times. */
const MANY_LOOKS = [46, MINUTE_MS] as const;
const KINDS = [
  'credit_application',
  'credit_memo',
  'deposit',
  'expense',
  'invoice',
  'journal_entry',
  'payment',
  'refund_receipt',
  'sales_receipt',
  'transfer',
];

const anonymous = (lines: readonly string[]) => lines.map((line) => line.replace(/ ST-\w+$/, '')).sort();

async function booksWith(through?: Parameters<typeof openedBooks>[0]): Promise<Books> {
  const books = await openedBooks({ settings: { mode: 'invoicing' }, ...through });
  eachKindOfDocument(books.hub.sandbox, books.clock.at());
  return books;
}

/** Every posting is one document, and the ledger says what it says without any trouble. */
async function expectSound(books: Books, lines: readonly string[]): Promise<void> {
  const postings = await books.postings();
  expect(postings.filter(({ state }) => state !== 'posted')).toEqual([]);
  expect([...books.documents()].filter(([, ids]) => ids.length !== 1)).toEqual([]);
  expect(books.documents().size).toBe(postings.length);
  expect(anonymous(books.lines())).toEqual(lines);
  expect(await books.attention()).toEqual([]);
}

describe('a ledger that answers badly', () => {
  let lines: readonly string[];
  let kinds: readonly string[];
  beforeAll(async () => {
    const books = await booksWith();
    await books.work(2);
    lines = anonymous(books.lines());
    kinds = [...new Set((await books.postings()).map(({ kind }) => kind))].sort();
    await books.hub.close();
  });

  test('is asked for each kind of document', () => {
    expect(kinds).toEqual(KINDS);
  });

  const faults: readonly FaultKind[] = [
    'timeoutAfterCommit',
    'timeoutBeforeCommit',
    '5xx',
    '5xxAfterCommit',
    'html',
    'truncated',
    'wrongType',
    '429',
  ];
  test.each(faults)('with %s to every create for a while gets each document once', async (fault) => {
    const books = await booksWith();
    books.hub.sandbox.faults.quickbooks.failNext({ fault, method: 'POST', path: ANY, count: 6 });
    await books.work(...PATIENCE);
    await expectSound(books, lines);
    expect(books.hub.sandbox.faults.quickbooks.injected()[fault]).toBeGreaterThan(2);
    await books.hub.close();
  });

  test('that loses every single answer has each document adopted, none made again', async () => {
    const books = await booksWith();
    books.hub.sandbox.faults.quickbooks.failNext({
      fault: 'timeoutAfterCommit',
      method: 'POST',
      path: ANY,
      count: 10_000,
    });
    await books.work(...PATIENCE);
    await expectSound(books, lines);
    expect((await books.postings()).filter(({ adopted }) => !adopted)).toEqual([]);
    await books.hub.close();
  });

  test('that does not get batches for a while and then loses their answers has each document once', async () => {
    const books = await booksWith();
    const { quickbooks } = books.hub.sandbox.faults;
    quickbooks.failNext({ fault: 'timeoutBeforeCommit', method: 'POST', path: /\/batch$/, count: 10 });
    quickbooks.failNext({ fault: '5xxAfterCommit', method: 'POST', path: ANY, count: 20 });
    await books.work(...MANY_LOOKS);
    await expectSound(books, lines);
    await books.hub.close();
  });
});

describe('a ledger that forgets its keys at once', () => {
  let books: Books;
  beforeAll(async () => {
    books = await booksWith({ sandbox: { quickbooks: { limits: null, requestIdRetentionMs: 0 } } });
  });
  afterAll(() => books.hub.close());

  test('gets each document once all the same when it loses answers', async () => {
    books.hub.sandbox.faults.quickbooks.failNext({ fault: 'timeoutAfterCommit', method: 'POST', path: ANY, count: 15 });
    await books.work(...PATIENCE);
    expect([...books.documents()].filter(([, ids]) => ids.length !== 1)).toEqual([]);
    expect(books.documents().size).toBe((await books.postings()).length);
  });
});
