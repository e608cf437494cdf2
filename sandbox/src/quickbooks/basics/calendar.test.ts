import { expect, test } from 'vitest';
import { addDays, createCalendar, isDate } from './calendar.ts';

const pacific = createCalendar('America/Los_Angeles');

test('an instant is written with the offset of its season', () => {
  expect(pacific.stamp(Date.parse('2026-11-20T10:00:00Z'))).toBe('2026-11-20T02:00:00-08:00');
  expect(pacific.stamp(Date.parse('2026-07-20T10:00:00Z'))).toBe('2026-07-20T03:00:00-07:00');
  expect(createCalendar('Asia/Kolkata').preciseStamp(Date.parse('2026-01-01T00:00:00.120Z'))).toBe(
    '2026-01-01T05:30:00.120+05:30',
  );
});

test('the date is the company’s, not that of UTC', () => {
  expect(pacific.dateOf(Date.parse('2026-11-20T07:59:59Z'))).toBe('2026-11-19');
  expect(pacific.dateOf(Date.parse('2026-11-20T08:00:00Z'))).toBe('2026-11-20');
});

test('instants are read with an offset, with Z, or as local time', () => {
  const noon = Date.parse('2026-11-20T20:00:00Z');
  for (const text of ['2026-11-20T12:00:00-08:00', '2026-11-20T20:00:00Z', '2026-11-20T12:00:00', '2026-11-20T12:00']) {
    expect(pacific.instant(text)).toBe(noon);
  }
  expect(pacific.instant('2026-11-20')).toBe(Date.parse('2026-11-20T08:00:00Z'));
  for (const text of ['yesterday', '2026-13-01', '2026-02-30T00:00:00Z']) expect(pacific.instant(text)).toBeUndefined();
});

test('dates that do not exist are none, and days are counted over months', () => {
  expect(isDate('2026-02-29')).toBe(false);
  expect(isDate('2028-02-29')).toBe(true);
  expect(addDays('2026-11-20', 30)).toBe('2026-12-20');
});
