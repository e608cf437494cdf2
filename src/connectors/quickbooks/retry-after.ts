/** No longer wait is believed: an hour says that something else is wrong, and asking again is cheap. */
const MAX_WAIT_MS = 60 * 60_000;

const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * The wait that `retry-after` asks for, in ms: seconds, or a date, which counts from the answer's own `date` because
 * clocks differ. Null when it is absent or makes no sense.
 */
export function retryAfter(headers: Readonly<Record<string, string>>): number | null {
  const asked = headers['retry-after']?.trim() ?? '';
  const wait = /^\d{1,9}$/.test(asked) ? Number(asked) * 1_000 : untilDate(asked, headers.date ?? '');
  return wait === null ? null : Math.min(wait, MAX_WAIT_MS);
}

function untilDate(asked: string, answeredAt: string): number | null {
  if (!HTTP_DATE.test(asked) || !HTTP_DATE.test(answeredAt)) return null;
  return Math.max(Date.parse(asked) - Date.parse(answeredAt), 0);
}
