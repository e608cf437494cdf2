import { describe, expect, test } from 'vitest';
import { DAY, MONDAY } from '../../core/testing.ts';
import { testBtcpay } from '../testing.ts';

const at = MONDAY;

function withInvoices(count: number) {
  const server = testBtcpay();
  const invoices = Array.from({ length: count }, (_, index) =>
    server.btcpay.createInvoice({
      at: at - count + index,
      storeId: server.storeId,
      amount: '10.00',
      metadata: { orderId: `order-${index}` },
    }),
  );
  return { ...server, invoices, list: `${server.store}/invoices` };
}

describe('access', () => {
  test('health needs no key, everything else does', async () => {
    const { get } = testBtcpay();
    const none = { authorization: '' };
    expect((await get('/api/v1/health', none)).json).toEqual({ synchronized: true });
    const refused = await get('/api/v1/stores', none);
    expect([refused.status, refused.at('code')]).toEqual([401, 'unauthenticated']);
    expect((await get('/api/v1/stores', { authorization: 'token other' })).at('message')).toContain('Unknown API Key');
    expect((await get('/api/v1/stores', { authorization: 'Bearer btcpay_sandbox_key' })).status).toBe(200);
  });

  test('a missing permission or a foreign store is 403 and names the permission', async () => {
    const { get, ask, store } = testBtcpay({ permissions: ['btcpay.store.canviewstoresettings'] });
    expect((await get(`${store}/invoices`)).status).toBe(200);
    const refused = await ask('POST', `${store}/invoices`, { amount: '1' });
    expect([refused.status, refused.at('missingPermission')]).toEqual([403, 'btcpay.store.cancreateinvoice']);
    expect((await get('/api/v1/stores/other/invoices')).status).toBe(403);
  });

  test('a key can revoke itself', async () => {
    const { ask, get } = testBtcpay();
    const shown = await get('/api/v1/api-keys/current');
    expect(shown.at('permissions.0')).toMatch(/^btcpay\.store\.canviewstoresettings:/);
    expect((await ask('DELETE', '/api/v1/api-keys/current')).status).toBe(200);
    expect((await get('/api/v1/api-keys/current')).status).toBe(401);
  });

  test('the server tells its version, stores, methods and rates', async () => {
    const { get, store } = testBtcpay();
    expect((await get('/api/v1/server/info')).at('version')).toBe('2.4.2');
    expect((await get('/api/v1/stores')).rows).toMatchObject([
      { name: 'Acme Store', defaultCurrency: 'USD', invoiceExpiration: 900 },
    ]);
    expect((await get(`${store}/payment-methods`)).rows.map((row) => row.paymentMethodId)).toEqual([
      'BTC-CHAIN',
      'BTC-LN',
    ]);
    expect((await get(`${store}/rates?currencyPair=BTC_USD&currencyPair=BTC_XXX`)).rows).toMatchObject([
      { rate: '50000.00', errors: [] },
      { rate: null, errors: ['No rate available'] },
    ]);
  });
});

describe('listing invoices', () => {
  test('is a bare array, newest first, in pages', async () => {
    const { get, list, invoices } = withInvoices(5);
    const ids = invoices.map((invoice) => invoice.id).reverse();
    expect((await get(list)).rows.map((row) => row.id)).toEqual(ids);
    expect((await get(`${list}?skip=1&take=2`)).rows.map((row) => row.id)).toEqual(ids.slice(1, 3));
    expect((await get(`${list}?skip=x`)).json).toEqual([{ path: 'skip', message: "The value 'x' is not valid." }]);
  });

  test('filters by order, status, time and text', async () => {
    const { get, list, btcpay, invoices } = withInvoices(4);
    btcpay.pay({ at, invoice: invoices[1]?.id ?? '', method: 'BTC-LN' });
    const found = async (query: string) => (await get(`${list}?${query}`)).rows.length;
    expect(await found('orderId=order-1&orderId=order-3&orderId=order')).toBe(2);
    expect(await found('status=Settled')).toBe(1);
    expect(await found('status=Settled&status=New')).toBe(4);
    expect(await found(`startDate=${at - 3}&endDate=${at - 2}`)).toBe(2);
    expect(await found('textSearch=ORDER-2')).toBe(1);
    expect(await found('textSearch=rder-2')).toBe(0);
  });

  test('leaves archived ones out unless asked', async () => {
    const { get, ask, list, invoices } = withInvoices(2);
    const path = `${list}/${invoices[0]?.id}`;
    expect((await ask('DELETE', path)).status).toBe(200);
    expect((await get(list)).rows).toHaveLength(1);
    expect((await get(`${list}?includeArchived=true`)).rows).toHaveLength(2);
    expect((await get(path)).at('archived')).toBe(true);
    expect((await ask('POST', `${path}/unarchive`)).at('archived')).toBe(false);
  });

  test('shows payment methods when asked', async () => {
    const { get, list, btcpay, invoices } = withInvoices(1);
    btcpay.pay({ at, invoice: invoices[0]?.id ?? '' });
    const listed = await get(`${list}?includePaymentMethods=true`);
    expect(listed.at('0.paymentMethods.0.payments.0.value')).toBe('0.00020000');
    expect((await get(list)).at('0.paymentMethods')).toBeUndefined();
  });
});

