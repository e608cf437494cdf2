import fc from 'fast-check';
import { expect } from 'vitest';
import { property } from '../../test/support/properties.ts';
import { addDays, dateIn, isLocalDate, startOfDay, utcDate } from './dates.ts';

const ZONES = ['America/New_York', 'Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Asia/Kathmandu', 'Europe/Berlin', 'UTC'];
const instant = fc.integer({ min: Date.parse('1990-01-01'), max: Date.parse('2100-01-01') });
const days = fc.integer({ min: -20_000, max: 20_000 });

property(
  'dates: every instant lies in its day, and the day begins once',
  [instant, fc.constantFrom(...ZONES)],
  (at, zone) => {
    const day = dateIn(zone, at);
    expect(startOfDay(zone, day) <= at && at < startOfDay(zone, addDays(day, 1))).toBe(true);
    expect(dateIn(zone, startOfDay(zone, day) - 1)).toBe(addDays(day, -1));
  },
);

property(
  'dates: days forth and back lead to the same day, and later days sort later',
  [instant, days, days],
  (at, n, m) => {
    const day = utcDate(at);
    expect(addDays(addDays(day, n), -n)).toBe(day);
    expect(addDays(addDays(day, n), m)).toBe(addDays(day, n + m));
    if (n < m) expect(addDays(day, n) < addDays(day, m)).toBe(true);
  },
);

property('dates: the day in UTC is the day of the zone UTC', [instant], (at) => {
  expect(utcDate(at)).toBe(dateIn('UTC', at));
});

property(
  'dates: a day is one that the calendar has',
  [fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 0, max: 19 }), fc.integer({ min: 0, max: 39 })],
  (year, month, day) => {
    const text = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
    const lengths = [
      31,
      year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28,
      31,
      30,
      31,
      30,
      31,
      31,
      30,
      31,
      30,
      31,
    ];
    expect(isLocalDate(text)).toBe(day >= 1 && day <= (lengths[month - 1] ?? 0));
  },
);
