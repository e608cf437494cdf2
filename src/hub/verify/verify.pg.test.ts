import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Books, openedBooks } from '../../../test/pipeline/books.ts';
import { sql } from '../../platform/store/index.ts';
import { verify } from './index.ts';

let books: Books;
/** What puts the books back after each test. */
const repairs: (() => unknown)[] = [];

beforeAll(async () => {
  books = await openedBooks({ sources: ['stripe', 'btcpay'] });
  const { stripe, btcpay } = books.hub.sandbox;
  const at = books.clock.at() - 600;
  for (const amount of [1_000, 2_000, 3_000]) stripe.charge({ at, amount });
  const invoice = btcpay.createInvoice({ at, storeId: btcpay.settings.stores[0]!.id, amount: '50.00' });
  btcpay.pay({ at: at + 1, invoice: invoice.id, confirmed: true });
  // The checkpoints are well behind what they have read.
  await books.work(3, 20 * 60_000);
});
afterAll(() => books.hub.close());
afterEach(async () => {
  for (const repair of repairs.splice(0).reverse()) await repair();
});

const violations = async (live = false) => {
  const results = await verify(books.hub.doors, { live, signal: new AbortController().signal });
  return results
    .filter((result) => result.violations.length > 0)
    .map(({ invariant, what, violations: found }) => ({
      invariant,
      what,
      subjects: found.map(({ subject }) => subject),
    }));
};

const query = (statement: ReturnType<typeof sql>) => books.query(statement as never);
const firstPosting = async () => (await books.postings()).find(({ recipe }) => recipe === 'S1')!;

/** Does something that the application cannot, and undoes it afterwards. */
async function plant(statement: ReturnType<typeof sql>, repair: ReturnType<typeof sql>): Promise<void> {
  await query(statement);
  repairs.push(() => query(repair));
}

describe('on sound books', () => {
  test('every promise holds, in the store and at the providers', async () => {
    expect(await violations(true)).toEqual([]);
    const looked = await verify(books.hub.doors, { live: true, signal: new AbortController().signal });
    expect(looked.filter((one) => one.looked !== null).every((one) => one.looked! > 0)).toBe(true);
  });
});

