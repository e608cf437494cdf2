import { describe, expect, test } from 'vitest';
import { DAY, MONDAY } from '../../core/testing.ts';
import { testSquare, usd } from '../testing.ts';

const YEAR = 365 * DAY;
const SIDE = 'LSANDBOXSIDE2';
const ids = (rows: unknown) => ((rows ?? []) as { id: string }[]).map(({ id }) => id);

describe('a list of payments', () => {
  test('is of the main location and the last year, newest first', async () => {
    const { square, get } = testSquare();
    square.createPayment({ at: MONDAY - YEAR - 10, amount: 1 });
    const first = square.createPayment({ at: MONDAY - YEAR + 10, amount: 2 });
    const second = square.createPayment({ at: MONDAY - 10, amount: 3 });
    const side = square.createPayment({ at: MONDAY - 5, amount: 4, location: SIDE });
    expect(ids((await get('/v2/payments')).at('payments'))).toEqual([second.id, first.id]);
    expect(ids((await get(`/v2/payments?location_id=${SIDE}`)).at('payments'))).toEqual([side.id]);
    const all = await get('/v2/payments?begin_time=2020-01-01T00:00:00Z&sort_order=ASC');
    expect(ids(all.at('payments'))).toHaveLength(3);
    expect((await get('/v2/payments?location_id=LOTHER')).at('errors.0.field')).toBe('location_id');
  });

  test('goes by update when asked, from the time on and before the other', async () => {
    const { square, get } = testSquare();
    const old = square.createPayment({ at: MONDAY - 2 * DAY, amount: 100 });
    const recent = square.createPayment({ at: MONDAY - DAY, amount: 100 });
    square.refund({ at: MONDAY - 60, payment: old.id, amount: 10 });
    const window = 'sort_field=UPDATED_AT&sort_order=ASC&updated_at_begin_time=2026-10-04T00:00:00Z';
    expect(ids((await get(`/v2/payments?${window}`)).at('payments'))).toEqual([recent.id, old.id]);
    const until = `${window}&updated_at_end_time=2026-10-05T09:00:00Z`;
    expect(ids((await get(`/v2/payments?${until}`)).at('payments'))).toEqual([recent.id]);
    const wrong = await get('/v2/payments?updated_at_begin_time=2026-10-04T00:00:00Z');
    expect(wrong.at('errors.0.code')).toBe('CONFLICTING_PARAMETERS');
  });

  test('is read page by page to its end, whatever comes up meanwhile', async () => {
    const { square, get } = testSquare();
    const made = [1, 2, 3, 4, 5].map(
      (number) => square.createPayment({ at: MONDAY - 100 + number, amount: number }).id,
    );
    const first = await get('/v2/payments?limit=2');
    square.createPayment({ at: MONDAY, amount: 9 });
    const second = await get(`/v2/payments?limit=2&cursor=${first.at('cursor')}`);
    const third = await get(`/v2/payments?limit=2&cursor=${second.at('cursor')}`);
    const read = [first, second, third].flatMap((page) => ids(page.at('payments')));
    expect(read).toEqual(made.toReversed());
    expect(third.at('cursor')).toBeUndefined();
  });

  test('has cursors that are good for the same question and five minutes', async () => {
    const { square, get, doors } = testSquare();
    for (const amount of [1, 2, 3]) square.createPayment({ at: MONDAY - 10, amount });
    const cursor = String((await get('/v2/payments?limit=1')).at('cursor'));
    const refusal = async (query: string) => (await get(`/v2/payments?${query}`)).at('errors.0.code');
    expect(await refusal(`limit=1&sort_order=ASC&cursor=${cursor}`)).toBe('INVALID_CURSOR');
    expect(await refusal('limit=1&cursor=made-up')).toBe('INVALID_CURSOR');
    doors.pass(300_000);
    expect((await get(`/v2/payments?limit=1&cursor=${cursor}`)).status).toBe(200);
    doors.pass(1);
    expect(await refusal(`limit=1&cursor=${cursor}`)).toBe('INVALID_CURSOR');
  });

  test('may have an empty page with a cursor', async () => {
    const { square, get, all } = testSquare({ emptyFirstPages: true });
    const { id } = square.createPayment({ at: MONDAY - 10, amount: 1 });
    const page = await get('/v2/payments');
    expect([page.at('payments'), typeof page.at('cursor')]).toEqual([undefined, 'string']);
    expect(ids(await all('/v2/payments', 'payments'))).toEqual([id]);
  });
});

