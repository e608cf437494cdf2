import { afterEach, describe, expect, test } from 'vitest';
import type { EntityName } from '../../sandbox/src/quickbooks/index.ts';
import { addAppEndpoint } from '../../src/hub/connections/index.ts';
import { retry } from '../../src/hub/operate/index.ts';
import { Secret } from '../../src/kernel/secret.ts';
import { pgWorkStore } from '../../src/platform/engine/index.ts';
import { sql } from '../../src/platform/store/index.ts';
import { type Books, type BooksOptions, DAY_MS, HOUR_MS, MINUTE_MS, openedBooks, renew } from './books.ts';

const open: Books[] = [];
afterEach(async () => {
  for (const books of open.splice(0)) await books.hub.close();
});

async function booksWith(options: BooksOptions = {}): Promise<Books> {
  const books = await openedBooks(options);
  open.push(books);
  return books;
}

/** A payment of a minute ago. */
const sale = ({ hub, clock }: Books, amount = 10_000) =>
  hub.sandbox.stripe.charge({ at: clock.at() - 60, amount }).charge;

const states = async (books: Books) =>
  (await books.postings()).map(({ recipe, state, held, reason }) =>
    [recipe, state, ...(held ? ['held'] : []), ...(reason === null ? [] : [reason])].join(' '),
  );

const entityNamed = (books: Books, entity: EntityName, name: string) => {
  for (let id = 1; id < 400; id += 1) {
    const found = books.hub.sandbox.quickbooks.read(entity, String(id)) as { Name?: string } | undefined;
    if (found?.Name === name) return String(id);
  }
  throw new Error(`no ${entity} ${name}`);
};

const documentOf = async (books: Books, recipe: string) =>
  (await books.postings()).find((one) => one.recipe === recipe)!.documentId!;

describe('a closed period', () => {
  test('that nobody told us of holds what falls into it, and lets it go when it is opened again', async () => {
    const books = await booksWith();
    const { quickbooks } = books.hub.sandbox;
    sale(books);
    // The hub has read the company's terms by now, and does not hear that they change.
    await books.work();
    const before = books.lines();
    quickbooks.setClosingDate('2026-10-15');
    sale(books, 7_000);
    await books.work(2);
    expect((await states(books)).sort()).toEqual([
      'S1 planned held ledger.closed_period',
      'S1 posted',
      'S4 planned held ledger.closed_period',
      'S4 posted',
    ]);
    expect((await books.attention()).map(({ code }) => code)).toEqual(['ledger.closed_period', 'ledger.closed_period']);
    expect(books.lines()).toEqual(before);
    await listen(books);
    quickbooks.setClosingDate(null);
    await books.hub.sandbox.sender.tick();
    await books.work(2);
    expect(new Set((await books.postings()).map(({ state }) => state))).toEqual(new Set(['posted']));
    expect(await books.attention()).toEqual([]);
    expect([...books.documents().values()].every((ids) => ids.length === 1)).toBe(true);
  });

  test('that is known is obeyed without a refusal first', async () => {
    const books = await booksWith({ sandbox: { quickbooks: { limits: null, closingDate: '2026-10-15' } } });
    sale(books);
    await books.work(2);
    expect(await states(books)).toEqual([
      'S1 planned held ledger.closed_period',
      'S4 planned held ledger.closed_period',
    ]);
    expect(await books.query(sql`select 1 from attempts`)).toEqual([]);
    expect(books.lines()).toEqual([]);
  });
});

describe('a number that is used already', () => {
  test('by a document of somebody else holds the entry and says so; renumbered, it is posted', async () => {
    const books = await booksWith();
    sale(books);
    await listen(books);
    books.hub.sandbox.quickbooks.setClosingDate('2026-10-31');
    await books.work();
    const planned = (await books.postings()).find(({ recipe }) => recipe === 'S1')!;
    const item = entityNamed(books, 'Item', 'Stripe sale');
    const stranger = books.hub.sandbox.quickbooks.humanCreate('SalesReceipt', {
      DocNumber: planned.number,
      TxnDate: '2026-10-15',
      Line: [{ Amount: 5, DetailType: 'SalesItemLineDetail', SalesItemLineDetail: { ItemRef: { value: item } } }],
    }) as { Id: string };
    books.hub.sandbox.quickbooks.setClosingDate(null);
    await books.hub.sandbox.sender.tick();
    await books.work(3);
    expect(await states(books)).toEqual(['S1 planned held ledger.duplicate_number', 'S4 posted']);
    expect(await books.attention()).toMatchObject([{ code: 'ledger.duplicate_number', subject: planned.id }]);
    expect(books.documents().has(planned.id)).toBe(false);
    books.hub.sandbox.quickbooks.humanEdit('SalesReceipt', stranger.Id, { DocNumber: 'MINE-1' });
    await retryAll(books);
    await books.work(2);
    expect(await states(books)).toEqual(['S1 posted', 'S4 posted']);
    expect(await books.attention()).toEqual([]);
  });
});

