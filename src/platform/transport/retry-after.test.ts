import { describe, expect, test } from 'vitest';
import { MAX_RETRY_AFTER_MS, retryAfter_ms } from './retry-after.ts';

const NOW = Date.UTC(2026, 10, 20, 12, 0, 0);

describe('Retry-After', () => {
  test.each<[string, number | null]>([
    ['0', 0],
    ['30', 30_000],
    [' 1.5 ', 1_500],
    ['3601', MAX_RETRY_AFTER_MS],
    ['99999999999999999999', MAX_RETRY_AFTER_MS],
    ['Fri, 20 Nov 2026 12:00:10 GMT', 10_000],
    ['fri, 20 nov 2026 12:00:10 gmt', 10_000],
    ['Friday, 20-Nov-26 12:00:10 GMT', 10_000],
    ['Fri Nov 20 12:00:10 2026', 10_000],
    ['Sun Nov  6 08:49:37 1994', 0],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 0],
    ['Fri, 20 Nov 2026 11:59:00 GMT', 0],
    ['Fri, 20 Nov 2099 12:00:00 GMT', MAX_RETRY_AFTER_MS],
    ['-5', null],
    ['', null],
    ['soon', null],
    ['1e9', null],
    ['0x10', null],
    ['Infinity', null],
    ['2026-11-20T12:00:10Z', null],
    ['Fri, 20 Foo 2026 12:00:10 GMT', null],
    ['Fri, 20 Nov 2026 25:00:10 GMT', null],
  ])('%j asks for %j ms', (text, expected) => {
    expect(retryAfter_ms({ 'retry-after': text }, NOW)).toBe(expected);
  });

  test('asks for nothing when it is missing', () => expect(retryAfter_ms({}, NOW)).toBeNull());

  test('is measured from the date of the answer, so that a clock which is wrong does no harm', () => {
    const headers = { date: 'Fri, 20 Nov 2026 14:00:00 GMT', 'retry-after': 'Fri, 20 Nov 2026 14:00:20 GMT' };
    expect(retryAfter_ms(headers, NOW)).toBe(20_000);
  });
});
