import { parseHttpDate } from './http-date.ts';

/**
 * Longest wait that an answer can ask of us. Asking once more after an hour costs one call; believing a wrong figure
 * would stop a connection for days.
 */
export const MAX_RETRY_AFTER_MS = 3_600_000;

/**
 * Milliseconds that an answer's `retry-after` asks to be left alone, at most {@link MAX_RETRY_AFTER_MS}; null when it
 * says nothing that can be understood, 0 for a moment that is past. A date is measured from the answer's own `date`
 * where there is one, so a wrong clock on either side does no harm.
 */
export function retryAfter_ms(headers: Readonly<Record<string, string>>, now: number): number | null {
  const text = headers['retry-after']?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return bounded(Number(text) * 1_000);
  const until = parseHttpDate(text, now);
  if (until === null) return null;
  return bounded(until - (parseHttpDate(headers.date?.trim() ?? '', now) ?? now));
}

function bounded(ms: number): number {
  return Math.ceil(Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS));
}
