import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { MONDAY } from '../core/testing.ts';
import { createWebhookSender } from '../webhooks/sender.ts';
import type { SquareOptions } from './settings.ts';
import { testSquare } from './testing.ts';

const URL_AS_REGISTERED = 'https://hub.example.com/webhooks/square?c=1';
const HOUR = 3_600_000;

/** A seller whose webhooks arrive in a list; the receiver answers with the statuses in turn, then 200. */
async function listening(
  statuses: number[] = [],
  types = ['payment.created', 'payment.updated'],
  options: SquareOptions = {},
) {
  const seller = testSquare(options);
  const received: { headers: Headers; text: string }[] = [];
  const sender = createWebhookSender({
    doors: seller.doors,
    sources: [seller.square.webhooks],
    async send(request) {
      received.push({ headers: request.headers, text: await request.text() });
      return new Response(null, { status: statuses.shift() ?? 200 });
    },
  });
  const subscription = { name: 'Hub', event_types: types, notification_url: URL_AS_REGISTERED };
  const made = await seller.post('/v2/webhooks/subscriptions', { idempotency_key: 'w', subscription });
  const path = `/v2/webhooks/subscriptions/${String(made.at('subscription.id'))}`;
  return { ...seller, received, sender, made, path };
}

function signed(key: unknown, text: string): string {
  return createHmac('sha256', String(key)).update(`${URL_AS_REGISTERED}${text}`).digest('base64');
}

describe('the webhooks of Square', () => {
  test('carry the object and a signature over address and body', async () => {
    const { square, sender, received, made } = await listening();
    const payment = square.createPayment({ at: MONDAY, amount: 1_000 });
    await sender.tick();
    const [first, second] = received;
    expect(JSON.parse(first?.text ?? '')).toMatchObject({
      merchant_id: 'MLSANDBOXACME',
      type: 'payment.created',
      created_at: '2026-10-05T10:00:00.000Z',
      data: { type: 'payment', id: payment.id, object: { payment: { id: payment.id, status: 'APPROVED' } } },
    });
    expect(JSON.parse(second?.text ?? '')).toMatchObject({ data: { object: { payment: { status: 'COMPLETED' } } } });
    expect(first?.headers.get('x-square-hmacsha256-signature')).toBe(
      signed(made.at('subscription.signature_key'), first?.text ?? ''),
    );
    expect(first?.headers.get('square-environment')).toBe('Sandbox');
    expect(first?.headers.get('square-retry-number')).toBeNull();
  });

  test('come when the fee shows, though nobody asked anything', async () => {
    const { square, sender, received, doors } = await listening();
    square.createPayment({ at: MONDAY, amount: 1_000 });
    await sender.tick();
    doors.pass(2 * HOUR);
    await sender.tick();
    expect(JSON.parse(received[2]?.text ?? '')).toMatchObject({
      type: 'payment.updated',
      data: { object: { payment: { processing_fee: [{ amount_money: { amount: 36 } }] } } },
    });
  });

  test('are tried again with the same body and a number, for a day and no longer', async () => {
    const { square, sender, received, doors } = await listening(
      Array.from({ length: 50 }, () => 503),
      ['payment.created'],
    );
    square.createPayment({ at: MONDAY, amount: 1_000 });
    for (let minute = 0; minute <= 30 * 60; minute += 1) {
      await sender.tick();
      doors.pass(60_000);
    }
    expect(received).toHaveLength(11);
    expect(new Set(received.map(({ text }) => text)).size).toBe(1);
    expect(received[1]?.headers.get('square-retry-number')).toBe('1');
    expect(received[1]?.headers.get('square-retry-reason')).toBe('http_error');
    expect(received[10]?.headers.get('square-retry-number')).toBe('10');
    expect(sender.counts().abandoned).toBe(1);
  });

  test('go on for three days as the older page has it', async () => {
    const refusing = Array.from({ length: 50 }, () => 503);
    const { square, sender, received, doors } = await listening(refusing, ['payment.created'], {
      webhookRetryHours: 72,
    });
    square.createPayment({ at: MONDAY, amount: 1_000 });
    for (let step = 0; step < 80; step += 1) {
      await sender.tick();
      doors.pass(HOUR);
    }
    expect(received.length).toBeGreaterThan(11);
  });

  test('of orders carry no lines, of deletions no object, of the catalogue only a moment', async () => {
    const types = ['order.created', 'customer.deleted', 'catalog.version.updated'];
    const { square, sender, received, ask, post } = await listening([], types);
    square.sale({ at: MONDAY, lines: [{ name: 'A', unitAmount: 100 }] });
    const customer = square.createCustomer({ at: MONDAY, fields: { given_name: 'A' } });
    await ask('DELETE', `/v2/customers/${customer.id}`);
    const object = { type: 'CATEGORY', id: '#c', category_data: { name: 'C' } };
    await post('/v2/catalog/object', { idempotency_key: 'c', object });
    await sender.tick();
    const data = received.map(({ text }) => (JSON.parse(text) as { data: Record<string, unknown> }).data);
    const short = data[0]?.object as { order_created: Record<string, unknown> } | undefined;
    expect(Object.keys(short?.order_created ?? {})).toEqual([
      'order_id',
      'location_id',
      'state',
      'version',
      'created_at',
    ]);
    expect(data[1]).toEqual({ type: 'customer', id: customer.id, deleted: true });
    expect(data[2]?.object).toEqual({ catalog_version: { updated_at: '2026-10-05T10:00:00.000Z' } });
  });

  test('are signed with the new key once it is exchanged, and end with the subscription', async () => {
    const { square, sender, received, post, ask, path } = await listening([], ['payment.created']);
    const { signature_key: key } = (await post(`${path}/signature-key`, {})).json as { signature_key: string };
    square.createPayment({ at: MONDAY, amount: 1_000 });
    await sender.tick();
    expect(received[0]?.headers.get('x-square-hmacsha256-signature')).toBe(signed(key, received[0]?.text ?? ''));
    await ask('PUT', path, { subscription: { enabled: false } });
    square.createPayment({ at: MONDAY, amount: 1_000 });
    await sender.tick();
    expect(received).toHaveLength(1);
    await ask('DELETE', path);
    expect((await ask('GET', path)).status).toBe(404);
  });

  test('can be tried out, by one subscription', async () => {
    const { sender, received, post, path } = await listening();
    const tried = await post(`${path}/test`, { event_type: 'payment.updated' });
    await sender.tick();
    expect(received.map(({ text }) => text)).toEqual([tried.at('subscription_test_result.payload')]);
  });
});

