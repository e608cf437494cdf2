import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { testSandbox } from './testing.ts';

const MONTH = { seed: 1, month: '2026-10', charges: 50, btcpayInvoices: 20 };
const CUSTOMER = '/quickbooks/v3/company/9130350000000001/customer';

describe('the control door', () => {
  test('says that all is well and how to connect', async () => {
    const { ask } = testSandbox();
    expect((await ask('GET', '/control/health')).at('status')).toBe('ok');
    const access = await ask('GET', '/control/access');
    expect(access.json).toMatchObject({
      stripe: {
        baseUrl: 'http://127.0.0.1:4180/stripe',
        apiKey: 'sk_test_sandbox',
        accountId: 'acct_1SandboxAcme0001',
      },
      btcpay: { baseUrl: 'http://127.0.0.1:4180/btcpay', apiKey: 'btcpay_sandbox_key' },
      quickbooks: { baseUrl: 'http://127.0.0.1:4180/quickbooks', realmId: '9130350000000001', expiresInSeconds: 3_600 },
      xero: { baseUrl: 'http://127.0.0.1:4180/xero', expiresInSeconds: 1_800 },
      square: {
        baseUrl: 'http://127.0.0.1:4180/square',
        merchantId: 'MLSANDBOXACME',
        locationIds: ['LSANDBOXMAIN1', 'LSANDBOXSIDE2'],
      },
    });
    const seller = { authorization: `Bearer ${access.at('square.accessToken')}` };
    expect((await ask('GET', '/square/v2/payments', undefined, seller)).status).toBe(200);
    const token = { authorization: `Bearer ${access.at('quickbooks.accessToken')}` };
    expect((await ask('POST', CUSTOMER, { DisplayName: 'A' }, token)).status).toBe(200);
  });

  test('gives tokens for every organisation of Xero, and shows the books of each', async () => {
    const { ask } = testSandbox();
    const access = await ask('GET', '/control/access');
    const tenants = access.at('xero.tenantIds') as string[];
    const authorization = `Bearer ${access.at('xero.accessToken')}`;
    for (const tenant of tenants) {
      const headers = { authorization, 'xero-tenant-id': tenant };
      expect((await ask('GET', '/xero/api.xro/2.0/Organisation', undefined, headers)).status).toBe(200);
      expect((await ask('GET', `/control/xero/ledger?tenant=${tenant}`)).at('trialBalanceDifference')).toBe(0);
    }
    expect((await ask('GET', '/control/xero/ledger?tenant=x')).status).toBe(422);
    await ask('POST', '/control/fail-next', { provider: 'xero', fault: '429' });
    expect((await ask('GET', '/xero/connections')).headers.get('x-rate-limit-problem')).toBe('minute');
  });

  test('makes business once and tells the truth about it', async () => {
    const { ask } = testSandbox();
    const made = await ask('POST', '/control/business', MONTH);
    expect([made.at('generated'), made.at('counts.btcpayInvoices')]).toEqual([true, 20]);
    expect((await ask('POST', '/control/business', MONTH)).at('generated')).toBe(false);
    const truth = await ask('GET', '/control/truth?month=2026-10');
    expect(truth.at('stripe.usd.gross')).toBeGreaterThan(0);
    expect((await ask('GET', '/control/truth?month=2026-09')).at('stripe.usd.gross')).toBeUndefined();
  });

  test('names every problem of a request', async () => {
    const { ask } = testSandbox();
    const refused = await ask('POST', '/control/business', { seed: -1, month: 'October', charges: 3 });
    expect(refused.status).toBe(422);
    expect(refused.at('problems')).toEqual([
      'seed must be a whole number from 0 to 9007199254740991',
      'charges must be a whole number from 50 to 100000',
      'month must look like 2026-10',
    ]);
    expect((await ask('POST', '/control/business', '[]')).status).toBe(400);
    expect((await ask('GET', '/control/nothing')).status).toBe(404);
  });

  test('is closed to pages of other sites', async () => {
    const { ask } = testSandbox();
    expect((await ask('GET', '/control/health', undefined, { origin: 'https://evil.invalid' })).status).toBe(403);
    expect((await ask('GET', '/control/health', undefined, { origin: 'http://127.0.0.1:4180' })).status).toBe(200);
  });

  test('sets and clears faults of one provider or all', async () => {
    const { ask } = testSandbox();
    await ask('POST', '/control/faults', { provider: 'stripe', plan: { '5xx': 1 } });
    expect((await ask('GET', '/stripe/v1/account')).status).toBe(500);
    expect((await ask('GET', '/btcpay/api/v1/health')).status).toBe(200);
    expect((await ask('GET', '/control/faults')).at('stripe')).toEqual({ plan: { '5xx': 1 }, injected: { '5xx': 1 } });
    await ask('POST', '/control/faults', { provider: 'square', plan: { '429': 1 } });
    expect((await ask('GET', '/square/v2/locations')).at('errors.0.code')).toBe('RATE_LIMITED');
    await ask('DELETE', '/control/faults');
    expect((await ask('GET', '/stripe/v1/account')).status).toBe(200);
    expect((await ask('POST', '/control/faults', { provider: 'all', plan: { boom: 1 } })).status).toBe(422);
    expect((await ask('POST', '/control/faults', { provider: 'paypal', plan: {} })).status).toBe(422);
  });

  test('makes the next matching request fail', async () => {
    const { ask } = testSandbox();
    await ask('POST', '/control/fail-next', { provider: 'stripe', fault: 'html', path: '/v1/account$' });
    expect((await ask('GET', '/stripe/v1/balance')).status).toBe(200);
    expect((await ask('GET', '/stripe/v1/account')).headers.get('content-type')).toBe('text/html');
    expect((await ask('GET', '/stripe/v1/account')).status).toBe(200);
    expect((await ask('POST', '/control/fail-next', { fault: 'boom', path: '(' })).status).toBe(422);
  });

  test('counts requests and forgets them', async () => {
    const { ask } = testSandbox();
    await ask('GET', '/stripe/v1/account');
    expect((await ask('GET', '/control/requests')).json).toEqual([
      { provider: 'stripe', method: 'GET', path: '/v1/account', status: 200, count: 1 },
    ]);
    await ask('DELETE', '/control/requests');
    expect((await ask('GET', '/control/requests')).json).toEqual([]);
  });

  test('lists deliveries under the ids that receivers see, and replays them all', async () => {
    const { ask, sandbox, received } = testSandbox();
    const store = sandbox.btcpay.settings.stores[0]?.id;
    await ask('POST', '/stripe/v1/webhook_endpoints', 'url=https://hub.invalid/stripe&enabled_events[]=payout.paid');
    await ask('POST', `/btcpay/api/v1/stores/${store}/webhooks`, { url: 'https://hub.invalid/btcpay' });
    await ask('POST', '/control/business', MONTH);
    await sandbox.sender.tick();
    const first = await bodies(received);
    const listed = await ask('GET', '/control/deliveries');
    const seen = first.map((body) => String(body.originalDeliveryId ?? body.id)).sort();
    expect(listed.rows.map((row) => String(row.id)).sort()).toEqual(seen);
    expect(
      (await ask('GET', '/control/deliveries?provider=stripe')).rows.every((row) => row.type === 'payout.paid'),
    ).toBe(true);

    received.length = 0;
    const replay = await ask('POST', '/control/replay', { seed: 3, times: 2, order: 'shuffled' });
    const lines = replay.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, number>);
    expect(lines.at(-1)).toEqual({ deliveries: seen.length * 2, answered2xx: seen.length * 2, failed: 0 });
    const again = await bodies(received);
    expect([...new Set(again.map((body) => String(body.originalDeliveryId ?? body.id)))].sort()).toEqual([
      ...new Set(seen),
    ]);
    const btcpay = again.filter((body) => body.originalDeliveryId !== undefined);
    expect(new Set(btcpay.map((body) => body.deliveryId)).size).toBe(btcpay.length);
    expect(btcpay.every((body) => body.isRedelivery === true)).toBe(true);
  });

  test('sends QuickBooks changes, gathered and signed with the verifier token', async () => {
    const { ask, sandbox, received } = testSandbox();
    await ask('POST', CUSTOMER, { DisplayName: 'Before' });
    await ask('POST', '/control/quickbooks/webhook', {
      url: 'https://hub.invalid/quickbooks',
      verifierToken: 'verifier',
    });
    await ask('POST', CUSTOMER, { DisplayName: 'A' });
    await ask('POST', CUSTOMER, { DisplayName: 'B' });
    await sandbox.sender.tick();
    expect(received).toHaveLength(1);
    const text = (await received[0]?.text()) ?? '';
    expect(JSON.parse(text)).toMatchObject([{ type: 'qbo.customer.created.v1' }, { type: 'qbo.customer.created.v1' }]);
    expect(received[0]?.headers.get('intuit-signature')).toBe(
      createHmac('sha256', 'verifier').update(text).digest('base64'),
    );
    expect((await ask('GET', '/control/quickbooks/ledger')).at('trialBalanceDifference')).toBe(0);
    expect((await ask('POST', '/control/quickbooks/webhook', { url: 'x' })).at('problems')).toEqual([
      'verifierToken must be given as text',
      'url must start with http or https',
    ]);
  });
});

async function bodies(requests: readonly Request[]): Promise<Record<string, unknown>[]> {
  return Promise.all(requests.map(async (request) => (await request.clone().json()) as Record<string, unknown>));
}
