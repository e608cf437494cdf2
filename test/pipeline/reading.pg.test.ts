import { afterEach, describe, expect, test } from 'vitest';
import { sql } from '../../src/platform/store/index.ts';
import type { FetchDoor } from '../../src/platform/transport/index.ts';
import { type Books, type BooksOptions, DAY_MS, HOUR_MS, MINUTE_MS, openedBooks } from './books.ts';

const open: Books[] = [];
afterEach(async () => {
  for (const books of open.splice(0)) await books.hub.close();
});

async function booksWith(options: BooksOptions = {}): Promise<Books> {
  const books = await openedBooks(options);
  open.push(books);
  return books;
}

const charge = ({ hub, clock }: Books, amount: number) => hub.sandbox.stripe.charge({ at: clock.at() - 60, amount });
const invoice = ({ hub, clock }: Books, metadata = {}, amount = '100.00') => {
  const { btcpay } = hub.sandbox;
  return btcpay.createInvoice({ at: clock.at() - 60, storeId: btcpay.settings.stores[0]!.id, amount, metadata });
};
const paid = (books: Books, metadata = {}) => {
  const one = invoice(books, metadata);
  books.hub.sandbox.btcpay.pay({ at: books.clock.at() - 30, invoice: one.id, confirmed: true });
  return one;
};

/** Changes the answers of a provider on their way. */
const altering =
  (provider: string, alter: (body: string, url: URL) => string | Response) =>
  (fetch: FetchDoor): FetchDoor =>
  async (request) => {
    const url = new URL(request.url);
    const response = await fetch(request);
    if (!url.pathname.startsWith(`/${provider}/`)) return response;
    const altered = alter(await response.text(), url);
    if (altered instanceof Response) return altered;
    return new Response(altered, { status: response.status, headers: response.headers });
  };

const factState = (books: Books) => books.query(sql`select id, state, body_sha256, updated_at from facts order by id`);

