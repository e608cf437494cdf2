import { BASE58, derivedText } from '../core/ids.ts';
import { btcpaySignature } from '../webhooks/signatures.ts';
import {
  type Attempt,
  type AttemptOutcome,
  isSuccessStatus,
  type WebhookMessage,
  type WebhookPolicy,
  type WebhookRequest,
  type WebhookSource,
} from '../webhooks/source.ts';
import type { BtcpayContext } from './context.ts';
import { SERVER_VERSION } from './settings.ts';
import type { BtcpayEvent, Delivery, Webhook } from './state.ts';

const MINUTE = 60_000;
/** Ten seconds, one minute, then six times ten minutes; about an hour in all. */
const GAPS_MS = [10_000, MINUTE, ...Array.from({ length: 6 }, () => 10 * MINUTE)];
/** The newest deliveries that the server remembers. */
const MAX_DELIVERIES = 20_000;

/** Since 2.3.4 the receiver's other refusals are final. */
function isRetried({ status }: AttemptOutcome): boolean {
  return status === null || status >= 500 || status === 429 || status === 408;
}

function policy(context: BtcpayContext): WebhookPolicy {
  return {
    ordered: true,
    isSuccess: isSuccessStatus,
    retryAfter(attempts, outcome, message) {
      const automatic = context.state.webhooks.get(message.endpoint)?.automaticRedelivery;
      return automatic && isRetried(outcome) ? (GAPS_MS[attempts - 1] ?? null) : null;
    },
  };
}

/** The id of the first sending of an event to a webhook: the same whenever it is asked for. */
export function originalDeliveryId(context: BtcpayContext, event: string, webhook: string): string {
  return derivedText(BASE58, 22, context.state.seed, 'delivery', event, webhook);
}

/** The payload of one sending, fields in the order of the wire. */
export function payloadOf(context: BtcpayContext, event: BtcpayEvent, webhook: Webhook, deliveryId: string): unknown {
  const original = originalDeliveryId(context, event.id, webhook.id);
  return {
    deliveryId,
    webhookId: webhook.id,
    originalDeliveryId: original,
    isRedelivery: deliveryId !== original,
    type: event.type,
    timestamp: event.created,
    ...event.fields,
  };
}

function deliveryIdFor(context: BtcpayContext, message: WebhookMessage, attempt: Attempt): string {
  if (attempt.kind === 'first')
    return message.deliveryId ?? originalDeliveryId(context, message.event, message.endpoint);
  return context.state.newId('redeliveries');
}

function remember(context: BtcpayContext, delivery: Delivery): void {
  const { deliveries } = context.state;
  deliveries.set(delivery.id, delivery);
  for (const oldest of deliveries.keys()) {
    if (deliveries.size <= MAX_DELIVERIES) break;
    deliveries.delete(oldest);
  }
}

/** BTCPay's events as webhooks: one after the other to each webhook, each sending with an id of its own. */
export function btcpayWebhooks(context: BtcpayContext): WebhookSource {
  const { state } = context;
  return {
    name: 'btcpay',
    policy: policy(context),
    takeOutgoing() {
      const taken = state.outgoing;
      state.outgoing = [];
      return taken;
    },
    events: () => state.events.all(),
    endpointsFor(id) {
      const event = state.events.get(id);
      return event ? context.listeners(event.storeId, event.type).map((webhook) => webhook.id) : [];
    },
    deliveryIdOf: ({ event, endpoint }) => originalDeliveryId(context, event, endpoint),
    render(message, attempt): WebhookRequest | null {
      const event = state.events.get(message.event);
      const webhook = state.webhooks.get(message.endpoint);
      if (!event || !webhook?.enabled) return null;
      const deliveryId = deliveryIdFor(context, message, attempt);
      const body = JSON.stringify(payloadOf(context, event, webhook, deliveryId), null, 2);
      return {
        url: webhook.url,
        headers: {
          'content-type': 'application/json',
          'user-agent': `BTCPayServer/${SERVER_VERSION}`,
          'btcpay-sig': btcpaySignature(webhook.secret, body),
        },
        body,
        deliveryId,
      };
    },
    record(message, attempt, request, outcome) {
      const event = state.events.get(message.event);
      remember(context, {
        id: request.deliveryId ?? '',
        webhookId: message.endpoint,
        event: message.event,
        timestamp: event?.created ?? 0,
        deliveryTime: Math.floor(attempt.nowMs / 1000),
        httpCode: outcome.status,
        errorMessage: outcome.error,
        status: outcome.status === null ? 'Failed' : isSuccessStatus(outcome) ? 'HttpSuccess' : 'HttpError',
      });
    },
  };
}