describe('finds', () => {
  test('an event without an entry', async () => {
    const { id } = await firstPosting();
    const [row] = await books.query(sql<{ fact: string }>`select fact_id as fact from postings where id = ${id}`);
    await query(sql`create table kept as select id, fact_id from postings where fact_id = ${row!.fact}`);
    const [other] = await books.query(
      sql<{ fact: string }>`select fact_id as fact from postings where fact_id <> ${row!.fact} order by 1 limit 1`,
    );
    await plant(
      sql`update postings set fact_id = ${other!.fact} where fact_id = ${row!.fact}`,
      sql`update postings p set fact_id = k.fact_id from kept k where k.id = p.id`,
    );
    expect(await violations()).toEqual([
      { invariant: 'I3', what: 'every planned event has its entries', subjects: [row!.fact] },
    ]);
  });

  test('two entries of one document', async () => {
    const [one, two] = (await books.postings()).filter(({ recipe }) => recipe === 'S1');
    await query(sql`drop index postings_document`);
    repairs.push(() =>
      query(
        sql`create unique index postings_document on postings (ledger_connection_id, kind, document_id) where document_id is not null and state = 'posted'`,
      ),
    );
    await plant(
      sql`update postings set document_id = ${one!.documentId} where id = ${two!.id}`,
      sql`update postings set document_id = ${two!.documentId} where id = ${two!.id}`,
    );
    expect(await violations()).toEqual([
      { invariant: 'I3', what: 'one document, one entry', subjects: [[one!.id, two!.id].sort().join(', ')] },
    ]);
  });

  test('an entry that stands for nothing', async () => {
    const { id } = await firstPosting();
    await query(sql`create table legs as select * from posting_legs where posting_id = ${id}`);
    await plant(
      sql`delete from posting_legs where posting_id = ${id}`,
      sql`insert into posting_legs select * from legs`,
    );
    expect(await violations()).toEqual([{ invariant: 'I3', what: 'one economic leg, one entry', subjects: [id] }]);
  });

  test('an entry that does not balance', async () => {
    const { id } = await firstPosting();
    await query(sql`alter table posting_lines disable trigger posting_lines_balance`);
    repairs.push(() => query(sql`alter table posting_lines enable trigger posting_lines_balance`));
    await plant(
      sql`update posting_lines set amount_minor = amount_minor + 1 where posting_id = ${id} and line = 0`,
      sql`update posting_lines set amount_minor = amount_minor - 1 where posting_id = ${id} and line = 0`,
    );
    expect(await violations()).toEqual([{ invariant: 'I4', what: 'every entry balances', subjects: [id] }]);
  });

  test('a difference that has no name', async () => {
    await plant(
      sql`update reconciliations set ledger_minor = ledger_minor - 7 where subject_kind = 'day' and id = (select min(id) from reconciliations where subject_kind = 'day')`,
      sql`update reconciliations set ledger_minor = ledger_minor + 7 where subject_kind = 'day' and id = (select min(id) from reconciliations where subject_kind = 'day')`,
    );
    expect(await violations()).toMatchObject([{ invariant: 'I5', subjects: [expect.stringContaining('2026-10-15')] }]);
  });

  test.each([
    ['an unknown outcome', 'outcome_unknown'],
    ['no answer at all', null],
  ])('a second send after %s without a look between', async (_what, result) => {
    const { id } = await firstPosting();
    await plant(
      sql`
      insert into attempts (id, tenant_id, posting_id, operation, fence, started_at, result)
      select 'att_0', tenant_id, posting_id, 'create', fence, started_at - interval '1 minute', ${result}::text from attempts where posting_id = ${id}`,
      sql`delete from attempts where id = 'att_0'`,
    );
    expect(await violations()).toEqual([
      { invariant: 'I6', what: 'nothing was sent again before a look-up', subjects: [id] },
    ]);
  });

  test('a send after a look that could not exclude it', async () => {
    const { id } = await firstPosting();
    await plant(
      sql`
      insert into attempts (id, tenant_id, posting_id, operation, fence, started_at, result)
      select 'att_' || n, tenant_id, posting_id, case n when 0 then 'create' else 'look_up' end, fence, started_at - (interval '1 minute' * (3 - n)), 'outcome_unknown'
      from attempts, generate_series(0, 1) as n where posting_id = ${id}`,
      sql`delete from attempts where id in ('att_0', 'att_1')`,
    );
    expect(await violations()).toMatchObject([{ invariant: 'I6', subjects: [id] }]);
  });

  test('a record that nobody understood', async () => {
    const [record] = await books.query(
      sql<{
        id: string;
      }>`select external_id as id from records where stream = 'balance_transactions' order by 1 limit 1`,
    );
    await plant(
      sql`update records set normalised = false, read_at = read_at - interval '1 hour' where external_id = ${record!.id}`,
      sql`update records set normalised = true where external_id = ${record!.id}`,
    );
    expect(await violations()).toEqual([
      {
        invariant: 'I7',
        what: 'every record that was read is understood or shown',
        subjects: [`balance_transactions ${record!.id}`],
      },
    ]);
  });

  test('an object of the source that was never stored', async () => {
    const [record] = await books.query(
      sql<{
        id: string;
      }>`select external_id as id from records where stream = 'balance_transactions' order by 1 limit 1`,
    );
    await plant(
      sql`update records set external_id = 'txn_other' where external_id = ${record!.id}`,
      sql`update records set external_id = ${record!.id} where external_id = 'txn_other'`,
    );
    expect(await violations(true)).toMatchObject([
      { invariant: 'I7', subjects: [`balance_transactions ${record!.id}`] },
    ]);
  });

  test('a second document with the marker of an entry', async () => {
    const { id, documentId } = await firstPosting();
    const { quickbooks } = books.hub.sandbox;
    const document = quickbooks.read('SalesReceipt', documentId!) as Record<string, unknown>;
    const { Id: _id, SyncToken: _token, DocNumber: _number, MetaData: _meta, ...body } = document;
    const copy = quickbooks.humanCreate('SalesReceipt', { ...body, DocNumber: 'COPY-1' }) as { Id: string };
    repairs.push(() => quickbooks.humanDelete('SalesReceipt', copy.Id));
    expect(await violations(true)).toMatchObject([{ invariant: 'I3', subjects: [id] }]);
  });

  test('a document that is posted and not there', async () => {
    const fee = (await books.postings()).find(({ recipe }) => recipe === 'S4')!;
    books.hub.sandbox.quickbooks.humanDelete('Purchase', fee.documentId!);
    expect(await violations(true)).toMatchObject([{ invariant: 'I3', subjects: [fee.id] }]);
  });
});