describe('reading a source', () => {
  test('again without news changes nothing', async () => {
    const books = await booksWith({ sources: ['stripe', 'btcpay'] });
    for (const amount of [1_000, 2_000, 3_000]) charge(books, amount);
    paid(books);
    await books.work(2);
    const [facts, lines] = [await factState(books), books.lines()];
    const bodies = await books.query(sql`select external_id, body_sha256, normalised from records order by 1`);
    await books.work(5);
    expect(await factState(books)).toEqual(facts);
    expect(await books.query(sql`select external_id, body_sha256, normalised from records order by 1`)).toEqual(bodies);
    expect(books.lines()).toEqual(lines);
  });

  test('loses nothing when the store fails in the middle of a page', async () => {
    const books = await booksWith();
    for (let i = 0; i < 5; i += 1) charge(books, 1_000 + i);
    await books.query(sql`
      create function refuse() returns trigger language plpgsql as $$ begin raise exception 'disk full' using errcode = '53100'; end $$`);
    await books.query(sql`
      create trigger refuse before insert or update on checkpoints for each row when (new.stream = 'balance_transactions') execute function refuse()`);
    await books.hub.settle();
    expect(await books.query(sql`select 1 from records where stream = 'balance_transactions'`)).toEqual([]);
    expect(await books.query(sql`select 1 from checkpoints where stream = 'balance_transactions'`)).toEqual([]);
    await books.query(sql`drop trigger refuse on checkpoints`);
    await books.work(3);
    expect(await books.query(sql`select 1 from records where stream = 'balance_transactions'`)).toHaveLength(5);
    expect((await books.postings()).map(({ state }) => state)).toEqual(Array.from({ length: 10 }, () => 'posted'));
    const runs = await books.query(sql<{ state: string }>`select distinct state from sync_runs order by 1`);
    expect(runs.map(({ state }) => state)).toContain('stopped');
  });

  test('goes on with everything else while one object answers with an error each time, and takes it in the end', async () => {
    let isBroken = true;
    const books = await booksWith({
      through: altering('stripe', (body, url) =>
        url.pathname.endsWith('/po_broken')
          ? new Response('{"error":{"type":"api_error","message":"oops"}}', { status: isBroken ? 500 : 404 })
          : body,
      ),
    });
    await books.work();
    await touch(books, 'po_broken');
    charge(books, 1_000);
    await books.work(3);
    expect((await books.postings()).map(({ state }) => state)).toEqual(['posted', 'posted']);
    for (let round = 0; round < 5; round += 1) {
      charge(books, 2_000 + round);
      await books.work(2, 20 * MINUTE_MS);
    }
    expect((await books.postings()).map(({ state }) => state)).toEqual(Array.from({ length: 12 }, () => 'posted'));
    // An outage gives nothing up: it is asked for as long as it lasts.
    const due = () =>
      books.query(
        sql<{ open: boolean }>`select not_before < 'infinity' as open from reads_due where external_id = 'po_broken'`,
      );
    await books.work(10, 20 * MINUTE_MS);
    expect(await due()).toEqual([{ open: true }]);
    isBroken = false;
    await books.work(12, 20 * MINUTE_MS);
    expect(await due()).toEqual([{ open: false }]);
  });

  test('comes to an end when every look names more single objects than one turn reads', async () => {
    // A BTCPay Server that knows nothing of the parameter with which its list shows payments.
    const withoutPayments = altering('btcpay', (body, url) =>
      url.pathname.endsWith('/invoices') ? body.replaceAll('"paymentMethods"', '"other"') : body,
    );
    const books = await booksWith({ sources: ['btcpay'], through: withoutPayments });
    for (let one = 0; one < 120; one += 1) invoice(books);
    paid(books);
    await books.work(2);
    expect((await books.postings()).map(({ state }) => state)).toEqual(['posted']);
    const [runs] = await books.query(sql<{ partly: number }>`
      select count(*) filter (where state = 'partly')::int as partly from sync_runs`);
    expect(runs).toEqual({ partly: 4 });
  });

  test('tries an object that is not there a few times, and then shows it', async () => {
    const books = await booksWith();
    await books.work();
    await touch(books, 'po_nobody_knows');
    charge(books, 1_000);
    await books.work(2);
    expect((await books.postings()).map(({ state }) => state)).toEqual(['posted', 'posted']);
    await books.work(16, 16 * MINUTE_MS);
    const due = await books.query(
      sql`select stream, external_id as id, attempts, not_before = 'infinity' as "isGivenUp", problem is not null as "hasProblem" from reads_due`,
    );
    expect(due).toEqual([{ stream: 'payouts', id: 'po_nobody_knows', attempts: 8, isGivenUp: true, hasProblem: true }]);
    expect(await books.attention()).toEqual([
      { code: 'record.unreadable', subject: expect.stringContaining('po_nobody_knows'), detail: expect.any(String) },
    ]);
  });

  test('that could not be found and then is there has no open item', async () => {
    const missing = { id: '' };
    let isHidden = true;
    const books = await booksWith({
      sources: ['btcpay'],
      through: altering('btcpay', (body, url) => {
        if (!isHidden || missing.id === '') return body;
        if (url.pathname.includes(`/invoices/${missing.id}`))
          return new Response('{"code":"invoice-not-found","message":"not found"}', { status: 404 });
        if (/\/invoices$/.test(url.pathname))
          return JSON.stringify((JSON.parse(body) as { id: string }[]).filter(({ id }) => id !== missing.id));
        return body;
      }),
    });
    await books.work();
    missing.id = paid(books).id;
    await books.hub.sandbox.sender.tick();
    await books.work(16, 16 * MINUTE_MS);
    expect((await books.attention()).map(({ code }) => code)).toEqual(['record.unreadable']);
    isHidden = false;
    await books.query(sql`update reads_due set not_before = now() - interval '1 year'`);
    await books.query(sql`update checkpoints set checkpoint = null`);
    await books.work(2);
    expect((await books.postings()).map(({ state }) => state)).toEqual(['posted']);
    expect(await books.attention()).toEqual([]);
  });
});

