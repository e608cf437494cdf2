import fc from 'fast-check';
import { expect } from 'vitest';
import { oddValue, spoiled } from '../../test/support/odd-json.ts';
import { property } from '../../test/support/properties.ts';
import { isCounterfoilError } from '../kernel/errors.ts';
import { type Json, writeJson } from '../kernel/json.ts';
import { btcpayWebhook } from './btcpay/webhook.ts';
import { webhook as quickbooksWebhook } from './quickbooks/webhook.ts';
import type { RawDelivery, SourceEvent, WebhookSpec } from './sdk/index.ts';
import { stripeWebhook } from './stripe/webhook.ts';

const STRIPE: Json = {
  id: 'evt_1',
  object: 'event',
  type: 'charge.dispute.created',
  created: 1_772_323_200,
  account: 'acct_1',
  data: { object: { id: 'du_1', object: 'dispute', invoice: 'in_1' } },
};
const THIN: Json = {
  id: 'evt_2',
  object: 'v2.core.event',
  type: 'v1.payout.paid',
  created: '2026-03-01T00:00:00.000Z',
  context: 'acct_1',
  related_object: { id: 'po_1', type: 'payout' },
};
const BTCPAY: Json = {
  deliveryId: 'd2',
  originalDeliveryId: 'd1',
  type: 'InvoiceSettled',
  timestamp: 1_772_323_200,
  storeId: 'store',
  invoiceId: 'inv1',
};
const CLOUD: Json = [
  {
    specversion: '1.0',
    id: 'a',
    type: 'qbo.invoice.created.v1',
    time: '2026-03-01T00:00:00Z',
    intuitentityid: '1',
    intuitaccountid: '9',
  },
  { specversion: '1.0', id: 'b', type: 'qbo.payment.voided.v1', intuitentityid: '2', intuitaccountid: '9' },
];
const LEGACY: Json = {
  eventNotifications: [
    {
      realmId: '9',
      dataChangeEvent: {
        entities: [{ name: 'Invoice', id: '1', operation: 'Create', lastUpdated: '2026-03-01T00:00:00Z' }],
      },
    },
  ],
};

interface Sample {
  readonly spec: WebhookSpec;
  readonly body: Json;
}
const SAMPLES: readonly Sample[] = [
  { spec: stripeWebhook, body: STRIPE },
  { spec: stripeWebhook, body: THIN },
  { spec: btcpayWebhook, body: BTCPAY },
  { spec: quickbooksWebhook, body: CLOUD },
  { spec: quickbooksWebhook, body: LEGACY },
];
const spec = fc.constantFrom(stripeWebhook, btcpayWebhook, quickbooksWebhook);
const spoiledSample = fc
  .constantFrom(...SAMPLES)
  .chain((sample) => spoiled(sample.body).map((body) => ({ spec: sample.spec, body })));

const deliveryOf = (body: Uint8Array, headers: RawDelivery['headers'] = {}): RawDelivery => ({
  body,
  headers,
  url: '',
});
const written = (body: Json) => deliveryOf(Buffer.from(writeJson(body)));

/** The events of a body, or null when it is refused as what it is; anything else is thrown. */
function parsed(from: WebhookSpec, delivery: RawDelivery): readonly SourceEvent[] | null {
  try {
    return from.parse(delivery);
  } catch (error) {
    if (isCounterfoilError(error) && error.code === 'webhook.unparsable') return null;
    throw error;
  }
}

property('events: a body of any bytes is read, or refused as unreadable', [spec, fc.uint8Array()], (from, bytes) => {
  parsed(from, deliveryOf(bytes));
  from.dedupeKey(deliveryOf(bytes));
});

property('events: a body of any JSON is read, or refused as unreadable', [spec, oddValue], (from, body) => {
  parsed(from, written(body));
  from.dedupeKey(written(body));
});

property(
  'events: with parts missing or odd, each event says what it touches or why nothing is done',
  [spoiledSample],
  ({ spec: from, body }) => {
    for (const { touches, wakes, ignoredBecause } of parsed(from, written(body)) ?? []) {
      expect(ignoredBecause !== null).toBe(touches.length + wakes.length === 0);
    }
  },
);

property(
  'events: the same body has the same key, whatever the headers',
  [spoiledSample, fc.string()],
  ({ spec: from, body }, header) => {
    const bytes = Buffer.from(writeJson(body));
    expect(from.dedupeKey(deliveryOf(bytes, { 'x-other': header }))).toBe(from.dedupeKey(deliveryOf(bytes)));
  },
);

property(
  'events: each provider tells another id by another key',
  [fc.constantFrom(...SAMPLES.slice(0, 3)), fc.string({ minLength: 1 }), fc.string({ minLength: 1 })],
  (sample, one, other) => {
    const keyOf = (id: string) =>
      sample.spec.dedupeKey(written({ ...(sample.body as object), id, originalDeliveryId: id } as Json));
    expect(keyOf(one) === keyOf(other)).toBe(one === other);
  },
);
