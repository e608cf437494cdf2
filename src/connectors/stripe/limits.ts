import type { RateLimit } from '../sdk/index.ts';

/**
 * Stripe allows 100 calls/s to a live account but 25/s to one in test mode, and 25/s to one endpoint by default. A key
 * does not tell its mode in advance and a sync uses one endpoint at a time, so the smaller number holds for all.
 */
export const STRIPE_LIMITS: readonly RateLimit[] = [
  {
    name: 'account',
    scope: 'connection',
    calls: 25,
    per_ms: 1_000,
    appliesTo: 'all',
    source: 'docs.stripe.com/rate-limits, read 2026-11-20',
  },
];

/** Events can be read this long (docs.stripe.com/api/events, read 2026-11-20). */
export const EVENT_RETENTION_S = 30 * 86_400;
/** Event types of one call (parameter `types` of GET /v1/events, 2026-10-28.endive). */
export const TYPES_PER_CALL = 20;
/** Age from which a signature is too old; stripe-node's default, read 2026-11-20. Future timestamps are not refused. */
export const SIGNATURE_TOLERANCE_S = 300;
/** A whole call; Stripe's own clients wait 80 s, but lists of 100 rows answer within a few. */
export const CALL_TIMEOUT_MS = 30_000;
