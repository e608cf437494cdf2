import { expect, test } from 'vitest';
import { loadJudge } from './judge.ts';
import { describeConformance } from './shared-folder.ts';

const JSON_HEADERS = { 'content-type': 'application/json' };
const STORE = '/api/v1/stores/store1';

const INVOICE = {
  id: 'inv1',
  storeId: 'store1',
  amount: '19.99',
  paidAmount: '0',
  currency: 'USD',
  type: 'Standard',
  checkoutLink: 'https://pay.acme.test/i/inv1',
  createdTime: 1767312000,
  expirationTime: 1767312900,
  monitoringExpiration: 1767399300,
  status: 'New',
  additionalStatus: 'None',
  availableStatusesForManualMarking: ['Settled', 'Invalid'],
  archived: false,
  metadata: { orderId: 'QBO-1042', posData: { any: ['thing'] }, own: 1 },
  checkout: {
    speedPolicy: 'MediumSpeed',
    paymentMethods: ['BTC-CHAIN'],
    defaultPaymentMethod: null,
    expirationMinutes: 15,
  },
  receipt: { enabled: null, showQR: null, showPayments: null },
};

const PAYMENT_METHOD = {
  paymentMethodId: 'BTC-CHAIN',
  currency: 'BTC',
  destination: 'bc1qmadeup',
  paymentLink: null,
  rate: '61234.56',
  paymentMethodPaid: '0',
  totalPaid: '0.0',
  due: '0.00032646',
  amount: '3.2646E-4',
  paymentMethodFee: '0',
  payments: [
    {
      id: 'tx1-0',
      receivedDate: 1767312100,
      value: '0.00032646',
      fee: '0',
      status: 'Settled',
      destination: 'bc1qmadeup',
    },
  ],
  activated: true,
  additionalData: { keyPath: '0/1' },
};

