import { oauthRoutes } from '../../sandbox/src/square/api/oauth.ts';
import { squareRoutes } from '../../sandbox/src/square/api/routes.ts';
import type { Ask, Said, SandboxBench } from './sandbox-bench.ts';
import { doBusiness } from './sandbox-square-business.ts';
import { consent, fieldOf, MAIN, REDIRECT, usd } from './sandbox-square-parts.ts';

/** Every endpoint that the sandbox's Square has, but for its consent page. */
export const SQUARE_ROUTES = [
  ...squareRoutes.map(({ method, path }) => ({ method, path })),
  ...Object.keys(oauthRoutes).map((name) => {
    const [method = '', path = ''] = name.split(' ', 2);
    return { method, path };
  }),
];

interface Tour {
  readonly bench: SandboxBench;
  good(method: Ask['method'], path: string, body?: unknown): Promise<Said>;
  /** Keys that are never used twice. */
  key(): string;
}

/** A month's worth of everything, then every endpoint over it. */
export async function tourSquare(bench: SandboxBench): Promise<void> {
  let keys = 0;
  const tour: Tour = {
    bench,
    good: (method, path, body) =>
      bench.good({ method: method ?? 'GET', path, ...(body === undefined ? {} : { body }) }),
    key() {
      keys += 1;
      return `tour-${keys}`;
    },
  };
  doBusiness(bench);
  await readSeller(tour);
  await readMoney(tour);
  await changePayments(tour);
  await useOrders(tour);
  await useCustomers(tour);
  const variation = await useCatalog(tour);
  await useInventory(tour, variation);
  await useInvoices(tour);
  await useGiftCards(tour);
  await useLoyalty(tour);
  await useWebhooks(tour);
  await useOAuth(tour);
}

async function readSeller({ good }: Tour): Promise<void> {
  await good('GET', '/v2/merchants');
  await good('GET', '/v2/merchants/me');
  await good('GET', '/v2/locations');
  await good('GET', '/v2/locations/main');
  const accounts = await good('GET', '/v2/bank-accounts');
  await good('GET', `/v2/bank-accounts/${fieldOf(accounts, 'bank_accounts.0.id')}`);
}

async function readMoney({ good }: Tour): Promise<void> {
  const each = async (list: string, field: string, one = list) => {
    const { json } = await good('GET', list);
    for (const { id } of (json as Record<string, readonly { readonly id: string }[]>)[field] ?? []) {
      await good('GET', `${one}/${id}`);
    }
  };
  await each('/v2/payments', 'payments');
  await each('/v2/refunds', 'refunds');
  await each('/v2/payouts', 'payouts');
  await each('/v2/disputes', 'disputes');
  await good(
    'GET',
    '/v2/payments?sort_field=UPDATED_AT&updated_at_begin_time=2026-10-01T00:00:00Z&sort_order=ASC&limit=3',
  );
  await good('GET', '/v2/disputes?states=WON');
  const payouts = await good('GET', '/v2/payouts?status=PAID&sort_order=ASC');
  await good('GET', `/v2/payouts/${fieldOf(payouts, 'payouts.0.id')}/payout-entries?limit=3`);
}

async function changePayments({ good, key, bench }: Tour): Promise<void> {
  const pay = (more: Record<string, unknown>) =>
    good('POST', '/v2/payments', {
      idempotency_key: key(),
      source_id: 'cnon:card-nonce-ok',
      amount_money: usd(2_000),
      location_id: MAIN,
      ...more,
    });
  const paid = await pay({ tip_money: usd(100), note: 'At the counter', reference_id: 'R-1' });
  await pay({ source_id: 'CASH', cash_details: { buyer_supplied_money: usd(2_000) } });
  await pay({ source_id: 'EXTERNAL', external_details: { type: 'CHECK', source: 'Cheque' } });
  for (const way of ['complete', 'cancel']) {
    const held = await pay({ autocomplete: false });
    await good('POST', `/v2/payments/${fieldOf(held, 'payment.id')}/${way}`, way === 'complete' ? {} : undefined);
  }
  const refund = {
    idempotency_key: key(),
    payment_id: fieldOf(paid, 'payment.id'),
    amount_money: usd(300),
    reason: 'Spilt',
  };
  await good('POST', '/v2/refunds', refund);
  const dispute = bench.sandbox.square.openDispute({
    at: bench.sandbox.now() / 1000,
    payment: fieldOf(paid, 'payment.id'),
  });
  await good('POST', `/v2/disputes/${dispute.id}/accept`);
}

