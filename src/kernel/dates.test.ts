import { describe, expect, test } from 'vitest';
import { addDays, dateIn, isLocalDate, isTimeZone, startOfDay, utcDate } from './dates.ts';

describe('days', () => {
  test.each([
    ['2026-03-02T03:30:00Z', 'America/New_York', '2026-03-01'],
    ['2026-03-02T03:30:00Z', 'UTC', '2026-03-02'],
    ['2026-03-01T10:00:00Z', 'Pacific/Kiritimati', '2026-03-02'],
    ['2026-03-01T10:00:00Z', 'Pacific/Pago_Pago', '2026-02-28'],
    ['2026-11-01T05:30:00Z', 'America/New_York', '2026-11-01'],
  ])('%s in %s is %s', (at, zone, day) => {
    expect(dateIn(zone, Date.parse(at))).toBe(day);
  });

  test('a day of the change to summer time has 23 hours', () => {
    expect(startOfDay('America/New_York', '2026-03-09') - startOfDay('America/New_York', '2026-03-08')).toBe(
      23 * 3_600_000,
    );
  });

  test('days are counted over months, years and leap days', () => {
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(addDays('2026-03-01', -1)).toBe('2026-02-28');
  });

  test('a date that a provider writes as midnight UTC stays that date', () => {
    expect(utcDate(Date.parse('2026-03-05T00:00:00Z'))).toBe('2026-03-05');
  });

  test.each(['2026-02-29', '2026-13-01', '2026-3-1', '20260301', '2026-03-01T00:00', ''])('%j is no day', (text) => {
    expect(isLocalDate(text)).toBe(false);
  });

  test('days and time zones are told from other text', () => {
    expect(isLocalDate('2028-02-29')).toBe(true);
    expect(isTimeZone('America/New_York')).toBe(true);
    expect(isTimeZone('Middle/Earth')).toBe(false);
  });
});
