import { describe, expect, test } from 'vitest';
import { hex, hmacSha256 } from '../../kernel/digest.ts';
import { type Json, writeJson } from '../../kernel/json.ts';
import type { RawDelivery } from '../sdk/index.ts';
import { DAY_ONE, STORE } from './fixtures/objects.ts';
import { btcpayIdentify } from './identify.ts';
import { btcpayRegistration } from './registration.ts';
import { btcpayWebhook, INVOICE_EVENTS } from './webhook.ts';

function delivery(body: Json | string, headers: Readonly<Record<string, string>> = {}): RawDelivery {
  const text = typeof body === 'string' ? body : writeJson(body, 2);
  return { body: new TextEncoder().encode(text), headers, url: 'https://hub.example.com/webhooks/btcpay/endpoint' };
}

const event = {
  deliveryId: 'second',
  webhookId: 'hook',
  originalDeliveryId: 'first',
  isRedelivery: true,
  type: 'InvoiceSettled',
  timestamp: DAY_ONE,
  storeId: STORE,
  invoiceId: 'inv1',
};

describe('a delivery', () => {
  test('says which invoice to read again', () => {
    expect(btcpayWebhook.parse(delivery(event))).toEqual([
      {
        dedupeKey: 'first',
        type: 'InvoiceSettled',
        occurredAt: DAY_ONE * 1_000,
        accountId: STORE,
        touches: [{ stream: 'invoices', externalId: 'inv1' }],
        wakes: [],
        ignoredBecause: null,
      },
    ]);
  });

  test('is known by its first sending, also as very old versions spell it', () => {
    const { originalDeliveryId: _, ...bare } = event;
    expect(btcpayWebhook.dedupeKey(delivery(event))).toBe('first');
    expect(btcpayWebhook.dedupeKey(delivery({ ...bare, orignalDeliveryId: 'first' }))).toBe('first');
    expect(btcpayWebhook.dedupeKey(delivery(bare))).toBe('second');
    for (const text of ['', 'x', '[]']) expect(btcpayWebhook.dedupeKey(delivery(text))).toBeNull();
  });

  test.each([...INVOICE_EVENTS, 'InvoiceRefund'])('of type %s touches its invoice', (type) => {
    expect(btcpayWebhook.parse(delivery({ ...event, type }))).toMatchObject([
      { touches: [{ externalId: 'inv1' }], ignoredBecause: null },
    ]);
  });

  test.each(['PayoutCreated', 'PaymentRequestStatusChanged', 'SubscriberCharged', 'PlanStarted', 'PaymentReminder'])(
    'of type %s is ignored with a reason of its own',
    (type) => {
      const [read] = btcpayWebhook.parse(delivery({ ...event, type, invoiceId: null }));
      expect(read).toMatchObject({ touches: [], wakes: [] });
      expect(read?.ignoredBecause).toBeTruthy();
      expect(read?.ignoredBecause).not.toMatch(/unknown/);
    },
  );

  test.each(['Novelty', 'InvoiceNovelty'])('of type %s is called unknown', (type) => {
    expect(btcpayWebhook.parse(delivery({ ...event, type }))).toMatchObject([
      { touches: [], ignoredBecause: `unknown event type ${type}` },
    ]);
  });

  test('of a test is ignored, and one without an invoice wakes the list', () => {
    expect(btcpayWebhook.parse(delivery({ ...event, invoiceId: '__test__1__test__' }))).toMatchObject([
      { touches: [], ignoredBecause: 'a test delivery' },
    ]);
    expect(btcpayWebhook.parse(delivery({ ...event, invoiceId: null }))).toMatchObject([{ wakes: ['invoices'] }]);
  });

  test.each(['', 'x', '[]', 'null', '{}', '{"type":"InvoiceSettled"}', '{"deliveryId":"a"}'])('%j is none', (text) => {
    expect(() => btcpayWebhook.parse(delivery(text))).toThrow(expect.objectContaining({ code: 'webhook.unparsable' }));
  });

  test('is accepted however old it is: a redelivery keeps its timestamp', () => {
    const raw = delivery(event);
    const signature = `sha256=${hex(hmacSha256('secret', raw.body))}`;
    const signed = { ...raw, headers: { 'btcpay-sig': signature } };
    expect(btcpayWebhook.verify(signed, ['secret'], (DAY_ONE + 60 * 86_400) * 1_000)).toEqual({ ok: true });
    expect(btcpayWebhook.verify(signed, ['other'], DAY_ONE * 1_000)).toEqual({
      ok: false,
      code: 'webhook.bad_signature',
      status: 401,
    });
  });

  test('signed with a blank secret is refused', () => {
    const raw = delivery(event);
    const signed = { ...raw, headers: { 'btcpay-sig': `sha256=${hex(hmacSha256('', raw.body))}` } };
    expect(btcpayWebhook.verify(signed, [''], 0).ok).toBe(false);
  });
});

describe('the webhook of a store', () => {
  test('is registered with our secret for the events of invoices', () => {
    const { body, path } = btcpayRegistration.create('store/1', 'https://hub.example.com/webhooks/btcpay/x', 'made up');
    expect(path).toBe('/api/v1/stores/store%2F1/webhooks');
    expect(JSON.parse(body?.text ?? '')).toEqual({
      url: 'https://hub.example.com/webhooks/btcpay/x',
      enabled: true,
      automaticRedelivery: true,
      secret: 'made up',
      authorizedEvents: { everything: false, specificEvents: INVOICE_EVENTS },
    });
    expect(btcpayRegistration.readCreated({ id: 'hook1', secret: 'theirs' }, 'ours')).toEqual({
      id: 'hook1',
      secret: 'theirs',
    });
    expect(btcpayRegistration.readCreated({ id: 'hook1' }, 'ours')).toEqual({ id: 'hook1', secret: 'ours' });
  });

  test('is found by the start of its address', () => {
    const body = [
      { id: 'hook1', url: 'https://hub.example.com/webhooks/btcpay/x' },
      { id: 'hook2', url: 'https://other.example.com/' },
    ];
    expect(btcpayRegistration.findIn(body, 'https://hub.example.com/')).toEqual(['hook1']);
  });
});

test('a key reaches several stores; archived ones are left out', () => {
  const stores = [
    { id: 'one', name: 'Café' },
    { id: 'two', name: null },
    { id: 'old', name: 'Closed', archived: true },
  ];
  expect(btcpayIdentify.read(stores)).toEqual([
    { accountId: 'one', name: 'Café', timeZone: null },
    { accountId: 'two', name: 'two', timeZone: null },
  ]);
  expect(() => btcpayIdentify.read({})).toThrow(expect.objectContaining({ code: 'record.unreadable' }));
});
