import { describe, expect, test } from 'vitest';
import { retryAfter } from './retry-after.ts';

const date = 'Fri, 20 Nov 2026 10:00:00 GMT';

describe('how long to wait', () => {
  test.each([
    ['seconds', { 'retry-after': '17' }, 17_000],
    ['seconds with spaces', { 'retry-after': ' 0 ' }, 0],
    ['a date, counted from the date of the answer', { 'retry-after': 'Fri, 20 Nov 2026 10:01:30 GMT', date }, 90_000],
    ['a date that has passed', { 'retry-after': 'Fri, 20 Nov 2026 09:00:00 GMT', date }, 0],
    ['more than an hour', { 'retry-after': '86400' }, 3_600_000],
  ])('%s', (_what, headers, expected) => {
    expect(retryAfter(headers)).toBe(expected);
  });

  test.each<Record<string, string>[]>([
    [{}],
    [{ 'retry-after': 'soon' }],
    [{ 'retry-after': '-5' }],
    [{ 'retry-after': 'Fri, 20 Nov 2026 10:01:30 GMT' }],
    [{ 'retry-after': '2026-11-20', date }],
  ])('%j says nothing', (headers) => {
    expect(retryAfter(headers)).toBeNull();
  });
});