async function useOrders({ good, key }: Tour): Promise<void> {
  const order = {
    location_id: MAIN,
    reference_id: 'O-1',
    line_items: [{ name: 'Hours', quantity: '1.5', base_price_money: usd(8_000) }],
    taxes: [{ uid: 't', name: 'Tax', percentage: '8.25', type: 'ADDITIVE', scope: 'ORDER' }],
    discounts: [{ uid: 'd', name: 'Off', amount_money: usd(500), scope: 'ORDER' }],
    service_charges: [{ uid: 's', name: 'Rush', percentage: '5', calculation_phase: 'SUBTOTAL_PHASE' }],
  };
  const made = await good('POST', '/v2/orders', { idempotency_key: key(), order });
  const id = fieldOf(made, 'order.id');
  await good('PUT', `/v2/orders/${id}`, { order: { location_id: MAIN, version: 1, reference_id: 'O-2' } });
  const query = {
    filter: {
      date_time_filter: { updated_at: { start_at: '2026-10-01T00:00:00Z' } },
      state_filter: { states: ['COMPLETED'] },
    },
    sort: { sort_field: 'UPDATED_AT', sort_order: 'ASC' },
  };
  const found = await good('POST', '/v2/orders/search', { location_ids: [MAIN], query, limit: 100 });
  await good('POST', '/v2/orders/search', { location_ids: [MAIN], return_entries: true });
  for (const one of (found.json as { readonly orders: readonly { readonly id: string }[] }).orders) {
    await good('GET', `/v2/orders/${one.id}`);
  }
  await good('POST', '/v2/orders/batch-retrieve', { location_id: MAIN, order_ids: [id, 'nobody'] });
}

async function useCustomers({ good, key }: Tour): Promise<void> {
  const body = { given_name: 'Customer', family_name: '0001', email_address: 'one@acme.example', reference_id: 'C-1' };
  const made = await good('POST', '/v2/customers', { idempotency_key: key(), ...body });
  const path = `/v2/customers/${fieldOf(made, 'customer.id')}`;
  await good('PUT', path, { company_name: 'Acme LLC', version: 0 });
  await good('GET', path);
  await good('GET', '/v2/customers?limit=1&sort_field=CREATED_AT&count=true');
  const query = { filter: { reference_id: { exact: 'C-1' }, updated_at: { start_at: '2026-10-01T00:00:00Z' } } };
  await good('POST', '/v2/customers/search', { query, limit: 10 });
  await good('POST', '/v2/customers/bulk-create', {
    customers: { k1: { company_name: 'A' }, k2: { note: 'nameless' } },
  });
  await good('POST', '/v2/customers/bulk-retrieve', { customer_ids: [fieldOf(made, 'customer.id'), 'nobody'] });
  await good('DELETE', `${path}?version=1`);
}