/** An event about a payout, as Stripe would send it. */
async function touch(books: Books, id: string): Promise<void> {
  await books.query(sql`
    with one as (select c.id, c.tenant_id, e.id as endpoint from connections c join webhook_endpoints e on e.connection_id = c.id where c.provider = 'stripe'),
    delivery as (
      insert into deliveries (id, tenant_id, endpoint_id, provider, dedupe_key, headers, body, received_at, state)
      select 'dlv_touch', tenant_id, endpoint, 'stripe', 'touch', '{}', '', now(), 'done' from one returning id)
    insert into events (id, tenant_id, connection_id, delivery_id, dedupe_key, type, touches, wakes, state, received_at)
    select 'evt_touch', one.tenant_id, one.id, 'dlv_touch', 'touch', 'payout.paid', ${JSON.stringify([{ stream: 'payouts', externalId: id }])}::jsonb, '[]', 'received', now() from one, delivery`);
}

describe('a record that nobody can use', () => {
  test('is shown and does not hold up its stream', async () => {
    let isBroken = true;
    let victim = '';
    const books = await booksWith({
      through: altering('stripe', (body) =>
        isBroken && victim !== '' ? body.replaceAll(`"amount":${victim}`, '"amount":"a lot"') : body,
      ),
    });
    victim = '4242';
    for (const amount of [1_000, 4_242, 3_000]) charge(books, amount);
    await books.work(3);
    const posted = (await books.postings()).filter(({ recipe }) => recipe === 'S1').map(({ total }) => total);
    expect(posted.sort()).toEqual([1_000n, 3_000n]);
    expect((await books.attention()).map(({ code }) => code)).toContain('record.unreadable');
    isBroken = false;
    charge(books, 5_000);
    await books.work(3);
    const later = (await books.postings()).filter(({ recipe }) => recipe === 'S1').map(({ total }) => total);
    expect(later).toContain(5_000n);
  });

  for (const [what, orderId] of [
    ['a NUL', 'A\u0000B'],
    ['half a character', 'A\ud800B'],
    ['a quarter of a million letters', 'A'.repeat(250_000)],
    ['words of SQL', "'); drop table postings; --"],
  ] as const) {
    test(`for ${what} in its order number is shown or posted, and does not hold up its stream`, async () => {
      const books = await booksWith({ sources: ['btcpay'] });
      paid(books, { orderId: 'first' });
      paid(books, { orderId, buyerName: orderId.slice(0, 50), itemDesc: orderId.slice(0, 50) });
      paid(books, { orderId: 'last' });
      await books.work(3);
      const states = (await books.postings()).map(({ state }) => state);
      expect(states.filter((state) => state === 'posted').length).toBeGreaterThanOrEqual(2);
      if (states.length < 3) expect((await books.attention()).map(({ code }) => code)).toContain('record.unreadable');
    });

    test(`for ${what} in its order number is shown or posted in invoicing mode too`, async () => {
      const books = await booksWith({ sources: ['btcpay'], settings: { mode: 'invoicing', unmatched: 'sale' } });
      paid(books, { orderId: 'first' });
      paid(books, { orderId });
      paid(books, { orderId: 'last' });
      await books.work(4);
      const states = (await books.postings()).map(({ state }) => state);
      expect(states.filter((state) => state === 'posted').length).toBeGreaterThanOrEqual(2);
    });
  }
});