describe('other lists', () => {
  test('refunds are of all locations, payouts of the main one', async () => {
    const { square, get } = testSquare();
    for (const location of ['LSANDBOXMAIN1', SIDE]) {
      const { id } = square.createPayment({ at: MONDAY - 20, amount: 500, location });
      square.refund({ at: MONDAY - 10, payment: id, amount: 100 });
      square.payoutDue({ at: MONDAY - 5, location });
    }
    expect((await get('/v2/refunds')).at('refunds')).toHaveLength(2);
    expect((await get(`/v2/refunds?location_id=${SIDE}`)).at('refunds')).toHaveLength(1);
    expect((await get('/v2/payouts')).at('payouts')).toHaveLength(1);
    expect((await get('/v2/payouts?status=PAID')).json).toEqual({});
  });

  test('a payout that was paid since shows in no window of creation', async () => {
    const { square, get } = testSquare();
    square.createPayment({ at: MONDAY - 20, amount: 500 });
    const payout = square.payoutDue({ at: MONDAY - 10 })!;
    square.payoutPaid({ at: MONDAY - 1, payout: payout.id });
    expect((await get('/v2/payouts?begin_time=2026-10-05T09:59:55Z')).json).toEqual({});
    expect((await get(`/v2/payouts/${payout.id}`)).at('payout.status')).toBe('PAID');
  });

  test('disputes that are over are listed when asked for', async () => {
    const { square, get } = testSquare();
    const { id } = square.createPayment({ at: MONDAY - 20, amount: 500 });
    const lost = square.openDispute({ at: MONDAY - 10, payment: id });
    square.loseDispute({ at: MONDAY - 5, dispute: lost.id });
    expect((await get('/v2/disputes')).json).toEqual({});
    expect(ids((await get('/v2/disputes?states=LOST,WON')).at('disputes'))).toEqual([lost.id]);
  });

  test('all locations are listed, the inactive ones too', async () => {
    const locations = [
      { id: 'L1', name: 'A' },
      { id: 'L2', name: 'B', status: 'INACTIVE' as const },
    ];
    const { get } = testSquare({ locations });
    const listed = (await get('/v2/locations')).at('locations') as Record<string, unknown>[];
    expect(listed.map(({ id, status }) => [id, status])).toEqual([
      ['L1', 'ACTIVE'],
      ['L2', 'INACTIVE'],
    ]);
    expect((await get('/v2/merchants/me')).at('merchant.main_location_id')).toBe('L1');
  });
});

