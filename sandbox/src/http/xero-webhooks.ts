import { xeroSignature } from '../webhooks/signatures.ts';
import type { AttemptOutcome, WebhookSource } from '../webhooks/source.ts';
import { type ChangeNotice, EVENTS_PER_REQUEST, type SandboxXero, webhookBody } from '../xero/index.ts';

/** Where the app listens, and the key its developer page shows. */
export interface XeroEndpoint {
  readonly url: string;
  readonly webhooksKey: string;
}

/** `pending` while the intent to receive is checked; `disabled` after a check or a day of deliveries has failed. */
export type XeroWebhookState = 'none' | 'pending' | 'active' | 'disabled';

export interface XeroWebhooks extends WebhookSource {
  /**
   * Registers where the app listens, or registers it again after it was disabled; null forgets it. Events are sent once
   * the intent to receive has been checked: changes from now on, or those that were not accepted before.
   */
  setEndpoint(endpoint: XeroEndpoint | null): void;
  state(): XeroWebhookState;
  snapshot(): unknown;
  restore(state: unknown): void;
}

const MINUTE_MS = 60_000;
/** A retry at once, then every quarter of an hour for a day. Source: Xero, webhooks overview. */
const RETRY_GAP_MS = 15 * MINUTE_MS;
const MAX_ATTEMPTS = 2 + (24 * 60) / 15;
const ENDPOINT_ID = 'xero';
/** The checks of one intent to receive: whether each is signed with the right key. */
const CHECKS = [true, false, true, false] as const;

interface Saved {
  readonly endpoint: XeroEndpoint | null;
  readonly state: XeroWebhookState;
  /** Counts registrations, so that checks of an earlier one decide nothing. */
  readonly round: number;
  readonly passed: number;
  readonly checksSent: boolean;
  readonly sentSeq: number;
  readonly acceptedSeq: number;
}

const NOTHING: Saved = {
  endpoint: null,
  state: 'none',
  round: 0,
  passed: 0,
  checksSent: false,
  sentSeq: 0,
  acceptedSeq: 0,
};

/** A message is a check (`check-1-0`) or names the notices it carries by their first and last number (`3-9`). */
function checkOf(event: string): { readonly round: number; readonly isRight: boolean } | undefined {
  const match = /^check-(\d+)-(\d)$/.exec(event);
  return match === null ? undefined : { round: Number(match[1]), isRight: CHECKS[Number(match[2])] === true };
}

function lastOf(event: string): number {
  return Number(event.split('-')[1]);
}

/** Xero answers to nothing but 200; 401 is the good answer to a check with a wrong signature. */
function isAccepted({ status }: AttemptOutcome): boolean {
  return status === 200;
}

/** The app's changes as webhooks: checked first, gathered over all organisations, signed, in order. */
export function xeroWebhooks(xero: SandboxXero): XeroWebhooks {
  let saved: Saved = NOTHING;
  const lastSeq = () => xero.events().at(-1)?.seq ?? 0;

  function noticesOf(event: string): ChangeNotice[] {
    const [first = 0, last = 0] = event.split('-').map(Number);
    return xero.events(first - 1).filter(({ seq }) => seq <= last);
  }

  function batches(notices: readonly ChangeNotice[]): string[] {
    const events: string[] = [];
    for (let start = 0; start < notices.length; start += EVENTS_PER_REQUEST) {
      const batch = notices.slice(start, start + EVENTS_PER_REQUEST);
      events.push(`${batch[0]?.seq ?? 0}-${batch.at(-1)?.seq ?? 0}`);
    }
    return events;
  }

  function takeChecks(): string[] {
    saved = { ...saved, checksSent: true };
    return CHECKS.map((_, index) => `check-${saved.round}-${index}`);
  }

  function takeEvents(): string[] {
    const fresh = batches(xero.events(saved.sentSeq));
    saved = { ...saved, sentSeq: Math.max(lastSeq(), saved.sentSeq) };
    return fresh;
  }

  function recordCheck(isGood: boolean): void {
    const passed = saved.passed + 1;
    if (!isGood) saved = { ...saved, state: 'disabled' };
    else saved = { ...saved, passed, state: passed === CHECKS.length ? 'active' : saved.state };
  }

  return {
    name: 'xero',
    policy: {
      ordered: true,
      isSuccess: isAccepted,
      retryAfter(attempts, _outcome, { event }) {
        if (checkOf(event) !== undefined || attempts >= MAX_ATTEMPTS) return null;
        return attempts === 1 ? 0 : RETRY_GAP_MS;
      },
    },
    takeOutgoing() {
      const events =
        saved.state === 'active' ? takeEvents() : saved.state === 'pending' && !saved.checksSent ? takeChecks() : [];
      return events.map((event) => ({ event, endpoint: ENDPOINT_ID }));
    },
    events: () =>
      xero.events().map(({ seq, category, type, at }) => ({
        id: `${seq}-${seq}`,
        type: `${category}.${type}`,
        created: Math.floor(at / 1000),
      })),
    endpointsFor: () => (saved.state === 'active' ? [ENDPOINT_ID] : []),
    deliveryIdOf: ({ event }) => event,
    render({ event }) {
      const { endpoint, state, round } = saved;
      const check = checkOf(event);
      if (endpoint === null || (check === undefined ? state !== 'active' : check.round !== round)) return null;
      const notices = check === undefined ? noticesOf(event) : [];
      if (check === undefined && notices.length === 0) return null;
      const body = webhookBody(notices, event);
      const key = check?.isRight === false ? `not ${endpoint.webhooksKey}` : endpoint.webhooksKey;
      const headers = {
        'content-type': 'application/json; charset=utf-8',
        'x-xero-signature': xeroSignature(key, body),
      };
      return { url: endpoint.url, headers, body };
    },
    record({ event }, { kind, number }, _request, outcome) {
      const check = checkOf(event);
      if (check !== undefined) {
        recordCheck(check.isRight ? isAccepted(outcome) : outcome.status === 401);
      } else if (isAccepted(outcome)) {
        saved = { ...saved, acceptedSeq: Math.max(saved.acceptedSeq, lastOf(event)) };
      } else if (kind !== 'replay' && number >= MAX_ATTEMPTS) {
        saved = { ...saved, state: 'disabled' };
      }
    },
    setEndpoint(endpoint) {
      const goesOn = saved.state === 'disabled' && saved.endpoint !== null;
      const from = goesOn ? saved.acceptedSeq : lastSeq();
      const state = endpoint === null ? 'none' : 'pending';
      const round = saved.round + 1;
      saved = { endpoint, state, round, passed: 0, checksSent: false, sentSeq: from, acceptedSeq: from };
    },
    state: () => saved.state,
    snapshot: () => saved,
    restore(state) {
      saved = state as Saved;
    },
  };
}
