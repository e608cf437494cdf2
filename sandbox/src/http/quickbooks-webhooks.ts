import {
  type ChangeNotice,
  cloudEventsBody,
  EVENTS_PER_REQUEST,
  legacyBody,
  type SandboxQuickBooks,
} from '../quickbooks/index.ts';
import { intuitSignature } from '../webhooks/signatures.ts';
import { isSuccessStatus, type WebhookSource } from '../webhooks/source.ts';

export interface IntuitEndpoint {
  readonly url: string;
  readonly verifierToken: string;
  readonly format: 'cloudEvents' | 'legacy';
}

export interface QuickBooksWebhooks extends WebhookSource {
  /** Where the app listens; null switches notifications off. Only changes from now on are sent. */
  setEndpoint(endpoint: IntuitEndpoint | null): void;
  snapshot(): unknown;
  restore(state: unknown): void;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Intuit's plan of retries; after the last one it goes on every six hours. */
const GAPS_MS = [10 * SECOND, 20 * SECOND, 30 * SECOND, 5 * MINUTE, 20 * MINUTE, 2 * HOUR, 4 * HOUR, 6 * HOUR];
const LAST_GAP_MS = 6 * HOUR;
/** Three days of six-hour retries; Intuit documents no end. */
const MAX_ATTEMPTS = 20;
const ENDPOINT_ID = 'intuit';

interface Saved {
  readonly endpoint: IntuitEndpoint | null;
  readonly sentSeq: number;
}

/** A message names the notices it carries by their first and last number. */
function rangeOf(event: string): { readonly first: number; readonly last: number } {
  const [first = 0, last = 0] = event.split('-').map(Number);
  return { first, last };
}

/** The company's change notices as webhooks of the app: gathered, signed with the verifier token, in order. */
export function quickbooksWebhooks(quickbooks: SandboxQuickBooks): QuickBooksWebhooks {
  let saved: Saved = { endpoint: null, sentSeq: 0 };
  /** The company's notices by number, read from it once each. */
  const known = new Map<number, ChangeNotice>();
  let knownSeq = 0;

  function refresh(): void {
    for (const notice of quickbooks.events(knownSeq)) {
      known.set(notice.seq, notice);
      knownSeq = notice.seq;
    }
  }

  function noticesOf(event: string): ChangeNotice[] {
    refresh();
    const { first, last } = rangeOf(event);
    const notices: ChangeNotice[] = [];
    for (let seq = first; seq <= last; seq += 1) {
      const notice = known.get(seq);
      if (notice) notices.push(notice);
    }
    return notices;
  }

  function batches(notices: readonly ChangeNotice[]): string[] {
    const events: string[] = [];
    for (let start = 0; start < notices.length; start += EVENTS_PER_REQUEST) {
      const batch = notices.slice(start, start + EVENTS_PER_REQUEST);
      events.push(`${batch[0]?.seq ?? 0}-${batch.at(-1)?.seq ?? 0}`);
    }
    return events;
  }

  return {
    name: 'quickbooks',
    policy: {
      ordered: true,
      isSuccess: isSuccessStatus,
      retryAfter: (attempts) => (attempts >= MAX_ATTEMPTS ? null : (GAPS_MS[attempts - 1] ?? LAST_GAP_MS)),
    },
    takeOutgoing() {
      if (!saved.endpoint) return [];
      refresh();
      const fresh = knownSeq > saved.sentSeq ? noticesOf(`${saved.sentSeq + 1}-${knownSeq}`) : [];
      saved = { ...saved, sentSeq: Math.max(knownSeq, saved.sentSeq) };
      return batches(fresh).map((event) => ({ event, endpoint: ENDPOINT_ID }));
    },
    events() {
      refresh();
      return Array.from(known.values(), ({ seq, entity, operation, at }) => ({
        id: `${seq}-${seq}`,
        type: `${entity}.${operation}`,
        created: Math.floor(at / 1000),
      }));
    },
    endpointsFor: () => (saved.endpoint ? [ENDPOINT_ID] : []),
    deliveryIdOf: ({ event }) => noticesOf(event)[0]?.id ?? event,
    render({ event }) {
      const { endpoint } = saved;
      const notices = noticesOf(event);
      if (!endpoint || notices.length === 0) return null;
      const body = endpoint.format === 'legacy' ? legacyBody(notices) : cloudEventsBody(notices);
      return {
        url: endpoint.url,
        headers: {
          'content-type': endpoint.format === 'legacy' ? 'application/json' : 'application/cloudevents+json',
          'intuit-signature': intuitSignature(endpoint.verifierToken, body),
        },
        body,
      };
    },
    setEndpoint(endpoint) {
      refresh();
      saved = { endpoint, sentSeq: knownSeq };
    },
    snapshot: () => saved,
    restore(state) {
      saved = state as Saved;
      known.clear();
      knownSeq = 0;
    },
  };
}