async function useCatalog({ good, key }: Tour): Promise<string> {
  const variation = {
    type: 'ITEM_VARIATION',
    id: '#250g',
    item_variation_data: {
      name: '250 g',
      sku: 'B-250',
      pricing_type: 'FIXED_PRICING',
      price_money: usd(900),
      track_inventory: true,
    },
  };
  const item = { type: 'ITEM', id: '#beans', item_data: { name: 'Beans', tax_ids: ['#tax'], variations: [variation] } };
  const tax = {
    type: 'TAX',
    id: '#tax',
    tax_data: {
      name: 'Sales tax',
      calculation_phase: 'TAX_SUBTOTAL_PHASE',
      inclusion_type: 'ADDITIVE',
      percentage: '8',
      enabled: true,
    },
  };
  const batches = [{ objects: [item, tax] }];
  await good('POST', '/v2/catalog/batch-upsert', { idempotency_key: key(), batches });
  const category = { type: 'CATEGORY', id: '#drinks', category_data: { name: 'Drinks' } };
  const made = await good('POST', '/v2/catalog/object', { idempotency_key: key(), object: category });
  const path = `/v2/catalog/object/${fieldOf(made, 'catalog_object.id')}`;
  await good('GET', path);
  await good('GET', '/v2/catalog/list?types=item,tax');
  const found = await good('POST', '/v2/catalog/search', {
    object_types: ['ITEM_VARIATION'],
    include_deleted_objects: true,
  });
  const id = fieldOf(found, 'objects.0.id');
  await good('POST', '/v2/catalog/batch-retrieve', { object_ids: [id] });
  await good('DELETE', path);
  await good('POST', '/v2/catalog/batch-delete', { object_ids: ['nobody'] });
  return id;
}

async function useInventory({ good, key }: Tour, variation: string): Promise<void> {
  const common = { catalog_object_id: variation, location_id: MAIN, occurred_at: '2026-11-01T10:00:00Z' };
  await good('POST', '/v2/inventory/changes/batch-create', {
    idempotency_key: key(),
    changes: [
      { type: 'PHYSICAL_COUNT', physical_count: { ...common, state: 'IN_STOCK', quantity: '40' } },
      { type: 'ADJUSTMENT', adjustment: { ...common, from_state: 'IN_STOCK', to_state: 'SOLD', quantity: '2.5' } },
    ],
  });
  await good('POST', '/v2/inventory/counts/batch-retrieve', { catalog_object_ids: [variation] });
  await good('POST', '/v2/inventory/changes/batch-retrieve', {
    catalog_object_ids: [variation],
    types: ['ADJUSTMENT'],
  });
  await good('GET', `/v2/inventory/${variation}`);
}

async function useInvoices({ good, key, bench }: Tour): Promise<void> {
  const draft = async () => {
    const line_items = [{ name: 'Retainer', quantity: '1', base_price_money: usd(30_000) }];
    const order = await good('POST', '/v2/orders', {
      idempotency_key: key(),
      order: { location_id: MAIN, line_items },
    });
    const payment_requests = [{ request_type: 'BALANCE', due_date: '2026-12-01' }];
    const invoice = {
      location_id: MAIN,
      order_id: fieldOf(order, 'order.id'),
      delivery_method: 'SHARE_MANUALLY',
      payment_requests,
    };
    return good('POST', '/v2/invoices', { idempotency_key: key(), invoice });
  };
  const [first, second, third] = [await draft(), await draft(), await draft()];
  const path = (said: Said) => `/v2/invoices/${fieldOf(said, 'invoice.id')}`;
  await good('PUT', path(first), { invoice: { version: 0, title: 'October' } });
  await good('POST', `${path(first)}/publish`, { version: 1, idempotency_key: key() });
  const now = bench.sandbox.now() / 1000;
  bench.sandbox.square.payInvoice({ at: now, invoice: fieldOf(first, 'invoice.id'), amount: 10_000 });
  await good('GET', path(first));
  bench.sandbox.square.payInvoice({ at: now, invoice: fieldOf(first, 'invoice.id') });
  await good('POST', `${path(second)}/publish`, { version: 0 });
  await good('POST', `${path(second)}/cancel`, { version: 1 });
  await good('DELETE', `${path(third)}?version=0`);
  await good('GET', `/v2/invoices?location_id=${MAIN}`);
  await good('POST', '/v2/invoices/search', { query: { filter: { location_ids: [MAIN] } }, limit: 200 });
}

