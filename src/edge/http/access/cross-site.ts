import type { IncomingHttpHeaders } from 'node:http';
import { constantTimeEqual } from '../../../kernel/digest.ts';

export const CSRF_HEADER = 'x-csrf-token';

/**
 * Whether a browser says that a change was asked for by another site. `Sec-Fetch-Site` is believed first; over plain
 * http browsers send only `Origin`, which must name the host that was asked.
 */
export function isCrossSite(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin';
  const { origin, host } = headers;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host?.toLowerCase();
}

/** Whether the page that asks holds the session's own token, which no other site can read. */
export function hasCsrfToken(headers: IncomingHttpHeaders, expected: string): boolean {
  const given = headers[CSRF_HEADER];
  return typeof given === 'string' && constantTimeEqual(given, expected);
}
