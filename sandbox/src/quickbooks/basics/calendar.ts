const MS_PER_MINUTE = 60_000;
const MS_PER_DAY = 86_400_000;
/** No zone changes its offset inside a quarter of an hour, so an offset is computed once for each. */
const OFFSET_STEP_MS = 15 * MS_PER_MINUTE;
/** Offsets remembered before the memory starts again: a year of quarter hours. */
const OFFSETS_KEPT = 40_000;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?))?(Z|[+-]\d{2}:?\d{2})?$/;

/** The company's wall clock: QuickBooks writes every instant with the company's offset. */
export interface Calendar {
  /** `2026-11-19T13:16:17-08:00` */
  stamp(at: number): string;
  /** The same with milliseconds, as in an answer's `time`. */
  preciseStamp(at: number): string;
  /** The company's date at an instant. */
  dateOf(at: number): string;
  /** Reads a date or an instant; without an offset it is the company's local time. Undefined when it is neither. */
  instant(text: string): number | undefined;
}

/** Throws `RangeError` for an unknown IANA zone. */
export function createCalendar(timeZone: string): Calendar {
  const offsetAt = offsets(timeZone);
  const local = (at: number): string => new Date(at + offsetAt(at)).toISOString();
  return {
    stamp: (at) => `${local(at).slice(0, 19)}${offsetText(offsetAt(at))}`,
    preciseStamp: (at) => `${local(at).slice(0, 23)}${offsetText(offsetAt(at))}`,
    dateOf: (at) => local(at).slice(0, 10),
    instant: (text) => readInstant(text, offsetAt),
  };
}

function offsets(timeZone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  const known = new Map<number, number>();
  return (at) => {
    const step = Math.floor(at / OFFSET_STEP_MS);
    const remembered = known.get(step);
    if (remembered !== undefined) return remembered;
    if (known.size >= OFFSETS_KEPT) known.clear();
    const name = format.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
    const offset = offsetMs(name.slice('GMT'.length));
    known.set(step, offset);
    return offset;
  };
}

function offsetMs(text: string): number {
  const match = /^([+-])(\d{2}):?(\d{2})/.exec(text);
  if (match === null) return 0;
  const size = (Number(match[2]) * 60 + Number(match[3])) * MS_PER_MINUTE;
  return match[1] === '-' ? -size : size;
}

function offsetText(offset: number): string {
  const minutes = Math.abs(offset) / MS_PER_MINUTE;
  const pair = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${pair(minutes / 60)}:${pair(minutes % 60)}`;
}

function readInstant(text: string, offsetAt: (at: number) => number): number | undefined {
  const match = INSTANT.exec(text);
  if (match === null || !isDate(match[1] ?? '')) return undefined;
  const clock = match[2] ?? '00:00:00';
  const asUtc = Date.parse(`${match[1]}T${clock.length === 5 ? `${clock}:00` : clock}Z`);
  if (Number.isNaN(asUtc)) return undefined;
  const zone = match[3];
  if (zone === 'Z') return asUtc;
  return asUtc - (zone === undefined ? offsetAt(asUtc) : offsetMs(zone));
}

/** Whether the text is a date that exists, as `YYYY-MM-DD`. */
export function isDate(text: string): boolean {
  if (!DATE.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === text;
}

/** The date `days` days later. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * MS_PER_DAY).toISOString().slice(0, 10);
}
