import { stripeSignature } from '../webhooks/signatures.ts';
import { isSuccessStatus, type WebhookPolicy, type WebhookRequest, type WebhookSource } from '../webhooks/source.ts';
import type { StripeContext } from './context.ts';
import type { StripeEvent } from './objects/event.ts';
import type { WebhookEndpoint } from './objects/webhook-endpoint.ts';
import { renderObject } from './render.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Live mode retries with growing gaps for three days in all. */
const LIVE_GIVE_UP_MS = 72 * HOUR;
const LIVE_FIRST_GAP_MS = 5 * MINUTE;
const LIVE_LONGEST_GAP_MS = 12 * HOUR;
/** Test mode tries three times more over a few hours. */
const TEST_GAPS_MS = [5 * MINUTE, HOUR, 3 * HOUR];

function liveGap(attempts: number): number | null {
  let spent = 0;
  let gap = LIVE_FIRST_GAP_MS;
  for (let attempt = 1; attempt < attempts; attempt += 1) {
    spent += gap;
    gap = Math.min(gap * 2, LIVE_LONGEST_GAP_MS);
  }
  return spent + gap > LIVE_GIVE_UP_MS ? null : gap;
}

function policy(mode: 'live' | 'test'): WebhookPolicy {
  return {
    ordered: false,
    isSuccess: isSuccessStatus,
    retryAfter: (attempts) => (mode === 'live' ? liveGap(attempts) : (TEST_GAPS_MS[attempts - 1] ?? null)),
  };
}

function thinBody(context: StripeContext, event: StripeEvent): unknown {
  const object = event.data.object as { readonly id: string; readonly object: string };
  const path = object.object.replaceAll('.', '/');
  return {
    id: event.id,
    object: 'v2.core.event',
    type: `v1.${event.type}`,
    created: new Date(event.created * 1000).toISOString(),
    livemode: false,
    related_object: { id: object.id, type: object.object, url: `/v1/${path}s/${object.id}` },
    context: context.settings.accountId,
    reason: null,
  };
}

function body(context: StripeContext, event: StripeEvent, endpoint: WebhookEndpoint): string {
  const shown =
    endpoint.payload === 'thin'
      ? thinBody(context, event)
      : { ...renderObject(context.state, event, 0), pending_webhooks: 1 };
  return JSON.stringify(shown, null, 2);
}

/** Stripe's events as webhooks: freshly signed at each attempt, in no promised order. */
export function stripeWebhooks(context: StripeContext): WebhookSource {
  const { state } = context;
  return {
    name: 'stripe',
    policy: policy(context.settings.webhookRetries),
    takeOutgoing() {
      const taken = state.outgoing;
      state.outgoing = [];
      return taken;
    },
    events: () => state.tables.events.all(),
    endpointsFor(id) {
      const event = state.tables.events.get(id);
      return event ? context.listeners(event.type) : [];
    },
    deliveryIdOf: ({ event }) => event,
    render(message, attempt): WebhookRequest | null {
      const event = state.tables.events.get(message.event);
      const endpoint = state.tables.webhookEndpoints.get(message.endpoint);
      if (!event || endpoint?.status !== 'enabled') return null;
      const text = body(context, event, endpoint);
      return {
        url: endpoint.url,
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
          'stripe-signature': stripeSignature(endpoint.secret, text, Math.floor(attempt.nowMs / 1000)),
        },
        body: text,
      };
    },
  };
}
