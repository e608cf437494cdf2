import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NoAnswer } from '../core/provider.ts';
import { testSandbox } from './testing.ts';

let stateDir = '';
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'sandbox-'));
});
afterEach(() => rmSync(stateDir, { recursive: true, force: true }));

/** A clock that goes on by a second whenever somebody looks. */
function ticking(): () => number {
  let now = Date.UTC(2026, 10, 20);
  return () => {
    now += 1_000;
    return now;
  };
}

const CUSTOMER = '/quickbooks/v3/company/9130350000000001/customer';

describe('the sandbox', () => {
  test('serves each provider under its name and nothing else', async () => {
    expect((await testSandbox().ask('GET', '/elsewhere/x')).status).toBe(404);
  });

  test('answers all providers', async () => {
    const { ask, sandbox } = testSandbox();
    expect((await ask('GET', '/stripe/v1/account')).at('id')).toBe('acct_1SandboxAcme0001');
    expect((await ask('GET', '/btcpay/api/v1/server/info')).at('version')).toBe('2.4.2');
    expect((await ask('POST', CUSTOMER, { DisplayName: 'Customer 0001' })).at('Customer.DisplayName')).toBe(
      'Customer 0001',
    );
    expect((await ask('GET', '/square/v2/merchants/me')).at('merchant.id')).toBe('MLSANDBOXACME');
    expect(sandbox.log.counts().map(({ provider, path, status }) => `${provider} ${path} ${status}`)).toEqual([
      'btcpay /api/v1/server/info 200',
      'quickbooks /v3/company/{id}/customer 200',
      'square /v2/merchants/me 200',
      'stripe /v1/account 200',
    ]);
  });

  test('loses answers as its plan says, and logs them as such', async () => {
    const { sandbox, ask } = testSandbox({ faults: { timeoutAfterCommit: 1 } });
    await expect(ask('POST', '/stripe/v1/customers', 'name=A')).rejects.toBeInstanceOf(NoAnswer);
    expect(sandbox.stripe.context.state.tables.customers.size).toBe(1);
    expect(sandbox.log.counts()).toMatchObject([{ method: 'POST', status: 0 }]);
  });

  test('makes a month once', () => {
    const { sandbox } = testSandbox();
    const request = { seed: 1, month: '2026-10', charges: 50, btcpayInvoices: 10 };
    const first = sandbox.generate(request);
    const second = sandbox.generate(request);
    expect([first.generated, second.generated]).toEqual([true, false]);
    expect(second.counts).toEqual(first.counts);
  });
});

