import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../../../platform/store/index.ts';
import { type CliHub, connectedBooks, LENIENT } from '../fixtures/hub-doors.ts';

/** Makes the account of the processing fees inactive in the ledger, or active again. */
async function setActive(books: CliHub, isActive: boolean): Promise<void> {
  const [account] = await books.query(
    sql<{ id: string }>`select ledger_id as id from account_roles where role = 'FEE:processing' order by 1`,
  );
  books.hub.sandbox.quickbooks.humanEdit('Account', account!.id, { Active: isActive });
}

const FEES = 'Stripe processing fees';

describe('retry of entries that the ledger refused', () => {
  let books: CliHub;
  beforeAll(async () => {
    books = await connectedBooks();
    await setActive(books, false);
    await books.run('sync --quiet');
  });
  afterAll(() => books.hub.close());

  const dead = () =>
    books
      .query(sql<{ count: number }>`select count(*)::int as count from postings where state = 'dead' order by 1`)
      .then(([row]) => row!.count);

  test('shows cause, remedy and how many, changes nothing, and posts once the cause is gone', async () => {
    const stopped = await dead();
    expect(stopped).toBeGreaterThan(10);

    const estimate = (await books.run('retry --json')).json();
    expect(estimate).toMatchObject({
      retried: false,
      entries: stopped,
      groups: [expect.objectContaining({ code: 'ledger.account_invalid', what: 'entry' })],
    });
    expect(await dead()).toBe(stopped);

    const tooEarly = await books.run('retry --code ledger.account_invalid --yes --json');
    expect(tooEarly.exit).toBe(6);
    expect(await dead()).toBe(stopped);

    await setActive(books, true);
    const ran = await books.run([
      'retry',
      '--code',
      'ledger.account_invalid',
      '--yes',
      '--reason',
      'account is active again',
      '--json',
    ]);
    expect(ran.exit).toBe(0);
    expect(ran.json()).toMatchObject({ retried: true, entries: stopped, stillStopped: 0, work: { stopped: 0 } });
    expect(await dead()).toBe(0);
    expect((await books.run('reconcile')).exit).toBe(0);
    expect((await books.run('verify')).exit).toBe(0);

    const kept = await books.query(
      sql<{ detail: string }>`select detail from security_events where kind = 'postings.retried' order by at`,
    );
    expect(kept.map(({ detail }) => JSON.parse(detail).reason)).toEqual(['none given', 'account is active again']);
    const audited = await books.query(
      sql<{
        actor: string;
      }>`select actor_kind as actor from audit_entries where action = 'postings.retried' order by seq`,
    );
    expect(audited.at(-1)).toEqual({ actor: 'cli' });
  });
});

describe('retry after a remedy in the settings', () => {
  test('plans the events anew and posts them', async () => {
    const books = await connectedBooks({ ...LENIENT, taxUnknown: 'hold' });
    await books.run('sync --quiet');
    const estimate = (await books.run('retry --code posting.tax_unknown --json')).json();
    expect(estimate.events).toBeGreaterThan(10);

    const unchanged = (await books.run('retry --code posting.tax_unknown --yes --json')).json();
    expect(unchanged).toMatchObject({ stillStopped: estimate.events });

    const { stripe, btcpay } = books.hub.sandbox;
    await books.run('connect stripe --environment sandbox --tax-unknown none', { stdin: stripe.settings.apiKey });
    await books.run('connect btcpay --environment sandbox --tax-unknown none', { stdin: btcpay.settings.apiKey });
    const ran = await books.run('retry --code posting.tax_unknown --yes --json');
    expect(ran.exit).toBe(0);
    expect(ran.json()).toMatchObject({ stillStopped: 0, work: { stopped: 0 } });
    expect((await books.run('reconcile')).exit).toBe(0);
    await books.hub.close();
  });

  test('uses the account that is mapped now, not the one of then', async () => {
    const books = await connectedBooks();
    const { quickbooks } = books.hub.sandbox;
    await setActive(books, false);
    await books.run('sync --quiet');
    const other = quickbooks.humanCreate('Account', { Name: 'Card costs', AccountType: 'Expense' }) as {
      readonly Id: string;
    };
    await books.query(
      sql`update account_roles set ledger_id = ${other.Id}, name = 'Card costs' where role = 'FEE:processing'`,
    );
    const ran = await books.run('retry --yes --json');
    expect(ran.exit).toBe(0);
    const booked = quickbooks.ledger().trialBalance.map(({ name }) => name);
    expect(booked).toContain('Card costs');
    expect(booked).not.toContain(FEES);
    await books.hub.close();
  });
});

test('an id that is not stopped is named', async () => {
  const books = await connectedBooks();
  const ran = await books.run('retry pst_unknown --json');
  expect(ran.exit).toBe(2);
  expect(ran.json().error).toMatchObject({
    code: 'request.not_found',
    message: expect.stringContaining('pst_unknown'),
  });
  await books.hub.close();
});
