import { afterEach, describe, expect, test } from 'vitest';
import { replay } from '../../sandbox/src/index.ts';
import { fanOut } from '../../src/hub/inbox/index.ts';
import { sql } from '../../src/platform/store/index.ts';
import { type Books, type BooksOptions, DAY_MS, openedBooks } from './books.ts';

const open: Books[] = [];
afterEach(async () => {
  for (const books of open.splice(0)) await books.hub.close();
});

async function booksWith(options: BooksOptions = {}): Promise<Books> {
  const books = await openedBooks(options);
  open.push(books);
  return books;
}

const anonymous = (lines: readonly string[]) => lines.map((line) => line.replace(/ (ST|BP)-\w+$/, '')).sort();

/** Both sources connected and listening since the first of October; it is November, and nobody has read since. */
async function october(mode: 'deposit' | 'invoicing'): Promise<Books> {
  const books = await booksWith({
    now: Date.UTC(2026, 9, 1),
    sources: ['stripe', 'btcpay'],
    settings: { mode, late: 'accept', partial: 'accept', unmatched: 'sale' },
  });
  // The endpoints are made by the first turn.
  await books.work();
  books.clock.advance(35 * DAY_MS);
  return books;
}

const month = (books: Books) =>
  books.hub.sandbox.generate({ seed: 7, month: '2026-10', charges: 50, btcpayInvoices: 15 });

/** Delivers everything that was ever told, each twice, in an order of its own. */
const deliver = ({ hub: { sandbox } }: Books, seed: number, order: 'original' | 'shuffled') =>
  replay(
    sandbox.sender,
    { seed, times: 2, order, sources: [sandbox.sources.stripe, sandbox.sources.btcpay], concurrency: 4 },
    () => {},
  );

describe.each(['deposit', 'invoicing'] as const)('in %s mode', (mode) => {
  test('whatever the order in which webhooks come, or none at all, the ledger says the same', async () => {
    const polled = await october(mode);
    month(polled);
    await polled.work(3);
    const lines = anonymous(polled.lines());
    expect(lines.length).toBeGreaterThan(150);
    expect(polled.hub.sandbox.quickbooks.ledger().trialBalanceDifference).toBe(0);
    const books = await october(mode);
    month(books);
    expect((await deliver(books, 2, 'shuffled')).failed).toBe(0);
    await books.work(3);
    expect(anonymous(books.lines())).toEqual(lines);
  });
});

test('delivering everything again, shuffled, twice, changes nothing', async () => {
  const books = await october('invoicing');
  month(books);
  await deliver(books, 1, 'original');
  await books.work(3);
  const before = {
    lines: books.lines(),
    postings: await books.postings(),
    facts: await books.query(sql`select id, state, body_sha256 from facts where state <> 'ignored' order by id`),
    attention: await books.attention(),
  };
  for (const seed of [4, 5]) {
    await deliver(books, seed, 'shuffled');
    await books.work(2);
  }
  // The inbox itself, opened once more from the start.
  await books.query(sql`update deliveries set state = 'received'`);
  await books.query(sql`update events set state = 'received' where state = 'done'`);
  while (!(await fanOut(books.hub.doors, books.hub.inboxStore)).empty);
  await books.work(3);
  expect({
    lines: books.lines(),
    postings: await books.postings(),
    facts: await books.query(sql`select id, state, body_sha256 from facts where state <> 'ignored' order by id`),
    attention: await books.attention(),
  }).toEqual(before);
});

describe('a refund', () => {
  for (const mode of ['deposit', 'invoicing'] as const) {
    test(`that is seen before its payment is posted as it would be after it (${mode})`, async () => {
      let isHidden = true;
      const hidden = { id: '' };
      const without = (body: string): string => {
        const parsed = JSON.parse(body) as {
          data?: { source?: { id?: string } | string; id: string; type?: string }[];
        };
        if (!isHidden || !Array.isArray(parsed.data)) return body;
        return JSON.stringify({
          ...parsed,
          data: parsed.data.filter(
            (row) => !JSON.stringify(row).includes(`"id":"${hidden.id}"`) || row.type === 'refund',
          ),
        });
      };
      const books = await booksWith({
        settings: { mode, taxUnknown: 'hold' },
        through: (fetch) => async (request) => {
          const response = await fetch(request);
          if (hidden.id === '' || !new URL(request.url).pathname.endsWith('/balance_transactions')) return response;
          return new Response(without(await response.text()), { status: response.status, headers: response.headers });
        },
      });
      const { stripe } = books.hub.sandbox;
      const at = books.clock.at() - 7_200;
      const { charge, balanceTransaction } = stripe.charge({
        at,
        amount: 10_825,
        checkout: { items: [{ description: 'Lamp', quantity: 1, subtotal: 10_000, tax: 825 }] },
      });
      hidden.id = balanceTransaction!.id;
      stripe.refund({ at: at + 3_600, charge: charge.id, amount: 5_000 });
      await books.work(2);
      const early = (await books.postings()).map(({ recipe }) => recipe);
      expect(early).not.toContain('S1');
      isHidden = false;
      await books.query(sql`update checkpoints set checkpoint = null, cursor = null`);
      await books.work(12);
      const taxes = books.lines().filter((line) => line.includes('Sales Tax'));
      // 8.25 of 108.25, and of 50.00 its share: 3.81.
      expect(taxes.map((line) => Number(/ (-?\d+) ST-/.exec(line)![1])).sort((a, b) => a - b)).toEqual([-825, 381]);
      expect((await books.postings()).map(({ recipe, state }) => `${recipe} ${state}`).sort()).toEqual([
        'S1 posted',
        'S4 posted',
        'S5 posted',
      ]);
    });
  }

  test('in many parts takes back exactly the tax of the sale, whatever the order of reading', async () => {
    const books = await booksWith({ settings: { taxUnknown: 'hold' } });
    const { stripe } = books.hub.sandbox;
    const at = books.clock.at() - 36_000;
    const { charge } = stripe.charge({
      at,
      amount: 10_825,
      checkout: { items: [{ description: 'Lamp', quantity: 1, subtotal: 10_000, tax: 825 }] },
    });
    const parts = [333, 1, 4_000, 3_333, 1_000, 2_158];
    expect(parts.reduce((sum, part) => sum + part, 0)).toBe(10_825);
    for (const [index, amount] of parts.entries()) {
      stripe.refund({ at: at + 60 * (index + 1), charge: charge.id, amount });
      if (index % 2 === 0) await books.work(2);
    }
    await books.query(sql`update checkpoints set checkpoint = null, cursor = null`);
    await books.work(3);
    const { trialBalance } = books.hub.sandbox.quickbooks.ledger();
    const balanceOf = (name: RegExp) =>
      trialBalance.filter((row) => name.test(row.name)).reduce((sum, row) => sum + row.debit - row.credit, 0);
    expect(balanceOf(/Sales Tax/)).toBe(0);
    expect(balanceOf(/Stripe sales$/)).toBe(0);
    expect((await books.postings()).filter(({ recipe }) => recipe === 'S5')).toHaveLength(parts.length);
  });
});

