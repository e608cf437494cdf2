import { describe, expect, test } from 'vitest';
import { DAY, MONDAY } from '../../core/testing.ts';
import { testStripe } from '../testing.ts';

const at = MONDAY;

function withCharges(count: number) {
  const account = testStripe();
  for (let index = 0; index < count; index += 1) account.stripe.charge({ at: at + index, amount: 1_000 + index });
  account.doors.set((at + count) * 1000);
  return account;
}

describe('lists', () => {
  test('show ten, newest first, and say that there is more', async () => {
    const { get } = withCharges(12);
    const page = await get('/v1/charges');
    expect([page.status, page.rows.length, page.at('has_more'), page.at('url')]).toEqual([
      200,
      10,
      true,
      '/v1/charges',
    ]);
    expect(page.rows.map((row) => row.amount)).toEqual([1011, 1010, 1009, 1008, 1007, 1006, 1005, 1004, 1003, 1002]);
  });

  test('can be walked to the end in either direction without a gap', async () => {
    const { get, all } = withCharges(25);
    expect((await all('/v1/charges')).map((row) => row.amount)).toEqual(
      Array.from({ length: 25 }, (_, index) => 1024 - index),
    );
    const second = await get(
      `/v1/charges?limit=5&starting_after=${(await get('/v1/charges?limit=5')).at('data.4.id')}`,
    );
    const back = await get(`/v1/charges?limit=5&ending_before=${second.at('data.0.id')}`);
    expect(back.rows.map((row) => row.amount)).toEqual([1024, 1023, 1022, 1021, 1020]);
  });

  test('filter by time with each bound', async () => {
    const { get } = withCharges(5);
    const amounts = async (query: string) => (await get(`/v1/charges?${query}`)).rows.map((row) => row.amount);
    expect(await amounts(`created[gte]=${at + 1}&created[lt]=${at + 3}`)).toEqual([1002, 1001]);
    expect(await amounts(`created[gt]=${at + 1}&created[lte]=${at + 3}`)).toEqual([1003, 1002]);
    expect(await amounts(`created=${at + 4}`)).toEqual([1004]);
  });

  test('filter balance transactions by type, source and currency', async () => {
    const { stripe, get } = withCharges(2);
    const charge = stripe.context.state.tables.charges.all()[0];
    stripe.refund({ at: at + 9, charge: charge?.id ?? '' });
    expect((await get('/v1/balance_transactions?type=refund')).rows).toHaveLength(1);
    expect((await get(`/v1/balance_transactions?source=${charge?.id}`)).rows).toHaveLength(1);
    expect((await get('/v1/balance_transactions?currency=eur')).rows).toHaveLength(0);
  });

  test('show the balance status as of now', async () => {
    const { doors, get } = withCharges(1);
    expect((await get('/v1/balance_transactions')).at('data.0.status')).toBe('pending');
    expect((await get('/v1/balance')).at('pending.0.amount')).toBe(941);
    doors.set((at + 3 * DAY) * 1000);
    expect((await get('/v1/balance_transactions')).at('data.0.status')).toBe('available');
    expect((await get('/v1/balance')).at('available.0.amount')).toBe(941);
  });
});