async function useGiftCards({ good, key, bench }: Tour): Promise<void> {
  const card = bench.sandbox.square.createGiftCard({ at: bench.sandbox.now() / 1000 });
  const activity = (type: string, details: Record<string, unknown>) =>
    good('POST', '/v2/gift-cards/activities', {
      idempotency_key: key(),
      gift_card_activity: { type, location_id: MAIN, gift_card_id: card.id, ...details },
    });
  await activity('ACTIVATE', {
    activate_activity_details: { amount_money: usd(2_000), buyer_payment_instrument_ids: ['ccof:1'] },
  });
  await activity('REDEEM', { redeem_activity_details: { amount_money: usd(500) } });
  await activity('DEACTIVATE', { deactivate_activity_details: { reason: 'SUSPICIOUS_ACTIVITY' } });
  await good('GET', '/v2/gift-cards/activities?limit=2');
}

async function useLoyalty({ good, key }: Tour): Promise<void> {
  const program = fieldOf(await good('GET', '/v2/loyalty/programs/main'), 'program.id');
  await good('GET', '/v2/loyalty/programs');
  const loyalty_account = { program_id: program, mapping: { phone_number: '+14155551234' } };
  const made = await good('POST', '/v2/loyalty/accounts', { idempotency_key: key(), loyalty_account });
  const path = `/v2/loyalty/accounts/${fieldOf(made, 'loyalty_account.id')}`;
  await good('POST', `${path}/accumulate`, {
    idempotency_key: key(),
    location_id: MAIN,
    accumulate_points: { points: 12 },
  });
  await good('POST', `${path}/adjust`, { idempotency_key: key(), adjust_points: { points: -2, reason: 'Mistake' } });
  await good('GET', path);
  await good('POST', '/v2/loyalty/accounts/search', { query: { mappings: [{ phone_number: '+14155551234' }] } });
  await good('POST', '/v2/loyalty/events/search', { limit: 10 });
}

async function useWebhooks({ good, key, bench }: Tour): Promise<void> {
  await good('GET', '/v2/webhooks/event-types');
  const subscription = { name: 'All', event_types: ['payment.updated'], notification_url: 'https://hub.example.com/w' };
  const made = await good('POST', '/v2/webhooks/subscriptions', { idempotency_key: key(), subscription });
  const path = `/v2/webhooks/subscriptions/${fieldOf(made, 'subscription.id')}`;
  await good('GET', path);
  await good('PUT', path, { subscription: { name: 'Some', enabled: true } });
  await good('GET', '/v2/webhooks/subscriptions?include_disabled=true');
  await good('POST', `${path}/signature-key`, { idempotency_key: key() });
  await good('POST', `${path}/test`, { event_type: 'payment.updated' });
  await bench.sandbox.sender.tick();
  await good('POST', '/v2/events', { query: { filter: { event_types: ['payment.updated'] } }, limit: 5 });
  await good('DELETE', path);
}

async function useOAuth({ bench }: Tour): Promise<void> {
  const { applicationId: client_id, applicationSecret: client_secret } = bench.sandbox.square.settings;
  const query = new URLSearchParams({ client_id, scope: 'PAYMENTS_READ', state: 's', redirect_uri: REDIRECT });
  const code = await consent(bench, query);
  const exchange = { client_id, client_secret, grant_type: 'authorization_code', code, redirect_uri: REDIRECT };
  const tokens = await bench.good({ method: 'POST', path: '/oauth2/token', body: exchange });
  const refresh = {
    client_id,
    client_secret,
    grant_type: 'refresh_token',
    refresh_token: fieldOf(tokens, 'refresh_token'),
  };
  await bench.good({ method: 'POST', path: '/oauth2/token', body: refresh });
  const authorization = `Bearer ${fieldOf(tokens, 'access_token')}`;
  await bench.good({ method: 'POST', path: '/oauth2/token/status', headers: { authorization } });
  const body = { client_id, access_token: fieldOf(tokens, 'access_token') };
  await bench.good({
    method: 'POST',
    path: '/oauth2/revoke',
    body,
    headers: { authorization: `Client ${client_secret}` },
  });
}