describe('payments over the API', () => {
  const body = { idempotency_key: 'k1', source_id: 'cnon:card-nonce-ok', amount_money: usd(1_000) };

  test('answer the same to the same key and body, and refuse another body', async () => {
    const { post, square } = testSquare();
    const first = await post('/v2/payments', body);
    expect((await post('/v2/payments', body)).text).toBe(first.text);
    expect(square.context.state.tables.payments.size).toBe(1);
    const other = await post('/v2/payments', { ...body, amount_money: usd(2_000) });
    expect([other.status, other.at('errors.0.code')]).toEqual([400, 'IDEMPOTENCY_KEY_REUSED']);
  });

  test('need a key of at most 45 characters', async () => {
    const { post } = testSquare();
    const { idempotency_key: _key, ...rest } = body;
    expect((await post('/v2/payments', rest)).at('errors.0.field')).toBe('idempotency_key');
    const long = await post('/v2/payments', { ...rest, idempotency_key: 'x'.repeat(46) });
    expect(long.at('errors.0.code')).toBe('VALUE_TOO_LONG');
  });

  test('take whole minor units of the one currency', async () => {
    const { post } = testSquare();
    const code = async (amount_money: unknown) =>
      (await post('/v2/payments', { ...body, amount_money })).at('errors.0.code');
    expect(await code({ amount: 10.5, currency: 'USD' })).toBe('EXPECTED_INTEGER');
    expect(await code({ amount: '100', currency: 'USD' })).toBe('EXPECTED_INTEGER');
    expect(await code({ amount: 0, currency: 'USD' })).toBe('VALUE_TOO_LOW');
    expect(await code({ amount: 100, currency: 'EUR' })).toBe('INVALID_VALUE');
    expect(await code(undefined)).toBe('MISSING_REQUIRED_PARAMETER');
  });

  test('that are declined leave a failed payment behind', async () => {
    const { post, get } = testSquare();
    const declined = await post('/v2/payments', { ...body, source_id: 'cnon:card-nonce-declined' });
    expect([declined.status, declined.at('errors.0.category')]).toEqual([402, 'PAYMENT_METHOD_ERROR']);
    expect((await get('/v2/payments')).at('payments.0.status')).toBe('FAILED');
  });

  test('can wait to be completed, with the version that was read', async () => {
    const { post, square } = testSquare();
    const held = await post('/v2/payments', { ...body, autocomplete: false });
    const path = `/v2/payments/${held.at('payment.id')}/complete`;
    expect([held.at('payment.status'), square.balance()]).toEqual(['APPROVED', 0]);
    expect((await post(path, { version_token: 'old' })).at('errors.0.code')).toBe('VERSION_MISMATCH');
    const done = await post(path, { version_token: held.at('payment.version_token') });
    expect([done.at('payment.status'), square.balance()]).toEqual(['COMPLETED', 964]);
  });

  test('are refunded up to what is left, pending first', async () => {
    const { post, get, doors, square } = testSquare();
    const payment_id = (await post('/v2/payments', body)).at('payment.id');
    const refund = (idempotency_key: string, amount: number) =>
      post('/v2/refunds', { idempotency_key, payment_id, amount_money: usd(amount) });
    const first = await refund('r1', 600);
    expect([first.at('refund.status'), square.balance()]).toEqual(['PENDING', 964]);
    expect((await refund('r2', 401)).at('errors.0')).toMatchObject({
      category: 'REFUND_ERROR',
      code: 'REFUND_AMOUNT_INVALID',
    });
    doors.pass(2_000);
    expect((await get(`/v2/refunds/${first.at('refund.id')}`)).at('refund.status')).toBe('COMPLETED');
    expect(square.balance()).toBe(364);
  });
});

describe('orders over the API', () => {
  const order = {
    location_id: 'LSANDBOXMAIN1',
    line_items: [{ name: 'A', quantity: '2', base_price_money: usd(250) }],
  };

  test('are paid and then complete', async () => {
    const { post, get } = testSquare();
    const made = await post('/v2/orders', { order });
    const id = made.at('order.id');
    expect([made.at('order.state'), made.at('order.net_amount_due_money.amount')]).toEqual(['OPEN', 500]);
    const pay = { idempotency_key: 'p', source_id: 'cnon:card-nonce-ok', amount_money: usd(500), order_id: id };
    await post('/v2/payments', pay);
    const paid = await get(`/v2/orders/${id}`);
    expect([paid.at('order.state'), paid.at('order.version')]).toEqual(['COMPLETED', 2]);
  });

  test('change with the version that was read only', async () => {
    const { post, ask } = testSquare();
    const path = `/v2/orders/${(await post('/v2/orders', { order })).at('order.id')}`;
    const put = (version: number) => ask('PUT', path, { order: { version, reference_id: 'R' } });
    expect((await put(7)).at('errors.0.code')).toBe('VERSION_MISMATCH');
    expect((await put(1)).at('order')).toMatchObject({ version: 2, reference_id: 'R' });
  });

  test('are searched in up to ten locations, by a time that is also the order', async () => {
    const { post } = testSquare();
    await post('/v2/orders', { order });
    const search = (body: unknown) => post('/v2/orders/search', body);
    expect((await search({})).at('errors.0.field')).toBe('location_ids');
    const filter = { date_time_filter: { updated_at: { start_at: '2026-10-01T00:00:00Z' } } };
    const location_ids = ['LSANDBOXMAIN1'];
    expect((await search({ location_ids, query: { filter } })).status).toBe(400);
    const found = await search({ location_ids, query: { filter, sort: { sort_field: 'UPDATED_AT' } } });
    expect(found.at('orders')).toHaveLength(1);
    expect((await search({ location_ids, return_entries: true })).at('order_entries.0')).toMatchObject({ version: 1 });
  });
});