describe('a dispute that is lost', () => {
  test('over an invoice payment takes the sale back with three documents, tied', async () => {
    const books = await booksWith({ settings: { mode: 'invoicing' } });
    const { stripe } = books.hub.sandbox;
    const at = books.clock.at() - 3 * 86_400;
    const customer = stripe.createCustomer({ at, name: 'Blue Door Ltd' });
    const draft = stripe.createInvoice({
      at,
      customer: customer.id,
      lines: [{ description: 'Design', unitAmount: 50_000 }],
    });
    stripe.finalizeInvoice({ at, invoice: draft.id });
    const { charge } = stripe.payInvoice({ at: at + 60, invoice: draft.id });
    const dispute = stripe.openDispute({ at: at + 3_600, charge: charge.id });
    await books.work(3);
    books.clock.advance(DAY_MS);
    stripe.loseDispute({ at: books.clock.at() - 60, dispute: dispute.id });
    await books.work(4);
    const lost = (await books.postings()).filter(({ leg }) => leg.startsWith('dispute_lost'));
    expect(lost.map(({ recipe, kind, state }) => [recipe, kind, state]).sort()).toEqual([
      ['S6c', 'credit_application', 'posted'],
      ['S6c', 'credit_memo', 'posted'],
      ['S6c', 'journal_entry', 'posted'],
    ]);
    const receivables = books.lines().filter((line) => line.includes('Accounts Receivable'));
    expect(
      receivables.reduce(
        (sum, line) =>
          sum + Number(/Accounts Receivable \S* ?(-?\d+)/.exec(line)?.[1] ?? / (-?\d+) /.exec(line)?.[1] ?? 0),
        0,
      ),
    ).toBe(0);
    const disputed = books.hub.sandbox.quickbooks
      .ledger()
      .trialBalance.find(({ name }) => name === 'Stripe funds in dispute');
    expect(disputed).toBeUndefined();
    expect(await books.attention()).toEqual([]);
  });
});

describe('the day of an entry', () => {
  for (const [what, instant, timeZone, day] of [
    ['of the ledger, not of the source or the server', '2026-10-15T05:30:00Z', 'America/Los_Angeles', '2026-10-14'],
    ['ahead of UTC', '2026-10-15T20:30:00Z', 'Pacific/Auckland', '2026-10-16'],
    ['at the end of a month', '2026-10-01T03:00:00Z', 'America/New_York', '2026-09-30'],
    ['in the hour that comes twice', '2026-11-01T08:30:00Z', 'America/Los_Angeles', '2026-11-01'],
    ['at the end of January', '2027-02-01T04:59:59Z', 'America/New_York', '2027-01-31'],
    ['of a leap year', '2028-03-01T04:59:59Z', 'America/New_York', '2028-02-29'],
  ] as const) {
    test(`is the day ${what}`, async () => {
      const moment = Date.parse(instant);
      const books = await booksWith({
        now: moment + 3_600_000,
        sandbox: { quickbooks: { limits: null, timeZone } },
      });
      books.hub.sandbox.stripe.charge({ at: moment / 1_000, amount: 1_000 });
      await books.work(2);
      expect((await books.postings()).map(({ on, state }) => `${on} ${state}`)).toEqual([
        `${day} posted`,
        `${day} posted`,
      ]);
      expect(books.hub.sandbox.quickbooks.ledger().documents.map(({ date }) => date)).toEqual([day, day]);
      const days = await books.query(
        sql`select subject, source_minor = ledger_minor as agrees, differences::text from reconciliations where subject_kind = 'day'`,
      );
      expect(days).toEqual([{ subject: day, agrees: true, differences: '[]' }]);
    });
  }
});