describe('a durable sandbox', () => {
  const durable = () => testSandbox({ stateDir, durable: true });

  test('has everything it answered after it died without a word', async () => {
    const first = durable();
    await first.sandbox.load();
    const { ask } = first;
    first.sandbox.generate({ seed: 1, month: '2026-10', charges: 50, btcpayInvoices: 10 });
    const store = first.sandbox.btcpay.settings.stores[0]?.id;
    const customer = await ask('POST', '/stripe/v1/customers', 'name=A', { 'idempotency-key': 'k1' });
    first.doors.pass(60_000);
    const invoice = await ask('POST', `/btcpay/api/v1/stores/${store}/invoices`, { amount: '10.00' });
    const webhook = await ask('POST', `/btcpay/api/v1/stores/${store}/webhooks`, { url: 'https://hub.invalid' });
    const party = await ask('POST', CUSTOMER, { DisplayName: 'Customer 0001' });
    const access = await ask('GET', '/control/access');

    const second = durable();
    second.doors.set(first.doors.now());
    await second.sandbox.load();
    const again = second.ask;
    expect((await again('GET', `/stripe/v1/customers/${customer.at('id')}`)).text).toBe(customer.text);
    expect((await again('POST', '/stripe/v1/customers', 'name=A', { 'idempotency-key': 'k1' })).text).toBe(
      customer.text,
    );
    expect((await again('GET', `/btcpay/api/v1/invoices/${invoice.at('id')}`)).text).toBe(invoice.text);
    expect((await again('GET', `/btcpay/api/v1/webhooks/${webhook.at('id')}`)).at('url')).toBe('https://hub.invalid');
    expect((await again('GET', `${CUSTOMER}/${party.at('Customer.Id')}`)).at('Customer')).toEqual(party.at('Customer'));
    const token = { authorization: `Bearer ${access.at('quickbooks.accessToken')}` };
    expect((await again('GET', `${CUSTOMER}/${party.at('Customer.Id')}`, undefined, token)).status).toBe(200);
    expect((await again('GET', '/control/truth')).text).toBe((await ask('GET', '/control/truth')).text);
    expect((await again('POST', '/control/business', { month: '2026-10' })).at('generated')).toBe(false);
    expect(second.sandbox.stripe.snapshot()).toEqual(first.sandbox.stripe.snapshot());
  });

  test('has what a seller agreed to and every payment, the declined ones too', async () => {
    const first = durable();
    await first.sandbox.load();
    const { applicationId, applicationSecret } = first.sandbox.square.settings;
    const consent = `/square/oauth2/authorize?client_id=${applicationId}&redirect_uri=http://127.0.0.1:1/&scope=PAYMENTS_READ`;
    const sent = await first.ask('POST', consent, 'decision=allow');
    const code = new URL(sent.headers.get('location') ?? '').searchParams.get('code');
    const pay = (source_id: string) => ({
      idempotency_key: source_id,
      source_id,
      amount_money: { amount: 500, currency: 'USD' },
    });
    const declined = await first.ask('POST', '/square/v2/payments', pay('cnon:card-nonce-declined'));
    const paid = await first.ask('POST', '/square/v2/payments', pay('cnon:card-nonce-ok'));
    expect([sent.status, declined.status, paid.status]).toEqual([302, 402, 200]);

    const second = durable();
    second.doors.set(first.doors.now());
    await second.sandbox.load();
    const exchange = {
      client_id: applicationId,
      client_secret: applicationSecret,
      grant_type: 'authorization_code',
      code,
    };
    const tokens = await second.ask('POST', '/square/oauth2/token', exchange);
    const token = { authorization: `Bearer ${tokens.at('access_token')}` };
    const listed = await second.ask('GET', '/square/v2/payments', undefined, token);
    expect((listed.at('payments') as { id: string }[]).map(({ id }) => id).toSorted()).toEqual(
      [declined.at('payment.id'), paid.at('payment.id')].toSorted(),
    );
    expect((await second.ask('GET', '/control/truth')).at('square.usd.gross')).toBe(500);
  });

  test('makes a change at one moment, and again at the same one', async () => {
    const first = testSandbox({ stateDir, durable: true, now: ticking() });
    await first.sandbox.load();
    const made = await first.ask('POST', '/stripe/v1/customers', 'name=A');
    const second = testSandbox({ stateDir, durable: true, now: ticking() });
    await second.sandbox.load();
    expect((await second.ask('GET', `/stripe/v1/customers/${made.at('id')}`)).text).toBe(made.text);
  });

  test('writes a new snapshot when its journal has grown long, and again starts from it', async () => {
    const first = durable();
    await first.sandbox.load();
    const { ask } = first;
    for (let index = 0; index < 1_001; index += 1) await ask('POST', '/stripe/v1/customers', `name=C${index}`);
    first.sandbox.saveIfDue();
    await ask('POST', '/stripe/v1/customers', 'name=last');
    const second = durable();
    await second.sandbox.load();
    expect(second.sandbox.stripe.context.state.tables.customers.size).toBe(1_002);
  });

  test('without a journal keeps what it saved', async () => {
    const first = testSandbox({ stateDir });
    await first.sandbox.load();
    await first.ask('POST', '/stripe/v1/customers', 'name=A');
    first.sandbox.saveIfDue();
    const second = testSandbox({ stateDir });
    await second.sandbox.load();
    expect(second.sandbox.stripe.context.state.tables.customers.size).toBe(1);
  });
});
