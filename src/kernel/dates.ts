import { Temporal } from 'temporal-polyfill';

/** A calendar day, `YYYY-MM-DD`, in the ledger's time zone. */
export type LocalDate = string;

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** The day on which an instant (ms) falls in `timeZone` (IANA name). */
export function dateIn(timeZone: string, instant: number): LocalDate {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}

/** The UTC day of an instant: for dates that providers write as UTC midnight (Stripe's `arrival_date`). */
export function utcDate(instant: number): LocalDate {
  return new Date(instant).toISOString().slice(0, 10);
}

/** First instant (ms) of a day in `timeZone`. */
export function startOfDay(timeZone: string, date: LocalDate): number {
  return Temporal.PlainDate.from(date).toZonedDateTime({ timeZone }).epochMilliseconds;
}

export function addDays(date: LocalDate, days: number): LocalDate {
  return Temporal.PlainDate.from(date).add({ days }).toString();
}

export function isLocalDate(text: string): boolean {
  if (!DATE.test(text)) return false;
  const parsed = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(text);
}

/** Names that were found good: a few, asked for again and again. */
const KNOWN_ZONES = new Set<string>();

export function isTimeZone(name: string): boolean {
  if (KNOWN_ZONES.has(name)) return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    KNOWN_ZONES.add(name);
    return true;
  } catch {
    return false;
  }
}
