const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** The three forms that RFC 9110, section 5.6.7, asks every recipient to accept. */
const IMF_FIXDATE = /^[a-z]{3}, (?<day>\d\d) (?<month>[a-z]{3}) (?<year>\d{4}) (?<time>\d\d:\d\d:\d\d) gmt$/i;
const RFC_850 = /^[a-z]{6,9}, (?<day>\d\d)-(?<month>[a-z]{3})-(?<year>\d\d) (?<time>\d\d:\d\d:\d\d) gmt$/i;
const ASCTIME = /^[a-z]{3} (?<month>[a-z]{3}) (?<day>[ \d]\d) (?<time>\d\d:\d\d:\d\d) (?<year>\d{4})$/i;

/** An HTTP date as an instant, or null when it is none. `now` settles the century of two-digit years. */
export function parseHttpDate(text: string, now: number): number | null {
  const parts = (IMF_FIXDATE.exec(text) ?? RFC_850.exec(text) ?? ASCTIME.exec(text))?.groups;
  if (!parts) return null;
  const month = MONTHS.indexOf(parts.month!.toLowerCase());
  const [hour, minute, second] = parts.time!.split(':').map(Number) as [number, number, number];
  const day = Number(parts.day);
  if (month < 0 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return null;
  return Date.UTC(fullYear(parts.year!, now), month, day, hour, minute, second);
}

function fullYear(year: string, now: number): number {
  if (year.length === 4) return Number(year);
  const current = new Date(now).getUTCFullYear();
  const sameCentury = current - (current % 100) + Number(year);
  return sameCentury > current + 50 ? sameCentury - 100 : sameCentury;
}
