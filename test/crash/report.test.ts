import { expect, test } from 'vitest';
import { percentiles } from './report.ts';

test('a percentile is the smallest value that so many are not above', () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index);
  expect(percentiles(values)).toEqual({ p50: 100, p99: 198, max: 200 });
  expect(percentiles([5])).toEqual({ p50: 5, p99: 5, max: 5 });
  expect(percentiles([])).toEqual({ p50: 0, p99: 0, max: 0 });
});