async function retryAll({ hub }: Books): Promise<void> {
  const { doors, stores, inboxStore, test: made } = hub;
  const workStore = pgWorkStore(doors.database);
  await retry(
    doors,
    { stores, inboxStore, workStore },
    {
      tenantId: made.tenantId,
      filter: { ids: null, code: null },
      reason: 'test',
      signal: new AbortController().signal,
    },
  );
}

describe('a ledger that makes another total of it', () => {
  test('has the document removed at once, and it is shown', async () => {
    const books = await booksWith({ sandbox: { quickbooks: { limits: null, automatedSalesTax: '7.5' } } });
    books.hub.sandbox.stripe.charge({
      at: books.clock.at() - 3_600,
      amount: 10_825,
      checkout: { items: [{ description: 'Lamp', quantity: 1, subtotal: 10_000, tax: 825 }] },
    });
    await books.work(3);
    expect(await states(books)).toEqual(['S1 voided ledger.total_differs', 'S4 posted']);
    expect(await books.attention()).toMatchObject(
      expect.arrayContaining([expect.objectContaining({ code: 'ledger.total_differs' })]),
    );
    const receipt = (await books.postings()).find(({ recipe }) => recipe === 'S1')!;
    expect(books.documents().has(receipt.id)).toBe(false);
    expect(books.lines().filter((line) => line.startsWith('SalesReceipt'))).toEqual([]);
  });
});

describe('one item of a batch', () => {
  test('that is refused stops alone; after the correction it is posted once', async () => {
    const books = await booksWith();
    const { quickbooks } = books.hub.sandbox;
    const fees = entityNamed(books, 'Account', 'Stripe processing fees');
    quickbooks.humanEdit('Account', fees, { Active: false });
    for (const amount of [1_000, 2_000, 3_000]) sale(books, amount);
    await books.work(2);
    expect((await states(books)).sort()).toEqual([
      'S1 posted',
      'S1 posted',
      'S1 posted',
      ...Array.from({ length: 3 }, () => 'S4 dead ledger.account_invalid'),
    ]);
    expect((await books.attention()).map(({ code }) => code)).toEqual(
      Array.from({ length: 3 }, () => 'ledger.account_invalid'),
    );
    quickbooks.humanEdit('Account', fees, { Active: true });
    await retryAll(books);
    await books.work(3);
    expect(new Set(await states(books))).toEqual(new Set(['S1 posted', 'S4 posted']));
    expect([...books.documents().values()].every((ids) => ids.length === 1)).toBe(true);
    expect(await books.attention()).toEqual([]);
  });
});

describe('a credential that the ledger refuses', () => {
  test('parks the work with one item of attention; a new one takes it up, and the item is gone', async () => {
    const books = await booksWith({ renews: false });
    const { quickbooks } = books.hub.sandbox;
    sale(books);
    await books.hub.settle();
    quickbooks.disconnect();
    for (let day = 0; day < 3; day += 1) {
      sale(books, 1_000 + day);
      await books.work(3, HOUR_MS);
    }
    const connections = await books.query(sql`select state from connections where provider = 'quickbooks'`);
    expect(connections).toEqual([{ state: 'needs_reconnect' }]);
    expect(await books.attention()).toMatchObject([{ code: 'provider.unauthorized', subject: books.ledger.id }]);
    expect(
      (await states(books)).filter((state) => !state.endsWith('posted')).every((state) => /^S[14] planned/.test(state)),
    ).toBe(true);
    await renew(books.hub);
    await books.work(2);
    expect(new Set((await books.postings()).map(({ state }) => state))).toEqual(new Set(['posted']));
    expect(books.documents().size).toBe(8);
    expect(await books.attention()).toEqual([]);
  });
});

describe('a mapping that is missing', () => {
  test('makes the event wait with the name of the role, and lets it go when it is mapped', async () => {
    const books = await booksWith();
    await books.query(sql`delete from account_roles where role = 'FEE:processing'`);
    sale(books);
    await books.work(2);
    expect(await books.postings()).toEqual([]);
    const waiting = await books.query(sql`select state, reason_code as code, reason_detail as detail from facts`);
    expect(waiting).toEqual([
      { state: 'waiting', code: 'posting.account_role_missing', detail: expect.stringContaining('FEE:processing') },
    ]);
    await books.query(sql`
      insert into account_roles (tenant_id, pair_id, role, ledger_id, name, updated_at)
      select tenant_id, id, 'FEE:processing', ${entityNamed(books, 'Account', 'Stripe processing fees')}, 'Fees', now() from pairs`);
    await books.work(2, 11 * MINUTE_MS);
    expect(await states(books)).toEqual(['S1 posted', 'S4 posted']);
  });
});