describe('subscriptions', () => {
  test("belong to the app: a seller's token may not touch them", async () => {
    const { square, get } = testSquare();
    const { oauth } = square.context.state;
    const grant = { id: 'g', scopes: ['PAYMENTS_READ'], isPkce: false, revoked: false };
    oauth.grants.push(grant);
    oauth.access.push({ token: 't', grant: 'g', scopes: grant.scopes, expiresAt: MONDAY * 2_000, revoked: false });
    const refused = await get('/v2/webhooks/subscriptions', { authorization: 'Bearer t' });
    expect([refused.status, refused.at('errors.0.code')]).toEqual([403, 'FORBIDDEN']);
  });

  test('name events that exist and an address', async () => {
    const { post } = testSquare();
    const make = (subscription: Record<string, unknown>) =>
      post('/v2/webhooks/subscriptions', { subscription: { name: 'S', ...subscription } });
    expect((await make({ event_types: ['x.y'], notification_url: URL_AS_REGISTERED })).status).toBe(400);
    expect((await make({ event_types: ['payout.sent'], notification_url: 'nowhere' })).status).toBe(400);
    expect((await make({ event_types: ['payout.sent'], notification_url: URL_AS_REGISTERED })).status).toBe(200);
  });

  test('are not the only way to events: they are searched for four weeks', async () => {
    const { square, post, doors } = testSquare();
    square.createPayment({ at: MONDAY, amount: 100 });
    const search = () => post('/v2/events', { query: { filter: { event_types: ['payment.created'] } } });
    expect((await search()).at('events')).toHaveLength(1);
    doors.pass(28 * 24 * HOUR);
    expect((await search()).at('events')).toEqual([]);
  });
});