describe('expansion', () => {
  test('replaces ids in lists and single objects, four levels deep', async () => {
    const { get, stripe } = withCharges(1);
    const customer = stripe.createCustomer({ at, name: 'Customer 0001' });
    const { charge, balanceTransaction } = stripe.charge({ at: at + 5, amount: 5_000, customer: customer.id });
    const listed = await get('/v1/balance_transactions?expand[]=data.source.customer');
    expect(listed.at('data.0.source.customer.name')).toBe('Customer 0001');
    const single = await get(`/v1/balance_transactions/${balanceTransaction?.id}?expand[]=source`);
    expect(single.at('source.id')).toBe(charge.id);
    stripe.refund({ at: at + 6, charge: charge.id, amount: 100 });
    const mixed = await get('/v1/balance_transactions?expand[]=data.source.charge&expand[]=data.source.payment_intent');
    expect([mixed.status, mixed.at('data.0.source.charge.id')]).toEqual([200, charge.id]);
    const refunds = await get(`/v1/charges/${charge.id}?expand[]=refunds`);
    expect(refunds.at('refunds.data.0.amount')).toBe(100);
    expect((await get(`/v1/charges/${charge.id}`)).at('refunds')).toBeUndefined();
  });

  test('finds an invoice from a payment intent, and payments below an invoice', async () => {
    const { stripe, get } = testStripe();
    const customer = stripe.createCustomer({ at, name: 'Customer 0001' });
    const lines = Array.from({ length: 12 }, (_, index) => ({ description: `Line ${index}`, unitAmount: 100 }));
    const invoice = stripe.createInvoice({ at, customer: customer.id, lines });
    stripe.finalizeInvoice({ at, invoice: invoice.id });
    const { paymentIntent, charge } = stripe.payInvoice({ at, invoice: invoice.id });
    const found = await get(
      `/v1/invoice_payments?payment[type]=payment_intent&payment[payment_intent]=${paymentIntent.id}&expand[]=data.payment.payment_intent`,
    );
    expect([found.at('data.0.invoice'), found.at('data.0.payment.payment_intent.latest_charge')]).toEqual([
      invoice.id,
      charge.id,
    ]);
    expect((await get('/v1/invoice_payments?payment[payment_intent]=x')).at('error.param')).toBe('payment[type]');
    expect((await get('/v1/invoice_payments?payment[type]=charge')).status).toBe(400);
    const shown = await get(`/v1/invoices/${invoice.id}?expand[]=payments`);
    expect([shown.at('lines.has_more'), shown.at('payments.data.0.status')]).toEqual([true, 'paid']);
    const first = await get(`/v1/invoices/${invoice.id}/lines?limit=10`);
    const rest = await get(`/v1/invoices/${invoice.id}/lines?limit=10&starting_after=${first.at('data.9.id')}`);
    expect([first.rows.length, rest.rows.length, rest.at('has_more')]).toEqual([10, 2, false]);
  });

  test('refuses what is no reference', async () => {
    const { get } = withCharges(1);
    const refused = await get('/v1/charges?expand[]=data.amount');
    expect([refused.status, refused.at('error.param')]).toEqual([400, 'expand']);
    expect((await get('/v1/charges?expand[]=data.a.b.c.d.e')).status).toBe(400);
  });
});