describe('an invoice of BTCPay', () => {
  test('is read again until nothing can come any more, and no longer', async () => {
    const asked: string[] = [];
    const books = await booksWith({
      sources: ['btcpay'],
      settings: { late: 'accept' },
      through: altering('btcpay', (body, url) => {
        if (/\/invoices$/.test(url.pathname)) asked.push(url.searchParams.get('startDate') ?? '');
        return body;
      }),
    });
    const { btcpay } = books.hub.sandbox;
    const one = invoice(books);
    await books.work(2);
    expect(await books.postings()).toEqual([]);
    books.clock.advance(20 * HOUR_MS);
    // No webhook tells of it: the invoice has expired long ago and is still watched.
    const payment = btcpay.pay({ at: books.clock.at() - 30, invoice: one.id });
    await books.work(2);
    expect(await books.postings()).toEqual([]);
    btcpay.confirmPayment({ at: books.clock.at() - 10, invoice: one.id, payment: payment.id });
    await books.work(2);
    expect(await books.postings()).toMatchObject([{ recipe: 'B5', state: 'posted', total: 10_000n }]);
    books.clock.advance(6 * HOUR_MS);
    btcpay.advance(books.clock.at());
    await books.work(2);
    // The last day is always listed again, in case our clock was ahead.
    books.clock.advance(24 * HOUR_MS);
    await books.work(2);
    asked.length = 0;
    await books.work(2);
    const oldest = Math.min(...asked.map(Number));
    expect(oldest).toBeGreaterThan(one.monitoringExpiration);
  });
});

describe('a source that was not read for longer than its events are kept', () => {
  test('has everything found by the lists', async () => {
    const books = await booksWith();
    const { stripe } = books.hub.sandbox;
    const { charge: sale } = charge(books, 20_000);
    await books.work(2);
    const start = books.clock.at();
    const at = (days: number) => start + days * 86_400;
    const payout = stripe.payoutDue({ at: at(6) })!;
    stripe.advancePayouts(at(10));
    books.clock.advance(10 * DAY_MS + HOUR_MS);
    await books.work(2);
    expect((await books.postings()).map(({ leg }) => leg)).toEqual(['receipt', 'fee', 'payout']);
    // From here on nobody reads: what happens now is told by events that are gone when reading goes on.
    stripe.refund({ at: at(11), charge: sale.id, amount: 5_000 });
    stripe.failPayout({ at: at(12), payout: payout.id });
    stripe.charge({ at: at(13), amount: 3_000 });
    books.clock.advance(50 * DAY_MS);
    await books.work(4);
    const legs = (await books.postings()).map(({ leg, state }) => `${leg} ${state}`).sort();
    expect(legs).toEqual(
      ['fee', 'fee', 'payout', 'payout_reversed', 'receipt', 'receipt', 'refund'].map((leg) => `${leg} posted`),
    );
    const { trialBalance } = books.hub.sandbox.quickbooks.ledger();
    const clearing = trialBalance.find(({ name }) => name === 'Stripe clearing USD')!;
    const { available, pending } = stripe.balanceAt('usd', books.clock.at());
    expect(clearing.debit - clearing.credit).toBe(available + pending);
  });
});

describe('a customer of a name that no ledger takes', () => {
  test('has the invoice posted all the same, or shown, and holds up nobody', async () => {
    const books = await booksWith({ settings: { mode: 'invoicing' } });
    const { stripe } = books.hub.sandbox;
    const at = books.clock.at() - 3_600;
    for (const name of ['First Ltd', 'A\u0000B', '\ud800', ':', ' ', 'x'.repeat(3_000), 'Last Ltd']) {
      const customer = stripe.createCustomer({ at, name, email: `${'n'.repeat(10)}@example.com` });
      const { id } = stripe.createInvoice({
        at,
        customer: customer.id,
        lines: [{ description: name.slice(0, 50), unitAmount: 1_000 }],
      });
      stripe.finalizeInvoice({ at: at + 1, invoice: id });
    }
    await books.work(5);
    const states = (await books.postings()).map(({ state }) => state);
    expect(states).toEqual(Array.from({ length: 7 }, () => 'posted'));
  });
});
