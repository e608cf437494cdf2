import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { MONDAY } from '../core/testing.ts';
import { testStripe } from './testing.ts';

describe('the webhooks of Stripe', () => {
  test('go to the endpoints that asked for the type', () => {
    const { stripe } = testStripe();
    const all = stripe.registerEndpoint({ at: MONDAY, url: 'https://a.invalid', enabledEvents: ['*'] });
    const some = stripe.registerEndpoint({ at: MONDAY, url: 'https://b.invalid', enabledEvents: ['charge.succeeded'] });
    stripe.charge({ at: MONDAY, amount: 1_000 });
    const sent = stripe.webhooks.takeOutgoing();
    expect(sent.filter(({ endpoint }) => endpoint === all.id)).toHaveLength(3);
    expect(sent.filter(({ endpoint }) => endpoint === some.id)).toHaveLength(1);
    expect(stripe.webhooks.takeOutgoing()).toEqual([]);
  });

  test('are signed anew at each attempt with the whole secret', () => {
    const { stripe } = testStripe();
    const endpoint = stripe.registerEndpoint({
      at: MONDAY,
      url: 'https://a.invalid/x',
      enabledEvents: ['charge.succeeded'],
      secret: 'whsec_sandbox',
    });
    stripe.charge({ at: MONDAY, amount: 1_000 });
    const [message] = stripe.webhooks.takeOutgoing();
    if (!message) throw new Error('no message');
    for (const nowMs of [MONDAY * 1000 + 999, (MONDAY + 3_600) * 1000]) {
      const request = stripe.webhooks.render(message, { kind: 'first', number: 1, nowMs });
      const t = Math.floor(nowMs / 1000);
      const expected = createHmac('sha256', 'whsec_sandbox').update(`${t}.${request?.body}`).digest('hex');
      expect(request?.headers['stripe-signature']).toBe(`t=${t},v1=${expected}`);
      expect(request?.url).toBe('https://a.invalid/x');
    }
    endpoint.status = 'disabled';
    expect(stripe.webhooks.render(message, { kind: 'retry', number: 2, nowMs: 0 })).toBeNull();
  });

  test('may be thin: they name the object and where to read it', async () => {
    const { stripe, get } = testStripe();
    stripe.registerEndpoint({
      at: MONDAY,
      url: 'https://a.invalid',
      enabledEvents: ['charge.succeeded'],
      payload: 'thin',
    });
    const { charge } = stripe.charge({ at: MONDAY, amount: 1_000 });
    const [message] = stripe.webhooks.takeOutgoing();
    const request = message && stripe.webhooks.render(message, { kind: 'first', number: 1, nowMs: 0 });
    const body = JSON.parse(request?.body ?? '') as Record<string, Record<string, string>>;
    expect(body).toMatchObject({
      object: 'v2.core.event',
      type: 'v1.charge.succeeded',
      created: '2026-10-05T10:00:00.000Z',
    });
    expect(body.related_object).toEqual({ id: charge.id, type: 'charge', url: `/v1/charges/${charge.id}` });
    expect((await get(body.related_object?.url ?? '')).status).toBe(200);
  });

  test('are retried for three days live, three times in test mode', () => {
    const gaps = (mode: 'live' | 'test') => {
      const { stripe } = testStripe({ webhookRetries: mode });
      const found: number[] = [];
      const message = { event: '', endpoint: '' };
      for (let attempts = 1; ; attempts += 1) {
        const gap = stripe.webhooks.policy.retryAfter(attempts, { status: 500, error: null }, message);
        if (gap === null) return found;
        found.push(gap);
      }
    };
    const live = gaps('live');
    const total = live.reduce((sum, gap) => sum + gap, 0);
    expect(total).toBeGreaterThan(60 * 3_600_000);
    expect(total).toBeLessThanOrEqual(72 * 3_600_000);
    expect(gaps('test')).toHaveLength(3);
  });
});