describe('a document that a person', () => {
  test('deletes is named by the reconciliation and not posted again', async () => {
    const books = await booksWith();
    await listen(books);
    sale(books);
    await books.work(2);
    const document = await documentOf(books, 'S1');
    const posting = (await books.postings()).find(({ recipe }) => recipe === 'S1')!;
    books.hub.sandbox.quickbooks.humanDelete('SalesReceipt', document);
    await books.hub.sandbox.sender.tick();
    await books.work(3);
    const [row] = await differences(books);
    expect(row!.differences).toEqual([
      expect.objectContaining({ kind: 'deleted', subject: posting.id, minor: '10000' }),
    ]);
    expect(books.documents().has(posting.id)).toBe(false);
    expect(await books.attention()).toMatchObject([{ code: 'posting.changed_after_posting' }]);
    expect(await states(books)).toEqual(['S1 posted', 'S4 posted']);
  });

  test('changes is named, and no more when it is changed back', async () => {
    const books = await booksWith();
    await listen(books);
    sale(books);
    await books.work(2);
    const document = await documentOf(books, 'S4');
    books.hub.sandbox.quickbooks.humanEdit('Purchase', document, { TxnDate: '2026-10-14' });
    await books.hub.sandbox.sender.tick();
    await books.work(3);
    const kinds = (await differences(books)).flatMap((one) => one.differences.map(({ kind }) => kind));
    expect(kinds).toEqual(['amount_differs']);
    books.hub.sandbox.quickbooks.humanEdit('Purchase', document, { TxnDate: '2026-10-15' });
    await books.hub.sandbox.sender.tick();
    await books.work(3);
    expect(await differences(books)).toEqual([]);
    expect(await books.attention()).toEqual([]);
  });
});

describe('a document of somebody else on our account', () => {
  test('is named within a day, on a day that has nothing of ours too, and no more once it is gone', async () => {
    const books = await booksWith();
    const { quickbooks } = books.hub.sandbox;
    sale(books);
    await books.work(2);
    books.clock.advance(4 * DAY_MS);
    sale(books);
    await books.work(2);
    const account = (name: string) => ({ AccountRef: { value: entityNamed(books, 'Account', name) } });
    const line = (PostingType: string, name: string) => ({
      Amount: 12.34,
      DetailType: 'JournalEntryLineDetail',
      JournalEntryLineDetail: { PostingType, ...account(name) },
    });
    const { Id } = quickbooks.humanCreate('JournalEntry', {
      TxnDate: '2026-10-17',
      Line: [line('Debit', 'Stripe clearing USD'), line('Credit', 'Bank for Stripe payouts')],
    }) as { Id: string };
    books.clock.advance(DAY_MS);
    await books.work(2);
    expect(await differences(books)).toMatchObject([
      { subject: '2026-10-17', differences: [{ kind: 'extra', minor: '-1234', subject: Id }] },
    ]);
    expect(await books.attention()).toMatchObject([{ subject: expect.stringContaining('2026-10-17') }]);
    quickbooks.humanDelete('JournalEntry', Id);
    books.clock.advance(DAY_MS);
    await books.work(2);
    expect(await differences(books)).toEqual([]);
    expect(await books.attention()).toEqual([]);
  });
});

/** The ledger's own notifications reach the hub. */
async function listen({ hub }: Books): Promise<void> {
  const verifierToken = 'verifier-of-the-app';
  const { url } = await addAppEndpoint(hub.doors, hub.test.tenantId, 'quickbooks', new Secret(verifierToken));
  hub.sandbox.quickbooksWebhooks.setEndpoint({ url, verifierToken, format: 'cloudEvents' });
}

interface Row {
  readonly subject: string;
  readonly differences: { readonly kind: string; readonly minor: string; readonly subject: string }[];
}

/** Days that do not agree, or have something to say. */
async function differences(books: Books): Promise<Row[]> {
  const found = await books.query(
    sql<{ subject: string; differences: string; source: bigint; ledger: bigint }>`
    select subject, differences, source_minor as source, ledger_minor as ledger from reconciliations where subject_kind = 'day' order by subject`,
  );
  return found
    .map((row) => ({ ...row, differences: JSON.parse(row.differences) as Row['differences'] }))
    .filter((row) => row.differences.length > 0 || row.source !== row.ledger);
}