describe('errors', () => {
  test.each([
    ['/v1/charges?foo=1', 400, 'parameter_unknown', 'foo'],
    ['/v1/charges?limit=0', 400, 'parameter_invalid_integer', 'limit'],
    ['/v1/charges?limit=x', 400, 'parameter_invalid_integer', 'limit'],
    ['/v1/charges?created[gte]=soon', 400, 'parameter_invalid_integer', 'created[gte]'],
    ['/v1/charges?created[near]=5', 400, 'parameter_unknown', 'created[near]'],
    ['/v1/charges?starting_after=ch_none', 400, 'resource_missing', 'starting_after'],
    ['/v1/charges/ch_none', 404, 'resource_missing', 'id'],
    ['/v1/balance_transactions?payout=po_none', 400, 'resource_missing', 'payout'],
    ['/v1/nothing', 404, undefined, undefined],
  ])('%s is %i %s', async (target, status, code, param) => {
    const { get } = testStripe();
    const answer = await get(target);
    expect([answer.status, answer.at('error.code'), answer.at('error.param')]).toEqual([status, code, param]);
    expect(answer.at('error.type')).toBe('invalid_request_error');
    expect(answer.headers.get('request-id')).toMatch(/^req_/);
  });

  test('a wrong or missing key is 401 and hides the key', async () => {
    const { get } = testStripe();
    const wrong = await get('/v1/charges', { authorization: 'Bearer sk_test_someoneelses' });
    expect([wrong.status, wrong.at('error.message')]).toEqual([401, 'Invalid API Key provided: sk_test_********lses']);
    expect((await get('/v1/charges', { authorization: 'token x' })).status).toBe(401);
    const basic = Buffer.from('sk_test_sandbox:').toString('base64');
    expect((await get('/v1/charges', { authorization: `Basic ${basic}` })).status).toBe(200);
  });

  test('a restricted key reads what it may and nothing else', async () => {
    const { get, post } = testStripe({ restrictedKeys: { rk_test_sandbox: ['charges', 'webhook_endpoints:write'] } });
    const headers = { authorization: 'Bearer rk_test_sandbox' };
    expect((await get('/v1/charges', headers)).status).toBe(200);
    const refused = await get('/v1/payouts', headers);
    expect([refused.status, refused.at('error.type')]).toEqual([403, 'invalid_request_error']);
    expect(String(refused.at('error.message'))).toContain('payouts');
    expect((await post('/v1/webhook_endpoints', 'url=https://a.invalid&enabled_events[]=*', headers)).status).toBe(200);
  });

  test('another account or another API version is refused', async () => {
    const { get, stripe } = testStripe();
    expect((await get('/v1/account', { 'stripe-account': stripe.settings.accountId })).status).toBe(200);
    expect((await get('/v1/account', { 'stripe-account': 'acct_other' })).at('error.code')).toBe('account_invalid');
    expect((await get('/v1/account', { 'stripe-version': '2026-10-28.endive' })).headers.get('stripe-version')).toBe(
      '2026-10-28.endive',
    );
    expect((await get('/v1/account', { 'stripe-version': '2024-06-20' })).status).toBe(400);
  });

  test('more than 25 requests a second are throttled with the reason', async () => {
    const { get, doors } = testStripe({ requestsPerSecond: 25 });
    for (let index = 0; index < 25; index += 1) expect((await get('/v1/balance')).status).toBe(200);
    const refused = await get('/v1/balance');
    expect([refused.status, refused.at('error.code')]).toEqual([429, 'rate_limit']);
    expect(refused.headers.get('stripe-rate-limited-reason')).toBe('global-rate');
    doors.pass(40);
    expect((await get('/v1/balance')).status).toBe(200);
  });
});

describe('writing', () => {
  test('a repeated idempotency key answers the same and changes nothing', async () => {
    const { post, all } = testStripe();
    const headers = { 'idempotency-key': 'k1' };
    const first = await post('/v1/customers', 'name=Customer+0001&metadata[a]=1', headers);
    const second = await post('/v1/customers', 'name=Customer+0001&metadata[a]=1', headers);
    expect(second.text).toBe(first.text);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect(await all('/v1/customers')).toHaveLength(1);
    const other = await post('/v1/customers', 'name=Somebody', headers);
    expect([other.status, other.at('error.type')]).toEqual([400, 'idempotency_error']);
  });

  test('a key is forgotten after a day', async () => {
    const { post, all, doors } = testStripe();
    await post('/v1/customers', 'name=A', { 'idempotency-key': 'k1' });
    doors.pass(DAY * 1000);
    await post('/v1/customers', 'name=A', { 'idempotency-key': 'k1' });
    expect(await all('/v1/customers')).toHaveLength(2);
  });

  test('a customer can be changed and deleted, and stays readable as deleted', async () => {
    const { ask, post, get, all } = testStripe();
    const id = String((await post('/v1/customers', 'name=A&metadata[a]=1&metadata[b]=2')).at('id'));
    const changed = await post(`/v1/customers/${id}`, 'name=B&metadata[a]=&metadata[c]=3');
    expect([changed.at('name'), changed.at('metadata')]).toEqual(['B', { b: '2', c: '3' }]);
    await ask('DELETE', `/v1/customers/${id}`);
    expect((await get(`/v1/customers/${id}`)).json).toEqual({ id, object: 'customer', deleted: true });
    expect(await all('/v1/customers')).toEqual([]);
    const types = (await get('/v1/events')).rows.map((event) => event.type);
    expect(types).toEqual(['customer.deleted', 'customer.updated', 'customer.created']);
    expect((await get('/v1/events')).at('data.1.data.previous_attributes.name')).toBe('A');
  });

  test('refunds of a charge are listed page by page, for a charge that is there', async () => {
    const { get, stripe } = withCharges(2);
    const [charge] = stripe.context.state.tables.charges.all();
    for (const amount of [10, 20, 30]) stripe.refund({ at: at + 9, charge: charge!.id, amount });
    const page = await get(`/v1/charges/${charge?.id}/refunds?limit=2`);
    expect([page.rows.map(({ amount }) => amount), page.at('has_more')]).toEqual([[30, 20], true]);
    const rest = await get(`/v1/charges/${charge?.id}/refunds?starting_after=${page.at('data.1.id')}`);
    expect([rest.rows.map(({ amount }) => amount), rest.at('has_more')]).toEqual([[10], false]);
    expect((await get('/v1/charges/ch_nobody/refunds')).at('error.code')).toBe('resource_missing');
  });

  test('a refund can be made by charge or intent and never twice', async () => {
    const { stripe, post } = withCharges(1);
    const charge = stripe.context.state.tables.charges.all()[0];
    const made = await post('/v1/refunds', `payment_intent=${charge?.payment_intent}&amount=100`);
    expect([made.status, made.at('charge')]).toEqual([200, charge?.id]);
    expect((await post('/v1/refunds', `charge=${charge?.id}&amount=99999`)).status).toBe(400);
    await post('/v1/refunds', `charge=${charge?.id}`);
    expect((await post('/v1/refunds', `charge=${charge?.id}`)).at('error.code')).toBe('charge_already_refunded');
  });

  test('an event names the request that caused it', async () => {
    const { post, get } = testStripe();
    const made = await post('/v1/customers', 'name=A', { 'idempotency-key': 'k9' });
    const event = await get('/v1/events?type=customer.created');
    expect(event.at('data.0.request')).toEqual({ id: made.headers.get('request-id'), idempotency_key: 'k9' });
  });
});