describeConformance('BTCPay by its descriptions', () => {
  const judge = loadJudge('btcpay');
  const send = (method: string, url: string, body?: unknown) =>
    judge.judgeRequest({ method, url, headers: JSON_HEADERS, body: body === undefined ? '' : JSON.stringify(body) });
  const answer = (operation: string, body: unknown, status = 200) =>
    judge.judgeResponse({ operation, status, headers: JSON_HEADERS, body: JSON.stringify(body) });

  test.each([
    ['GET', '/api/v1/server/info'],
    ['GET', '/api/v1/api-keys/current'],
    ['GET', '/api/v1/stores'],
    [
      'GET',
      `${STORE}/invoices?orderId=a&orderId=b&status=Settled&startDate=1767312000&skip=0&take=50&includePaymentMethods=true`,
    ],
    ['GET', `${STORE}/invoices/inv1`],
    ['GET', `${STORE}/invoices/inv1/payment-methods?onlyAccountedPayments=false`],
    ['GET', `${STORE}/webhooks`],
    ['GET', `${STORE}/webhooks/wh1/deliveries?count=100`],
    ['POST', `${STORE}/webhooks/wh1/deliveries/d1/redeliver`],
    ['GET', `${STORE}/rates?currencyPair=BTC_USD&currencyPair=BTC_EUR`],
    ['DELETE', `${STORE}/webhooks/wh1`],
    ['GET', '/api-keys/authorize?permissions=btcpay.store.canviewinvoices&applicationName=Acme&strict=true'],
  ])('%s %s is accepted', (method, url) => {
    expect(send(method, url)).toMatchObject({ errors: [], judged: true });
  });

  test.each([
    [
      'POST',
      `${STORE}/invoices`,
      { amount: '19.99', currency: 'USD', metadata: { orderId: 'QBO-1042' }, checkout: { speedPolicy: null } },
    ],
    ['POST', `${STORE}/invoices`, { amount: null, additionalSearchTerms: ['Acme LLC'] }],
    ['PUT', `${STORE}/invoices/inv1`, { metadata: { orderId: 'QBO-1043' } }],
    ['POST', `${STORE}/invoices/inv1/status`, { status: 'Settled' }],
    [
      'POST',
      `${STORE}/webhooks`,
      {
        url: 'https://acme.test/hook',
        secret: null,
        authorizedEvents: { everything: false, specificEvents: ['InvoiceSettled'] },
      },
    ],
    ['PUT', `${STORE}/webhooks/wh1`, { enabled: true, url: 'https://acme.test/hook' }],
    ['POST', `${STORE}/payment-requests`, { amount: '5', title: 'Invoice 1042', expiryDate: null }],
    ['PUT', `${STORE}/payment-methods/BTC-CHAIN`, { enabled: true, config: { anything: 'goes' } }],
  ])('%s %s with a good body is accepted: %j', (method, url, body) => {
    expect(send(method, url, body).errors).toEqual([]);
  });

  test.each([
    ['an unknown field', { amount: '5', colour: 'red' }, 'body $: colour is not described'],
    ['a field that only answers have', { amount: '5', createdTime: 1 }, 'body $: createdTime is not described'],
    ['an unknown nested field', { checkout: { speed: 'HighSpeed' } }, 'body $.checkout: speed is not described'],
    ['a number where a decimal text is described', { amount: 5 }, 'body $.amount: must be string'],
    ['a text that is no decimal', { amount: '5,00' }, 'body $.amount: must match format "decimal"'],
    ['a value outside the list', { checkout: { speedPolicy: 'Fast' } }, 'body $.checkout.speedPolicy: matches none'],
  ])('an invoice with %s is refused', (_case, body, error) => {
    expect(send('POST', `${STORE}/invoices`, body).errors.join()).toContain(error);
  });

  test.each([
    ['an unknown parameter', 'GET', `${STORE}/invoices?page=2`, 'query $: page is not described'],
    ['a misspelt value', 'GET', `${STORE}/invoices?status=Paid`, 'query $.status: must be one of "New"'],
    ['a wrong type', 'GET', `${STORE}/invoices?take=all`, 'query $.take: must be number'],
    ['an unknown path', 'GET', `${STORE}/invoice/inv1`, 'operation $: btcpay has no GET'],
    ['an unknown method', 'PATCH', `${STORE}/invoices/inv1`, 'operation $: btcpay has no PATCH'],
    ['a missing body', 'POST', `${STORE}/invoices`, 'body $: a body is required'],
  ])('a request with %s is refused', (_case, method, url, error) => {
    expect(send(method, url).errors.join()).toContain(error);
  });

  test('an invoice and its payment methods are accepted as answers', () => {
    expect(answer('GET /api/v1/stores/{storeId}/invoices/{invoiceId}', INVOICE).errors).toEqual([]);
    const row = { ...INVOICE, paymentMethods: [PAYMENT_METHOD], added: 'by a later version' };
    expect(answer('GET /api/v1/stores/{storeId}/invoices', [row]).errors).toEqual([]);
  });

  test.each([
    [{ amount: 19.99 }, 'body $.amount: must be string'],
    [{ status: 'Paid' }, 'body $.status: must be one of "New"'],
    [{ createdTime: '2026-01-02' }, 'body $.createdTime: must be number'],
    [{ receipt: 'none' }, 'body $.receipt'],
  ])('an invoice answered with %j is refused', (change, error) => {
    const body = { ...INVOICE, ...change };
    expect(answer('GET /api/v1/stores/{storeId}/invoices/{invoiceId}', body).errors.join()).toContain(error);
  });

  test('an error answer is judged where it is described, and listed where it is not', () => {
    const create = 'POST /api/v1/stores/{storeId}/invoices';
    expect(answer(create, [{ path: 'amount', message: 'negative' }], 400).errors).toEqual([]);
    expect(answer(create, { code: 'x', message: 'y' }, 400).errors).toEqual(['body $: must be array']);
    expect(answer(create, { code: 'x' }, 503).judged).toBe(false);
    expect(judge.notJudged()).toContainEqual({ name: `${create} → 503`, count: 1 });
  });

  test('calls below a store on one invoice or on webhooks go by the older file, others by the newer one first', () => {
    expect(send('GET', `${STORE}/invoices/inv1?includePaymentMethods=true`).errors).toEqual([
      'query $: includePaymentMethods is not described',
    ]);
    expect(send('GET', '/api/v1/invoices/inv1?includePaymentMethods=true').errors).toEqual([]);
    // Only the newer file knows the quota, and only the older one the store-scoped payment request.
    expect(answer('GET /api/v1/users/me', { id: 'u1', storeQuota: 'many' }).errors).toHaveLength(1);
    expect(send('GET', `${STORE}/payment-requests/pr1`).operation).toBe(
      'GET /api/v1/stores/{storeId}/payment-requests/{paymentRequestId}',
    );
  });
});