describe('one invoice', () => {
  test('is made with the rate of the moment and read by either path', async () => {
    const { ask, get, store } = testBtcpay();
    const made = await ask('POST', `${store}/invoices`, {
      amount: 125.5,
      currency: 'usd',
      metadata: { orderId: 'qbo:1', taxIncluded: 0 },
      checkout: { expirationMinutes: 60, paymentMethods: ['BTC', 'BTC-LightningNetwork'], paymentTolerance: 0 },
    });
    expect(made.json).toMatchObject({
      amount: '125.5',
      paidAmount: '0.00',
      currency: 'USD',
      type: 'Standard',
      status: 'New',
      additionalStatus: 'None',
      availableStatusesForManualMarking: ['Settled', 'Invalid'],
      createdTime: at,
      expirationTime: at + 3_600,
      monitoringExpiration: at + 3_600 + DAY,
      metadata: { orderId: 'qbo:1', taxIncluded: 0 },
    });
    const id = String(made.at('id'));
    expect(made.at('checkoutLink')).toBe(`http://127.0.0.1:4180/btcpay/i/${id}`);
    expect((await get(`/api/v1/invoices/${id}`)).text).toBe(made.text);
    expect((await get(`${store}/invoices/${id}`)).text).toBe(made.text);
    expect((await get(`/api/v1/invoices/${id}?includePaymentMethods=true`)).at('paymentMethods.0.rate')).toBe('50000');
    const missing = await get(`${store}/invoices/none`);
    expect([missing.status, missing.at('code')]).toEqual([404, 'invoice-not-found']);
  });

  test('keeps every digit of an amount that came as a number', async () => {
    const { ask, store } = testBtcpay();
    expect((await ask('POST', `${store}/invoices`, '{"amount": 10.10}')).at('amount')).toBe('10.10');
  });

  test.each([
    [{ amount: '-1' }, 'Amount'],
    [{ amount: 'ten' }, 'Amount'],
    [{ amount: '99999999999999999999' }, 'Amount'],
    [{ amount: '1', checkout: { expirationMinutes: 0.1 } }, 'Checkout.ExpirationMinutes'],
    [{ amount: '1', checkout: { paymentTolerance: 101 } }, 'Checkout.PaymentTolerance'],
    [{ amount: '1', checkout: { paymentMethods: ['DOGE'] } }, 'Checkout.PaymentMethods[0]'],
    [{ amount: '1', metadata: 'x' }, 'metadata'],
  ])('is refused as %j with the path %s', async (body, path) => {
    const { ask, store } = testBtcpay();
    const refused = await ask('POST', `${store}/invoices`, body);
    expect([refused.status, refused.at('0.path')]).toEqual([422, path]);
  });

  test('in a currency without a rate is a business error without a code', async () => {
    const { ask, store } = testBtcpay();
    const refused = await ask('POST', `${store}/invoices`, { amount: '1', currency: 'XXX' });
    expect([refused.status, refused.at('code')]).toEqual([400, null]);
  });

  test('gets its metadata replaced, nothing else', async () => {
    const { ask, list, invoices } = withInvoices(1);
    const changed = await ask('PUT', `${list}/${invoices[0]?.id}`, { metadata: { a: 1 }, amount: '99' });
    expect([changed.at('metadata'), changed.at('amount')]).toEqual([{ a: 1 }, '10.00']);
  });

  test('can be marked by hand within the rules', async () => {
    const { ask, list, invoices } = withInvoices(1);
    const path = `${list}/${invoices[0]?.id}/status`;
    const settled = await ask('POST', path, { status: 'Settled' });
    expect([
      settled.at('status'),
      settled.at('additionalStatus'),
      settled.at('availableStatusesForManualMarking'),
    ]).toEqual(['Settled', 'Marked', ['Invalid']]);
    expect((await ask('POST', path, { status: 'Settled' })).status).toBe(422);
    expect((await ask('POST', path, { status: 'Expired' })).status).toBe(422);
    expect((await ask('POST', path, { status: 'Invalid' })).at('status')).toBe('Invalid');
  });

  test('expires by the clock alone', async () => {
    const { get, doors, list, invoices } = withInvoices(1);
    doors.pass(900_000);
    expect((await get(`${list}/${invoices[0]?.id}`)).at('status')).toBe('Expired');
  });

  test('hides replaced payments unless asked', async () => {
    const { get, btcpay, list, invoices } = withInvoices(1);
    const id = invoices[0]?.id ?? '';
    const payment = btcpay.pay({ at, invoice: id });
    btcpay.replacePayment({ at: at + 1, invoice: id, payment: payment.id });
    const path = `${list}/${id}/payment-methods`;
    expect((await get(path)).at('0.payments')).toEqual([]);
    expect((await get(`${path}?onlyAccountedPayments=false`)).at('0.payments.0.status')).toBe('Invalid');
  });
});

describe('payouts', () => {
  test('are listed with cancelled ones only on request', async () => {
    const { btcpay, get, store, storeId } = testBtcpay();
    const first = btcpay.createPayout({ at, storeId, amount: '25.00', currency: 'USD' });
    btcpay.approvePayout({ at: at + 1, payout: first.id, payoutAmount: '0.0005' });
    btcpay.completePayout({ at: at + 2, payout: first.id });
    const second = btcpay.createPayout({ at: at + 3, storeId, amount: '5.00', currency: 'USD' });
    btcpay.cancelPayout({ at: at + 4, payout: second.id });
    expect((await get(`${store}/payouts`)).rows).toMatchObject([
      { state: 'Completed', payoutAmount: '0.0005', originalAmount: '25.00', date: '2026-10-05T10:00:00.000Z' },
    ]);
    expect((await get(`${store}/payouts?includeCancelled=true`)).rows).toHaveLength(2);
    expect((await get(`${store}/payouts/none`)).at('code')).toBe('payout-not-found');
  });
});
