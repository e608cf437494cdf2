import type { FaultPlan } from '../core/fault-plan.ts';
import { copyJson } from '../core/json.ts';
import type { SandboxDoors } from '../core/provider.ts';
import { inParallel } from './parallel.ts';
import { disturbed, nextDue, type Pending, sendable } from './queue.ts';
import type { Attempt, AttemptKind, AttemptOutcome, WebhookMessage, WebhookSource } from './source.ts';

/** Delivers one signed request; rejects when no answer came. */
export type SendWebhook = (request: Request) => Promise<Response>;

export interface SenderOptions {
  readonly doors: SandboxDoors;
  readonly send: SendWebhook;
  readonly sources: readonly WebhookSource[];
  /** Webhook faults in force for a provider. */
  readonly faults?: (source: string) => FaultPlan;
  /** Requests under way at once. */
  readonly concurrency?: number;
}

export interface WebhookSender {
  /** Sends everything that is due now, and what becomes due by that. Returns how many attempts were made. */
  tick(): Promise<number>;
  /** Milliseconds since 1970; null when nothing waits. */
  nextDueAt(): number | null;
  pending(): number;
  /** Sends one stored event once, outside the queue; false when it was not accepted. */
  sendOnce(source: WebhookSource, message: WebhookMessage, kind: AttemptKind): Promise<boolean>;
  /** How many attempts had an accepted answer, and how many messages were given up. */
  counts(): { readonly accepted: number; readonly refused: number; readonly abandoned: number };
  snapshot(): unknown;
  restore(state: unknown): void;
}

/** As many as a small receiver answers without trouble. */
const DEFAULT_CONCURRENCY = 8;

/** Takes messages from the providers and delivers them on each provider's schedule over the injected clock. */
export function createWebhookSender(options: SenderOptions): WebhookSender {
  const { doors, sources } = options;
  const byName = new Map(sources.map((source) => [source.name, source]));
  const isOrdered = (name: string) => byName.get(name)?.policy.ordered === true;
  let queue: Pending[] = [];
  let ticking: Promise<unknown> = Promise.resolve();
  const counts = { accepted: 0, refused: 0, abandoned: 0 };

  function collect(): void {
    for (const source of sources) {
      const messages = source.takeOutgoing();
      if (messages.length === 0) continue;
      const fresh = messages.map((message) => ({ source: source.name, message, attempts: 0, dueAt: doors.now() }));
      queue.push(...disturbed(fresh, options.faults?.(source.name) ?? {}, doors.random));
    }
  }

  async function attempt(source: WebhookSource, message: WebhookMessage, how: Attempt): Promise<AttemptOutcome | null> {
    const request = source.render(message, how);
    if (!request) return null;
    const outcome = await post(options.send, request.url, request.headers, request.body);
    counts[source.policy.isSuccess(outcome) ? 'accepted' : 'refused'] += 1;
    source.record?.(message, how, request, outcome);
    return outcome;
  }

  async function deliver(pending: Pending, finished: Map<Pending, Pending | null>): Promise<void> {
    const source = byName.get(pending.source);
    const number = pending.attempts + 1;
    const how: Attempt = { kind: number === 1 ? 'first' : 'retry', number, nowMs: doors.now() };
    const outcome = source ? await attempt(source, pending.message, how) : null;
    finished.set(pending, null);
    if (!source || !outcome || source.policy.isSuccess(outcome)) return;
    const wait = source.policy.retryAfter(number, outcome, pending.message);
    if (wait === null) counts.abandoned += 1;
    else finished.set(pending, { ...pending, attempts: number, dueAt: doors.now() + wait });
  }

  async function round(): Promise<number> {
    collect();
    const due = sendable(queue, doors.now(), isOrdered);
    const finished = new Map<Pending, Pending | null>();
    await inParallel(due, options.concurrency ?? DEFAULT_CONCURRENCY, (pending) => deliver(pending, finished));
    queue = queue.flatMap((pending) => (finished.has(pending) ? (finished.get(pending) ?? []) : pending));
    return due.length;
  }

  async function drain(): Promise<number> {
    let sent = 0;
    for (let batch = await round(); batch > 0; batch = await round()) sent += batch;
    return sent;
  }

  return {
    tick() {
      const next = ticking.then(drain);
      ticking = next.catch(() => undefined);
      return next;
    },
    nextDueAt() {
      collect();
      return nextDue(queue, isOrdered);
    },
    pending() {
      collect();
      return queue.length;
    },
    async sendOnce(source, message, kind) {
      const outcome = await attempt(source, message, { kind, number: 1, nowMs: doors.now() });
      return outcome !== null && source.policy.isSuccess(outcome);
    },
    counts: () => ({ ...counts }),
    snapshot: () => copyJson(queue),
    restore(state) {
      queue = copyJson(state) as Pending[];
    },
  };
}

async function post(
  send: SendWebhook,
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<AttemptOutcome> {
  try {
    const response = await send(new Request(url, { method: 'POST', headers, body }));
    await response.arrayBuffer();
    return { status: response.status, error: null };
  } catch (error) {
    return { status: null, error: error instanceof Error ? error.message : String(error) };
  }
}