describe('customers', () => {
  test('are not unique, change by version and are gone when deleted', async () => {
    const { post, ask, get } = testSquare();
    const body = { given_name: 'Customer', email_address: 'a@acme.example' };
    const [first, second] = [await post('/v2/customers', body), await post('/v2/customers', body)];
    expect(first.at('customer.id')).not.toBe(second.at('customer.id'));
    const path = `/v2/customers/${first.at('customer.id')}`;
    expect((await ask('PUT', path, { note: 'x', version: 5 })).at('errors.0.code')).toBe('VERSION_MISMATCH');
    const changed = await ask('PUT', path, { note: 'x', given_name: null, version: 0 });
    expect([changed.at('customer.version'), changed.at('customer.given_name')]).toEqual([1, undefined]);
    expect((await ask('DELETE', path)).json).toEqual({});
    expect((await get(path)).status).toBe(404);
  });

  test('are found by reference and by window, and counted', async () => {
    const { post, square } = testSquare();
    square.createCustomer({ at: MONDAY - DAY, fields: { company_name: 'B', reference_id: 'R-1' } });
    square.createCustomer({ at: MONDAY - 10, fields: { company_name: 'A', reference_id: 'R-11' } });
    const search = (filter: unknown) => post('/v2/customers/search', { query: { filter }, count: true });
    expect((await search({ reference_id: { exact: 'R-1' } })).at('count')).toBe(1);
    expect((await search({ reference_id: { fuzzy: 'r-1' } })).at('count')).toBe(2);
    const recent = await search({ updated_at: { start_at: '2026-10-05T00:00:00Z' } });
    expect([recent.at('count'), recent.at('customers.0.company_name')]).toEqual([1, 'A']);
  });

  test('merged become a third, whose event says of whom', async () => {
    const { square, get } = testSquare();
    const one = square.createCustomer({ at: MONDAY - 10, fields: { given_name: 'A' } });
    const two = square.createCustomer({ at: MONDAY - 10, fields: { given_name: 'B', note: 'n' } });
    const merged = square.mergeCustomers({ at: MONDAY - 5, customers: [one.id, two.id] });
    expect(ids((await get('/v2/customers')).at('customers'))).toEqual([merged.id]);
    expect(merged.show).toMatchObject({ given_name: 'A', note: 'n' });
    const event = square.context.state.tables.events.all().at(-1);
    expect(event?.data).toMatchObject({
      object: { event_context: { merge: { from_customer_ids: [one.id, two.id], to_customer_id: merged.id } } },
    });
  });

  test('in bulk are answered one by one under their keys', async () => {
    const { post, square } = testSquare();
    const customers = { a: { company_name: 'A' }, b: { note: 'nameless' } };
    const answer = await post('/v2/customers/bulk-create', { customers });
    expect([answer.status, answer.at('responses.b.errors.0.code')]).toEqual([200, 'BAD_REQUEST']);
    const again = await post('/v2/customers/bulk-create', { customers });
    expect(again.at('responses.a')).toEqual(answer.at('responses.a'));
    expect(square.context.state.tables.customers.size).toBe(1);
  });
});

