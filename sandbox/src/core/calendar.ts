/** Seconds of a day without leap seconds, as Unix time counts them. */
export const DAY_SECONDS = 86_400;

/** Midnight UTC of the day that contains the second. */
export function startOfDay(at: number): number {
  return at - (((at % DAY_SECONDS) + DAY_SECONDS) % DAY_SECONDS);
}

export function isWeekend(at: number): boolean {
  const day = new Date(at * 1000).getUTCDay();
  return day === 0 || day === 6;
}

/** Midnight UTC, that many working days (Monday to Friday) after the day of `at`. */
export function addBusinessDays(at: number, days: number): number {
  let day = startOfDay(at);
  for (let left = days; left > 0; ) {
    day += DAY_SECONDS;
    if (!isWeekend(day)) left -= 1;
  }
  return day;
}

export interface MonthSpan {
  /** First second of the month, UTC. */
  readonly from: number;
  /** First second after the month. */
  readonly until: number;
  readonly days: number;
}

/** Reads `2026-10`; null when it is not a month. */
export function parseMonth(text: string): MonthSpan | null {
  const match = /^(\d{4})-(\d{2})$/.exec(text);
  const month = Number(match?.[2]);
  if (!match || month < 1 || month > 12) return null;
  const year = Number(match[1]);
  const from = Date.UTC(year, month - 1, 1) / 1000;
  const until = Date.UTC(year, month, 1) / 1000;
  return { from, until, days: (until - from) / DAY_SECONDS };
}
