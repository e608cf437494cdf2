import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { DAY, MONDAY } from '../core/testing.ts';
import { createWebhookSender } from '../webhooks/sender.ts';
import { testBtcpay } from './testing.ts';

type Body = Record<string, unknown>;

/** A server whose webhooks arrive in a list; the receiver answers with the statuses in turn, then 200. */
async function listening(statuses: number[] = [], body: Body = {}) {
  const server = testBtcpay();
  const received: { body: Body; text: string; signature: string }[] = [];
  const sender = createWebhookSender({
    doors: server.doors,
    sources: [server.btcpay.webhooks],
    async send(request) {
      const text = await request.text();
      received.push({ text, body: JSON.parse(text) as Body, signature: request.headers.get('btcpay-sig') ?? '' });
      return new Response(null, { status: statuses.shift() ?? 200 });
    },
  });
  const made = await server.ask('POST', `${server.store}/webhooks`, {
    url: 'https://hub.invalid/w',
    secret: 'sandbox-secret',
    ...body,
  });
  const invoice = () =>
    server.btcpay.createInvoice({ at: Math.floor(server.doors.now() / 1000), storeId: server.storeId, amount: '10' });
  return { ...server, received, sender, webhookId: String(made.at('id')), made, invoice };
}

describe('the webhooks of BTCPay', () => {
  test('are indented JSON, signed over the bytes', async () => {
    const { received, sender, invoice, webhookId } = await listening();
    invoice();
    await sender.tick();
    const [first] = received;
    expect(first?.text).toMatch(/^\{\n {2}"deliveryId": /);
    expect(first?.signature).toBe(
      `sha256=${createHmac('sha256', 'sandbox-secret')
        .update(first?.text ?? '')
        .digest('hex')}`,
    );
    expect(Object.keys(first?.body ?? {})).toEqual([
      'deliveryId',
      'webhookId',
      'originalDeliveryId',
      'isRedelivery',
      'type',
      'timestamp',
      'storeId',
      'invoiceId',
      'metadata',
    ]);
    expect(first?.body).toMatchObject({ webhookId, isRedelivery: false, type: 'InvoiceCreated', timestamp: MONDAY });
    expect(first?.body.deliveryId).toBe(first?.body.originalDeliveryId);
  });

  test('are retried with a new delivery id, the same original and timestamp, and hold the next ones back', async () => {
    const { received, sender, invoice, doors } = await listening([503, 503]);
    invoice();
    invoice();
    await sender.tick();
    expect(received).toHaveLength(1);
    doors.pass(10_000);
    await sender.tick();
    doors.pass(59_999);
    await sender.tick();
    expect(received).toHaveLength(2);
    doors.pass(1);
    await sender.tick();
    expect(received).toHaveLength(4);
    const ids = received.slice(0, 3).map(({ body }) => body.deliveryId);
    expect(new Set(ids).size).toBe(3);
    expect(new Set(received.slice(0, 3).map(({ body }) => `${body.originalDeliveryId} ${body.timestamp}`)).size).toBe(
      1,
    );
    expect(received.map(({ body }) => body.isRedelivery)).toEqual([false, true, true, false]);
  });

  test('give up at once on other refusals, and after eight retries otherwise', async () => {
    const final = await listening([401]);
    final.invoice();
    await final.sender.tick();
    final.doors.pass(DAY * 1000);
    await final.sender.tick();
    expect([final.received.length, final.sender.counts().abandoned]).toEqual([1, 1]);
    const patient = await listening(Array.from({ length: 20 }, () => 500));
    patient.invoice();
    for (let index = 0; index < 20; index += 1) {
      await patient.sender.tick();
      patient.doors.pass(600_000);
    }
    expect(patient.received).toHaveLength(9);
  });

  test('are not retried when the webhook does not ask for it', async () => {
    const { received, sender, invoice, doors } = await listening([500], { automaticRedelivery: false });
    invoice();
    await sender.tick();
    doors.pass(600_000);
    await sender.tick();
    expect(received).toHaveLength(1);
  });

  test('carry only the events that were asked for', async () => {
    const { btcpay, received, sender, invoice, doors } = await listening([], {
      authorizedEvents: { everything: false, specificEvents: ['InvoiceSettled', 'NoSuchEvent'] },
    });
    const { id } = invoice();
    btcpay.pay({ at: doors.now() / 1000 + 1, invoice: id, method: 'BTC-LN' });
    await sender.tick();
    expect(received.map(({ body }) => body.type)).toEqual(['InvoiceSettled']);
    expect(received[0]?.body).toMatchObject({ manuallyMarked: false, overPaid: false });
  });

  test('are listed as deliveries and can be sent again under an announced id', async () => {
    const { ask, get, store, webhookId, received, sender, invoice, doors } = await listening([500]);
    invoice();
    await sender.tick();
    doors.pass(10_000);
    await sender.tick();
    const path = `${store}/webhooks/${webhookId}/deliveries`;
    const listed = await get(path);
    expect(listed.rows.map((row) => [row.httpCode, row.status])).toEqual([
      [200, 'HttpSuccess'],
      [500, 'HttpError'],
    ]);
    expect((await get(`${path}?count=1`)).rows).toHaveLength(1);
    const original = received[0]?.body.deliveryId;
    const again = await ask('POST', `${path}/${original}/redeliver`);
    await sender.tick();
    expect(received.at(-1)?.body).toMatchObject({
      deliveryId: again.json,
      originalDeliveryId: original,
      isRedelivery: true,
    });
    expect((await get(`${path}/${original}/request`)).json).toEqual(received[0]?.body);
    doors.pass(61 * DAY * 1000);
    expect((await ask('POST', `${path}/${original}/redeliver`)).at('code')).toBe('webhookdelivery-pruned');
    expect((await get(`${path}/none`)).at('code')).toBe('webhookdelivery-not-found');
  });

  test('record a receiver that cannot be reached', async () => {
    const { ask, doors, btcpay, store, storeId, get } = testBtcpay();
    const sender = createWebhookSender({
      doors,
      sources: [btcpay.webhooks],
      send: () => Promise.reject(new Error('connection refused')),
    });
    const made = await ask('POST', `${store}/webhooks`, { url: 'http://127.0.0.1:1/w' });
    btcpay.createInvoice({ at: MONDAY, storeId, amount: '1' });
    await sender.tick();
    expect((await get(`${store}/webhooks/${made.at('id')}/deliveries`)).rows).toMatchObject([
      { status: 'Failed', errorMessage: 'connection refused' },
    ]);
  });
});

describe('webhook settings', () => {
  test('show the secret once, keep it when it is not sent, and fall back to defaults', async () => {
    const { ask, get, store } = testBtcpay();
    const made = await ask('POST', `${store}/webhooks`, {
      url: 'https://hub.invalid',
      automaticRedelivery: false,
      authorizedEvents: { everything: false, specificEvents: ['InvoiceSettled'] },
    });
    expect(String(made.at('secret'))).toHaveLength(22);
    const path = `/api/v1/webhooks/${made.at('id')}`;
    expect((await get(path)).at('secret')).toBeUndefined();
    const changed = await ask('PUT', path, { url: 'https://other.invalid' });
    expect(changed.json).toMatchObject({
      url: 'https://other.invalid',
      enabled: true,
      automaticRedelivery: true,
      authorizedEvents: { everything: true },
    });
    expect((await ask('POST', `${store}/webhooks`, { url: 'nowhere' })).json).toEqual([
      { path: 'Url', message: 'Invalid URL' },
    ]);
    expect((await ask('DELETE', path)).status).toBe(200);
    expect((await get(path)).at('code')).toBe('webhook-not-found');
  });
});
