import { squareSignature } from '../webhooks/signatures.ts';
import { type AttemptOutcome, isSuccessStatus, type WebhookRequest, type WebhookSource } from '../webhooks/source.ts';
import type { SquareContext } from './context.ts';
import { advance } from './due.ts';
import { iso, renderEvent } from './render.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Growing gaps, twice as long each time, until so many hours have gone by. */
function gapAfter(attempts: number, hours: number): number | null {
  const gap = MINUTE * 2 ** (attempts - 1);
  const spent = gap - MINUTE;
  return spent + gap > hours * HOUR ? null : gap;
}

function reasonOf(outcome: AttemptOutcome | undefined): string {
  if (outcome?.status != null) return 'http_error';
  return /time/i.test(outcome?.error ?? '') ? 'http_timeout' : 'other_error';
}

/** Square's events as webhooks of the app, in no promised order; a retry is the same body with headers that say so. */
export function squareWebhooks(context: SquareContext): WebhookSource {
  const { state, settings } = context;
  /** Why the last attempt of a message failed, for the header of the next. */
  const failures = new Map<string, AttemptOutcome>();
  return {
    name: 'square',
    policy: {
      ordered: false,
      isSuccess: isSuccessStatus,
      retryAfter: (attempts) => gapAfter(attempts, settings.webhookRetryHours),
    },
    takeOutgoing() {
      advance(context, context.nowMs());
      const taken = state.outgoing;
      state.outgoing = [];
      return taken;
    },
    events: () => state.tables.events.all().map((event) => ({ ...event, created: Math.floor(event.created / 1000) })),
    endpointsFor(id) {
      const event = state.tables.events.get(id);
      return event ? context.listeners(event.type) : [];
    },
    deliveryIdOf: ({ event }) => event,
    render(message, attempt): WebhookRequest | null {
      const event = state.tables.events.get(message.event);
      const subscription = state.tables.subscriptions.get(message.endpoint);
      if (!event || subscription?.show.enabled !== true) return null;
      const body = JSON.stringify(renderEvent(context, event));
      const url = subscription.show.notification_url;
      const again = {
        'square-retry-number': String(attempt.number - 1),
        'square-retry-reason': reasonOf(failures.get(`${message.event} ${message.endpoint}`)),
      };
      return {
        url,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Square Connect v2',
          'square-environment': settings.environment,
          'square-initial-delivery-timestamp': iso(event.created),
          'x-square-hmacsha256-signature': squareSignature(subscription.signatureKey, url, body),
          ...(attempt.kind === 'retry' ? again : {}),
        },
        body,
      };
    },
    record(message, _attempt, _request, outcome) {
      const name = `${message.event} ${message.endpoint}`;
      if (isSuccessStatus(outcome)) failures.delete(name);
      else failures.set(name, outcome);
    },
  };
}
