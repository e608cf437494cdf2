import { describe, expect, test } from 'vitest';
import { hex, hmacSha256 } from '../../kernel/digest.ts';
import { type Json, writeJson } from '../../kernel/json.ts';
import type { RawDelivery, SourceEvent } from '../sdk/index.ts';
import { ENABLED_EVENTS } from './event-meaning.ts';
import { DAY_ONE } from './fixtures/objects.ts';
import { stripeStreams } from './streams.ts';
import { stripeWebhook } from './webhook.ts';

const SECRET = 'whsec_made_up';

function delivery(body: Json | string, headers: Readonly<Record<string, string>> = {}): RawDelivery {
  const text = typeof body === 'string' ? body : writeJson(body);
  return { body: new TextEncoder().encode(text), headers, url: 'https://hub.example.com/webhooks/stripe/endpoint' };
}

function signed(t: number | string, secret = SECRET, body = '{}'): RawDelivery {
  const v1 = hex(hmacSha256(secret, `${t}.${body}`));
  return delivery(body, { 'stripe-signature': `t=${t},v1=${v1}` });
}

function parse(type: string, object: Json): SourceEvent {
  const [event] = stripeWebhook.parse(
    delivery({ id: 'evt_1', object: 'event', type, created: DAY_ONE, data: { object } }),
  );
  return event!;
}

describe('a signature', () => {
  test('is good for five minutes, and not refused for coming from the future', () => {
    const at = (seconds: number) => stripeWebhook.verify(signed(DAY_ONE), [SECRET], (DAY_ONE + seconds) * 1_000 + 999);
    expect(at(300)).toEqual({ ok: true });
    expect(at(301)).toEqual({ ok: false, code: 'webhook.stale', status: 400 });
    expect(at(-86_400)).toEqual({ ok: true });
  });

  test('that is wrong is called wrong, even when it is old as well', () => {
    const verdict = stripeWebhook.verify(signed(DAY_ONE, 'whsec_other'), [SECRET], (DAY_ONE + 999) * 1_000);
    expect(verdict).toEqual({ ok: false, code: 'webhook.bad_signature', status: 400 });
  });

  test('made with a blank secret is refused', () => {
    for (const blank of ['', '  ']) {
      expect(stripeWebhook.verify(signed(DAY_ONE, blank), [blank], DAY_ONE * 1_000).ok).toBe(false);
    }
  });

  test.each(['', 't=', 't=1', 'v1=00', 't=x,v1=00', 't=-1,v1=00', ',,,', 't=1,v1'])('of %j is refused', (header) => {
    const verdict = stripeWebhook.verify(delivery('{}', { 'stripe-signature': header }), [SECRET], DAY_ONE * 1_000);
    expect(verdict).toMatchObject({ ok: false, code: 'webhook.bad_signature' });
  });
});

