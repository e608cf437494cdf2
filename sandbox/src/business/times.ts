import { DAY_SECONDS, isWeekend, type MonthSpan } from '../core/calendar.ts';
import type { Random } from '../core/random.ts';

/** How busy each hour of the day is (UTC), in shares of no particular sum: an American shop. */
const HOURS = [6, 4, 2, 1, 1, 1, 1, 1, 2, 3, 4, 6, 9, 12, 14, 15, 15, 14, 14, 13, 12, 11, 10, 8];
const WEEKEND_SHARE = 0.55;

function pickWeighted(random: Random, weights: readonly number[]): number {
  let draw = random.next() * weights.reduce((sum, weight) => sum + weight, 0);
  const index = weights.findIndex((weight) => {
    draw -= weight;
    return draw < 0;
  });
  return index < 0 ? weights.length - 1 : index;
}

/** That many seconds of the month at which customers buy, earliest first. */
export function shoppingTimes(random: Random, month: MonthSpan, count: number): number[] {
  const days = Array.from({ length: month.days }, (_, day) =>
    isWeekend(month.from + day * DAY_SECONDS) ? WEEKEND_SHARE : 1,
  );
  const times = Array.from({ length: count }, () => {
    const day = pickWeighted(random, days);
    const hour = pickWeighted(random, HOURS);
    return month.from + day * DAY_SECONDS + hour * 3600 + random.int(0, 3599);
  });
  return times.sort((a, b) => a - b);
}

/** A second on the n-th working day of the month (counted from 1) at that hour. */
export function workingDay(month: MonthSpan, number: number, hour: number): number {
  let left = number;
  for (let day = month.from; day < month.until; day += DAY_SECONDS) {
    if (isWeekend(day)) continue;
    left -= 1;
    if (left === 0) return day + hour * 3600;
  }
  throw new Error(`the month has no ${number} working days`);
}
