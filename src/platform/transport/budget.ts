import { assert } from '../../kernel/assert.ts';
import type { Call, Limit } from './call.ts';

/** A token bucket shared by every process. One call takes one token. */
export interface Bucket {
  readonly key: string;
  /** Tokens when full: the largest burst. */
  readonly capacity: number;
  /** Time in which one token comes back. */
  readonly perToken_ms: number;
}

/** One token to be taken, as long as `reserve` tokens stay behind. */
export interface Draw extends Bucket {
  readonly reserve: number;
}

export type TakeResult = { readonly taken: true } | { readonly taken: false; readonly wait_ms: number };

/** Where the buckets are kept. Time is the store's own clock, so that all processes agree on it. */
export interface BudgetStore {
  /** Takes every draw, or none of them and tells after how long all could be taken. Keys do not repeat. */
  take(draws: readonly Draw[]): Promise<TakeResult>;
  /** Nothing can be taken from these buckets for `for_ms`; then there is one token, and more at the usual rate. */
  empty(buckets: readonly Bucket[], for_ms: number): Promise<void>;
}

/**
 * Part of a limit that may be used at once. A full bucket followed by its refill would let through nearly twice the
 * limit within one window, so what the burst may take is taken off the rate. Limits over a long time get more burst:
 * the work of a day comes in heaps, and few connections come near their day's limit.
 */
const BURST_SHARE = 0.2;
const LONG_WINDOW_BURST_SHARE = 0.5;
const LONG_WINDOW_MS = 3_600_000;
/** Part of a bucket that backfill leaves to live work. */
const LIVE_RESERVE_SHARE = 0.2;
/** Holds the pause after a 429 where a connector has no limit per connection; by itself it slows nothing down. */
const PAUSE_LIMIT = 'retry_after';
const PAUSE_CAPACITY = 1_000;

/**
 * The bucket that never lets more than `limit.calls` through in any window of `limit.per_ms`, also when a call takes
 * longer on its way than the one behind it, by up to the time of one token: the provider counts what arrives.
 */
export function bucketOf(limit: Limit, key: string): Bucket {
  assert(Number.isInteger(limit.calls) && limit.calls > 0 && limit.per_ms > 0, `limit ${limit.name} allows nothing`);
  const share = limit.per_ms >= LONG_WINDOW_MS ? LONG_WINDOW_BURST_SHARE : BURST_SHARE;
  const capacity = Math.max(1, Math.floor(limit.calls * share));
  // In a window that begins with the whole burst, one less than calls - capacity come back before it ends.
  return { key, capacity, perToken_ms: limit.per_ms / Math.max(1, limit.calls - capacity) };
}

/** What a call takes before it may be sent. */
export function drawsOf(call: Call): readonly Draw[] {
  const named = call.request.budgets ?? [];
  for (const name of named) {
    assert(
      call.limits.some((limit) => limit.name === name),
      `${call.request.operation} counts against ${name}, which is no limit of ${call.provider}`,
    );
  }
  const applying = call.limits.filter((limit) => limit.appliesTo === 'all' || named.includes(limit.name));
  const buckets = [...applying.map((limit) => bucketOf(limit, keyOf(call, limit))), ...pauseBucket(call)];
  assert(new Set(buckets.map(({ key }) => key)).size === buckets.length, `two limits of ${call.provider} share a name`);
  return buckets.map((bucket) => ({ ...bucket, reserve: call.lane === 'backfill' ? reserveOf(bucket) : 0 }));
}

/** The buckets that a 429 empties: those of the connection. One tenant's 429 must not stop the others. */
export function penalisedBy(call: Call): readonly Bucket[] {
  const own = call.limits.filter((limit) => limit.scope === 'connection');
  return [...own.map((limit) => bucketOf(limit, keyOf(call, limit))), ...pauseBucket(call)];
}

function pauseBucket(call: Call): readonly Bucket[] {
  const isCovered = call.limits.some((limit) => limit.scope === 'connection' && limit.appliesTo === 'all');
  if (isCovered) return [];
  return [{ key: `${call.provider}:${PAUSE_LIMIT}:${call.connectionId}`, capacity: PAUSE_CAPACITY, perToken_ms: 1 }];
}

function keyOf(call: Call, limit: Limit): string {
  return `${call.provider}:${limit.name}:${limit.scope === 'app' ? 'app' : call.connectionId}`;
}

/** A bucket too small to share has no reserve; otherwise backfill would never run. */
function reserveOf(bucket: Bucket): number {
  return Math.floor(bucket.capacity * LIVE_RESERVE_SHARE);
}
