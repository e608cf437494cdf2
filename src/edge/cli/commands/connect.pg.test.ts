import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../../../platform/store/index.ts';
import { type CliHub, cliHub, SMALL_MONTH } from '../fixtures/hub-doors.ts';

const SINCE = '--environment sandbox --since 2026-09-20';

describe('connecting', () => {
  let books: CliHub;
  beforeAll(async () => {
    books = await cliHub();
    books.hub.sandbox.generate(SMALL_MONTH);
  });
  afterAll(() => books.hub.close());

  const company = () => books.hub.sandbox.quickbooks.realmId;
  const connectBooks = (options = '') =>
    books.run(`connect quickbooks --environment sandbox --company ${company()} --json ${options}`, {
      stdin: books.hub.sandbox.quickbooks.issueTokens().accessToken,
      files: { verifier: 'made-up-verifier\n' },
    });
  const stripeKey = () => ({ files: { key: `${books.hub.sandbox.stripe.settings.apiKey}\n` } });

  test('the books, then a source, makes everything that entries need', async () => {
    const ledger = (await connectBooks()).json();
    expect(ledger).toMatchObject({ provider: 'quickbooks', homeCurrency: 'USD', webhookUrl: null });

    const source = await books.run(`connect stripe ${SINCE} --secret-file key --fees payout --json`, stripeKey());
    expect(source.exit).toBe(0);
    const [connection] = source.json().connections;
    expect(connection).toMatchObject({ provider: 'stripe', ledgerId: ledger.id, since: '2026-09-20T00:00:00.000Z' });
    expect(connection.settings).toMatchObject({ mode: 'deposit', feeDetail: 'payout' });
    const accounts = await books.query(
      sql<{ role: string }>`select role from account_roles where pair_id = ${connection.pairId} order by role`,
    );
    expect(accounts.map(({ role }) => role)).toContain('CLR:USD');
  });

  test('a source again keeps the settings that are not named', async () => {
    await connectBooks();
    await books.run(`connect stripe ${SINCE} --secret-file key --closed-period first_open_day`, stripeKey());
    const again = await books.run(`connect stripe ${SINCE} --secret-file key --tax-unknown none --json`, stripeKey());
    const [{ settings }] = again.json().connections;
    expect(settings).toMatchObject({ closedPeriod: 'first_open_day', taxUnknown: 'none' });
  });

  test('a BTCPay store takes the choices that only Bitcoin needs', async () => {
    await connectBooks();
    const ran = await books.run(`connect btcpay ${SINCE} --late accept --dust 7 --json`, {
      stdin: books.hub.sandbox.btcpay.settings.apiKey,
    });
    expect(ran.json().connections[0].settings).toMatchObject({ late: 'accept', partial: 'hold', dust_minor: 7 });
  });

  test('a verifier gives the address for the portal, which is not the secret', async () => {
    const { webhookUrl } = (await connectBooks('--webhook-verifier-file verifier')).json();
    expect(webhookUrl).toMatch(/^http:\/\/127\.0\.0\.1:4171\/webhooks\/quickbooks\/\w{32,}$/);
  });

  test('with a wrong credential ends with 4 and stores nothing', async () => {
    await connectBooks();
    const ran = await books.run(`connect btcpay ${SINCE} --json`, { stdin: 'wrong_key' });
    expect(ran.exit).toBe(4);
    expect(ran.json().error).toMatchObject({
      code: 'provider.unauthorized',
      books: expect.stringContaining('not changed'),
    });
    const found = await books.query(
      sql<{ state: string }>`select state from connections where account_id = 'wrong_key' order by id`,
    );
    expect(found).toEqual([]);
  });

  test('an account that the credential does not reach names those that it does', async () => {
    await connectBooks();
    const ran = await books.run(`connect stripe ${SINCE} --secret-file key --account acct_other`, stripeKey());
    expect(ran.exit).toBe(1);
    expect(ran.err).toContain(books.hub.sandbox.stripe.settings.accountId);
  });

  test('to a ledger that is not there ends with 2', async () => {
    const ran = await books.run(`connect stripe ${SINCE} --secret-file key --ledger con_nothing`, stripeKey());
    expect(ran.exit).toBe(2);
    expect(ran.err).toContain('There is no connection con_nothing');
  });

  test('what is connected can be listed', async () => {
    const { id } = (await connectBooks()).json();
    const listed = (await books.run('connections list --json')).json().connections;
    expect(listed).toContainEqual(expect.objectContaining({ id, role: 'ledger', state: 'active' }));
  });
});

test('a source without any ledger ends with 2 and says what to connect first', async () => {
  const books = await cliHub();
  const ran = await books.run(`connect stripe ${SINCE}`, { stdin: books.hub.sandbox.stripe.settings.apiKey });
  expect(ran.exit).toBe(2);
  expect(ran.err).toContain('No ledger is connected yet');
  await books.hub.close();
});