describe('an event', () => {
  test('is known by its id, its time and the account it speaks of', () => {
    const body = {
      id: 'evt_9',
      object: 'event',
      type: 'payout.paid',
      created: DAY_ONE,
      account: 'acct_7',
      data: { object: { id: 'po_1' } },
    };
    expect(stripeWebhook.parse(delivery(body))).toEqual([
      {
        dedupeKey: 'evt_9',
        type: 'payout.paid',
        occurredAt: DAY_ONE * 1_000,
        accountId: 'acct_7',
        touches: [{ stream: 'payouts', externalId: 'po_1' }],
        wakes: ['balance_transactions'],
        ignoredBecause: null,
      },
    ]);
    expect(stripeWebhook.dedupeKey(delivery(body))).toBe('evt_9');
  });

  test('may be thin: then only the id of its object is there', () => {
    const body = {
      id: 'evt_test_1',
      object: 'v2.core.event',
      type: 'v1.invoice.paid',
      created: '2026-11-02T00:00:00.000Z',
      related_object: { id: 'in_1', type: 'invoice', url: '/v1/invoices/in_1' },
      context: 'acct_1',
    };
    expect(stripeWebhook.parse(delivery(body))).toMatchObject([
      {
        dedupeKey: 'evt_test_1',
        occurredAt: DAY_ONE * 1_000,
        accountId: 'acct_1',
        touches: [{ stream: 'invoices', externalId: 'in_1' }],
      },
    ]);
  });

  test('that is thin and speaks of a credit note wakes the events, which name the invoice', () => {
    const body = {
      id: 'evt_1',
      object: 'v2.core.event',
      type: 'v1.credit_note.created',
      related_object: { id: 'cn_1' },
    };
    expect(stripeWebhook.parse(delivery(body))).toMatchObject([
      { touches: [], wakes: ['events'], ignoredBecause: null },
    ]);
  });

  test.each([
    ['charge.succeeded', { id: 'ch_1' }, [], ['balance_transactions']],
    ['charge.refunded', { id: 'ch_1' }, [], ['balance_transactions']],
    ['refund.failed', { id: 're_1' }, [], ['balance_transactions']],
    ['charge.dispute.closed', { id: 'du_1' }, ['disputes/du_1'], ['balance_transactions']],
    ['payout.reconciliation_completed', { id: 'po_1' }, ['payouts/po_1'], ['balance_transactions']],
    ['invoice.finalized', { id: 'in_1' }, ['invoices/in_1'], []],
    ['invoice_payment.paid', { id: 'inpay_1' }, ['invoice_payments/inpay_1'], ['invoice_payments']],
    [
      'checkout.session.completed',
      { id: 'cs_1' },
      ['checkout_sessions/cs_1'],
      ['checkout_sessions', 'balance_transactions'],
    ],
    ['credit_note.created', { id: 'cn_1', invoice: 'in_1' }, ['invoices/in_1'], []],
    ['topup.succeeded', { id: 'tu_1' }, [], ['balance_transactions']],
  ])('%s of %j touches %j and wakes %j', (type, object, touches, wakes) => {
    const event = parse(type, object);
    expect(event.touches.map(({ stream, externalId }) => `${stream}/${externalId}`)).toEqual(touches);
    expect(event.wakes).toEqual(wakes);
    expect(event.ignoredBecause).toBeNull();
  });

  test.each([
    'balance.available',
    'invoice.created',
    'invoice.upcoming',
    'payment_intent.succeeded',
    'customer.updated',
    'product.deleted',
  ])('%s is ignored with a reason of its own', (type) => {
    const event = parse(type, { id: null });
    expect(event).toMatchObject({ touches: [], wakes: [] });
    expect(event.ignoredBecause).toBeTruthy();
    expect(event.ignoredBecause).not.toMatch(/unknown/);
  });

  test.each(['novelty.happened', 'invoice.novelty', 'payout.novelty', 'novelty', 'constructor'])(
    '%s is called unknown',
    (type) => {
      expect(parse(type, {}).ignoredBecause).toBe(`unknown event type ${type}`);
    },
  );

  test('of every registered type leads to a stream that exists', () => {
    const names = stripeStreams.map(({ name }) => name);
    for (const type of ENABLED_EVENTS) {
      const { touches, wakes } = parse(type, { id: 'x', invoice: 'in_1' });
      const led = [...touches.map(({ stream }) => stream), ...wakes];
      expect(led.length).toBeGreaterThan(0);
      for (const name of led) expect(names).toContain(name);
    }
  });

  test.each([
    '',
    'x',
    '[]',
    'null',
    '7',
    '{}',
    '{"id":"evt_1","object":"event","type":"payout.paid"}',
    '{"object":"v2.core.event"}',
  ])('%j is no event', (text) => {
    expect(() => stripeWebhook.parse(delivery(text))).toThrow(expect.objectContaining({ code: 'webhook.unparsable' }));
  });

  test('whose body cannot be read has no key', () => {
    for (const text of ['', 'x', '[]', '{"id":7}']) expect(stripeWebhook.dedupeKey(delivery(text))).toBeNull();
  });
});