describe('events', () => {
  test('are filtered by types and readable for 30 days', async () => {
    const { get, doors } = withCharges(2);
    const types = await get('/v1/events?types[]=charge.succeeded&types[]=charge.refunded');
    expect(types.rows.map((event) => event.type)).toEqual(['charge.succeeded', 'charge.succeeded']);
    doors.set((at + 31 * DAY) * 1000);
    expect((await get('/v1/events')).rows).toEqual([]);
  });

  test('keep the object as it was', async () => {
    const { stripe, get } = withCharges(1);
    const charge = stripe.context.state.tables.charges.all()[0];
    stripe.refund({ at: at + 9, charge: charge?.id ?? '' });
    const events = await get('/v1/events?types[]=charge.succeeded&types[]=charge.refunded');
    expect(events.rows.map((_, index) => events.at(`data.${index}.data.object.amount_refunded`))).toEqual([1_000, 0]);
  });
});

describe('webhook endpoints', () => {
  test('show their secret only once', async () => {
    const { post, get, ask } = testStripe();
    const made = await post(
      '/v1/webhook_endpoints',
      'url=https://hub.invalid/x&enabled_events[]=charge.succeeded&api_version=2026-10-28.endive',
    );
    expect(made.at('secret')).toMatch(/^whsec_/);
    const id = String(made.at('id'));
    expect((await get(`/v1/webhook_endpoints/${id}`)).at('secret')).toBeUndefined();
    expect((await get('/v1/webhook_endpoints')).at('data.0.secret')).toBeUndefined();
    const changed = await post(`/v1/webhook_endpoints/${id}`, 'disabled=true&enabled_events[]=*');
    expect([changed.at('status'), changed.at('enabled_events')]).toEqual(['disabled', ['*']]);
    expect((await ask('DELETE', `/v1/webhook_endpoints/${id}`)).at('deleted')).toBe(true);
    expect((await get(`/v1/webhook_endpoints/${id}`)).status).toBe(404);
  });

  test.each([
    ['enabled_events[]=*', 'url'],
    ['url=https://a.invalid', 'enabled_events'],
    ['url=a.invalid&enabled_events[]=*', 'url'],
    ['url=https://a.invalid&enabled_events[]=*&api_version=2020-01-01', 'api_version'],
  ])('refuse %s for %s', async (body, param) => {
    const { post } = testStripe();
    const refused = await post('/v1/webhook_endpoints', body);
    expect([refused.status, refused.at('error.param')]).toEqual([400, param]);
  });
});