describe('the catalogue', () => {
  const variation = { type: 'ITEM_VARIATION', id: '#v', item_variation_data: { name: 'Big', price_money: usd(300) } };
  const item = { type: 'ITEM', id: '#i', item_data: { name: 'Mug', variations: [variation] } };
  const upsert = (object: unknown, key = 'k') => ({ idempotency_key: key, object });

  test('gives real ids to temporary ones and prices orders by variation', async () => {
    const { post } = testSquare();
    const made = await post('/v2/catalog/object', upsert(item));
    const mapped = made.at('id_mappings') as { client_object_id: string; object_id: string }[];
    expect(mapped.map((one) => one.client_object_id)).toEqual(['#i', '#v']);
    expect(made.at('catalog_object.item_data.variations.0.item_variation_data.item_id')).toBe(mapped[0]?.object_id);
    const line_items = [{ quantity: '3', catalog_object_id: mapped[1]?.object_id }];
    const order = await post('/v2/orders', { order: { location_id: 'LSANDBOXMAIN1', line_items } });
    expect(order.at('order.total_money.amount')).toBe(900);
  });

  test('is searched after a time, shows deleted objects when asked, and variations by name only', async () => {
    const { post, ask, doors } = testSquare();
    const made = await post('/v2/catalog/object', upsert(item));
    const search = (body: Record<string, unknown>) => post('/v2/catalog/search', body);
    const first = await search({});
    expect(ids(first.at('objects'))).toEqual([made.at('catalog_object.id')]);
    expect((await search({ object_types: ['ITEM_VARIATION'] })).at('objects')).toHaveLength(1);
    expect((await search({ begin_time: first.at('latest_time') })).at('objects')).toBeUndefined();
    doors.pass(1_000);
    await ask('DELETE', `/v2/catalog/object/${made.at('catalog_object.id')}`);
    const after = { begin_time: first.at('latest_time') };
    expect((await search(after)).at('objects')).toBeUndefined();
    const deleted = await search({ ...after, include_deleted_objects: true, object_types: ['ITEM', 'ITEM_VARIATION'] });
    expect((deleted.at('objects') as { is_deleted: boolean }[]).map((one) => one.is_deleted)).toEqual([true, true]);
  });

  test('changes with the version that was read only', async () => {
    const { post } = testSquare();
    const made = await post('/v2/catalog/object', upsert(item));
    const change = (version: unknown, key: string) =>
      post(
        '/v2/catalog/object',
        upsert({ type: 'ITEM', id: made.at('catalog_object.id'), version, item_data: { name: 'Cup' } }, key),
      );
    expect((await change(1, 'k2')).at('errors.0.code')).toBe('VERSION_MISMATCH');
    const changed = await change(made.at('catalog_object.version'), 'k3');
    expect(changed.at('catalog_object.item_data.name')).toBe('Cup');
  });

  test('counts stock', async () => {
    const { post, get } = testSquare();
    const made = await post('/v2/catalog/object', upsert(item));
    const id = made.at('id_mappings.1.object_id');
    const common = { catalog_object_id: id, location_id: SIDE, occurred_at: '2026-10-05T09:00:00Z' };
    const answer = await post('/v2/inventory/changes/batch-create', {
      idempotency_key: 'c',
      changes: [
        { type: 'PHYSICAL_COUNT', physical_count: { ...common, state: 'IN_STOCK', quantity: '10' } },
        { type: 'ADJUSTMENT', adjustment: { ...common, from_state: 'IN_STOCK', to_state: 'WASTE', quantity: '2.5' } },
      ],
    });
    expect(answer.status).toBe(200);
    const counts = (await get(`/v2/inventory/${id}`)).at('counts') as Record<string, unknown>[];
    expect(counts.map(({ state, quantity }) => [state, quantity])).toEqual([
      ['IN_STOCK', '7.5'],
      ['WASTE', '2.5'],
    ]);
  });
});

describe('invoices', () => {
  test('stand over an order, are published, and paid in parts', async () => {
    const { post, get, square } = testSquare();
    const line_items = [{ name: 'Work', quantity: '1', base_price_money: usd(10_000) }];
    const order = await post('/v2/orders', { order: { location_id: 'LSANDBOXMAIN1', line_items } });
    const made = await post('/v2/invoices', { invoice: { order_id: order.at('order.id') } });
    const id = String(made.at('invoice.id'));
    expect(made.at('invoice')).toMatchObject({ status: 'DRAFT', version: 0 });
    expect((await post(`/v2/invoices/${id}/publish`, { version: 3 })).at('errors.0.code')).toBe('VERSION_MISMATCH');
    expect((await post(`/v2/invoices/${id}/publish`, { version: 0 })).at('invoice.status')).toBe('UNPAID');
    square.payInvoice({ at: MONDAY, invoice: id, amount: 4_000 });
    expect((await get(`/v2/invoices/${id}`)).at('invoice')).toMatchObject({
      status: 'PARTIALLY_PAID',
      next_payment_amount_money: usd(6_000),
      payment_requests: [{ computed_amount_money: usd(10_000), total_completed_amount_money: usd(4_000) }],
    });
    square.payInvoice({ at: MONDAY, invoice: id });
    expect((await get(`/v2/invoices/${id}`)).at('invoice.status')).toBe('PAID');
    expect((await get(`/v2/orders/${order.at('order.id')}`)).at('order.state')).toBe('COMPLETED');
  });

  test('are searched in exactly one location', async () => {
    const { post } = testSquare();
    const search = (location_ids: string[]) => post('/v2/invoices/search', { query: { filter: { location_ids } } });
    expect((await search(['LSANDBOXMAIN1', SIDE])).status).toBe(400);
    expect((await search([SIDE])).json).toEqual({ invoices: [] });
  });
});

