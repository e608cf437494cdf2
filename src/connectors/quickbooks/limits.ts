import type { RateLimit } from '../sdk/index.ts';

/** Most items of one batch request (Intuit, "API call limits and throttles"; older pages recommend 10). */
export const MAX_BATCH_ITEMS = 30;

/** Budget that batch requests name, beside those that every call counts against. */
export const BATCH_BUDGET = 'batch';

const SOURCE = 'developer.intuit.com, "API call limits and throttles", read 2026-11-20';

/**
 * Documented limits. Every one is per company, which is what a connection is. The 800 calls a minute over all Intuit
 * endpoints are never reached below the 500; the monthly read quota depends on the app's tier and is no rate.
 */
export const LIMITS: readonly RateLimit[] = [
  { name: 'company', scope: 'connection', calls: 500, per_ms: 60_000, appliesTo: 'all', source: SOURCE },
  { name: 'burst', scope: 'connection', calls: 10, per_ms: 1_000, appliesTo: 'all', source: SOURCE },
  { name: BATCH_BUDGET, scope: 'connection', calls: 40, per_ms: 60_000, appliesTo: 'named', source: SOURCE },
];

/** A throttled company is left alone this long when the answer does not say how long (same page). */
export const DEFAULT_THROTTLE_WAIT_MS = 60_000;

/** The server gives up after 120 s; waiting a little longer turns an unknown outcome into an answer. */
export const CALL_TIMEOUT_MS = 125_000;

/**
 * How long a key may be sent again, by our choice: how long QuickBooks keeps stored answers is not documented. One hour
 * is short against every report of it.
 */
export const IDEMPOTENCY_WINDOW_MS = 60 * 60_000;

/** After the outage of 2017-04-27 queued requests were carried out about four hours late; one more to be safe. */
export const APPEARANCE_HORIZON_MS = 5 * 60 * 60_000;
