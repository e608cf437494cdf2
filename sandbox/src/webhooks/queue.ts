import type { FaultPlan } from '../core/fault-plan.ts';
import type { WebhookMessage } from './source.ts';

/** A message that waits for its next attempt. */
export interface Pending {
  readonly source: string;
  readonly message: WebhookMessage;
  /** Attempts made so far. */
  readonly attempts: number;
  /** Milliseconds since 1970. */
  readonly dueAt: number;
}

/** A delayed webhook without a bound in the plan comes within this many milliseconds. */
const DEFAULT_DELAY_MS = 60_000;

/** What a bad network makes of new messages: lost, doubled, late, in another order. */
export function disturbed(messages: readonly Pending[], plan: FaultPlan, random: () => number): Pending[] {
  const result: Pending[] = [];
  for (const pending of messages) {
    if (random() < (plan.webhookLose ?? 0)) continue;
    const late =
      random() < (plan.webhookDelay ?? 0) ? Math.floor(random() * (plan.webhookDelayMs ?? DEFAULT_DELAY_MS)) : 0;
    const entry = { ...pending, dueAt: pending.dueAt + late };
    const copies = random() < (plan.webhookDuplicate ?? 0) ? [entry, entry] : [entry];
    for (const copy of copies) {
      const early = random() < (plan.webhookReorder ?? 0);
      result.splice(early ? Math.floor(random() * (result.length + 1)) : result.length, 0, copy);
    }
  }
  return result;
}

/**
 * The messages that may be sent now, in order. For an ordered source only the first of each endpoint counts, and it
 * holds the others back until it is through.
 */
export function sendable(queue: readonly Pending[], nowMs: number, isOrdered: (source: string) => boolean): Pending[] {
  const heads = new Set<string>();
  return queue.filter((pending) => {
    if (isOrdered(pending.source)) {
      const lane = `${pending.source} ${pending.message.endpoint}`;
      if (heads.has(lane)) return false;
      heads.add(lane);
    }
    return pending.dueAt <= nowMs;
  });
}

/** When something becomes sendable; null when nothing waits. */
export function nextDue(queue: readonly Pending[], isOrdered: (source: string) => boolean): number | null {
  const heads = sendable(queue, Number.POSITIVE_INFINITY, isOrdered);
  return heads.reduce<number | null>((soonest, { dueAt }) => Math.min(soonest ?? dueAt, dueAt), null);
}