test('loyalty points are counted, by number or by what an order cost before tax', async () => {
  const { post, get, square } = testSquare();
  const program_id = (await get('/v2/loyalty/programs/main')).at('program.id');
  const loyalty_account = { program_id, mapping: { phone_number: '+14155551234' } };
  const made = await post('/v2/loyalty/accounts', { idempotency_key: 'a', loyalty_account });
  const path = `/v2/loyalty/accounts/${made.at('loyalty_account.id')}`;
  const lines = [{ name: 'A', unitAmount: 1_250 }];
  const { order } = square.sale({ at: MONDAY, lines, taxes: [{ name: 'T', percentage: '10' }] });
  const location_id = 'LSANDBOXMAIN1';
  await post(`${path}/accumulate`, { idempotency_key: 'b', location_id, accumulate_points: { order_id: order.id } });
  const less = { idempotency_key: 'c', adjust_points: { points: -20 } };
  expect((await post(`${path}/adjust`, less)).status).toBe(400);
  await post(`${path}/adjust`, { ...less, allow_negative_balance: true });
  expect((await get(path)).at('loyalty_account')).toMatchObject({ balance: -8, lifetime_points: 12 });
  expect((await post('/v2/loyalty/events/search', {})).at('events')).toHaveLength(2);
});

describe('the door', () => {
  test('tells a missing token, an unknown address and what was never asked for', async () => {
    const { get, post } = testSquare();
    const anonymous = await get('/v2/payments', { authorization: '' });
    expect([anonymous.status, anonymous.at('errors.0')]).toMatchObject([
      401,
      { category: 'AUTHENTICATION_ERROR', code: 'UNAUTHORIZED' },
    ]);
    expect((await get('/v2/nothing')).status).toBe(404);
    expect((await get('/v2/payments?colour=red')).at('errors.0.code')).toBe('UNKNOWN_QUERY_PARAMETER');
    expect((await post('/v2/orders', { colour: 1 })).at('errors.0.code')).toBe('UNKNOWN_BODY_PARAMETER');
    expect((await post('/v2/orders', 'no json')).at('errors.0.code')).toBe('EXPECTED_JSON_BODY');
  });

  test('takes well-formed versions and says its own', async () => {
    const { get } = testSquare();
    const good = await get('/v2/locations', { 'square-version': '2025-08-20' });
    expect([good.status, good.headers.get('square-version')]).toEqual([200, '2026-09-16']);
    const bad = await get('/v2/locations', { 'square-version': '20-08-2025' });
    expect(bad.at('errors.0.code')).toBe('INVALID_SQUARE_VERSION_FORMAT');
  });

  test('limits each token and the OAuth endpoints, and lets everything through without limits', async () => {
    const limited = testSquare({ requestsPerSecond: 2, oauthRequestsPerSecond: 1 });
    const many = () => Promise.all([1, 2, 3].map(() => limited.get('/v2/locations')));
    const answers = await many();
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(answers[2]?.at('errors.0')).toMatchObject({ category: 'RATE_LIMIT_ERROR', code: 'RATE_LIMITED' });
    limited.doors.pass(1_000);
    expect((await limited.get('/v2/locations')).status).toBe(200);
    await limited.post('/oauth2/token', {});
    expect((await limited.post('/oauth2/token', {})).at('type')).toBe('too_many_requests');
    const free = testSquare();
    const statuses = await Promise.all(
      Array.from({ length: 60 }, async () => (await free.get('/v2/locations')).status),
    );
    expect(new Set(statuses)).toEqual(new Set([200]));
  });
});
