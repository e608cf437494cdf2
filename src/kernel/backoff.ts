import type { Random } from './random.ts';

/** The one backoff of the product: full jitter, base 1 s, cap 15 min. */
export const BACKOFF_BASE_MS = 1_000;
export const BACKOFF_CAP_MS = 15 * 60_000;
/** Work known not to have been applied is retried this long, then goes to attention. */
export const RETRY_FOR_MS = 72 * 3_600_000;

/** Milliseconds to wait before attempt `attempt` + 1 (the first failure is attempt 1). */
export function backoff_ms(attempt: number, random: Pick<Random, 'fraction'>): number {
  const ceiling = Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** Math.min(Math.max(attempt, 1) - 1, 20));
  return Math.ceil(random.fraction() * ceiling);
}
