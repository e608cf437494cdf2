import { describe, expect, test } from 'vitest';
import { addBusinessDays, isWeekend, parseMonth, startOfDay } from './calendar.ts';

const utc = (...parts: [number, number, number, number?]) =>
  Date.UTC(parts[0], parts[1] - 1, parts[2], parts[3] ?? 0) / 1000;

describe('the calendar', () => {
  test('counts working days over a weekend', () => {
    const friday = utc(2026, 10, 9, 17);
    expect(isWeekend(friday)).toBe(false);
    expect(addBusinessDays(friday, 1)).toBe(utc(2026, 10, 12));
    expect(addBusinessDays(utc(2026, 10, 10, 3), 2)).toBe(utc(2026, 10, 13));
    expect(startOfDay(friday)).toBe(utc(2026, 10, 9));
  });

  test('knows the span of a month and refuses what is none', () => {
    expect(parseMonth('2028-02')).toEqual({ from: utc(2028, 2, 1), until: utc(2028, 3, 1), days: 29 });
    expect([parseMonth('2026-13'), parseMonth('2026-1'), parseMonth('x')]).toEqual([null, null, null]);
  });
});
