import { describe, expect, test } from 'vitest';
import { atLeast, atMost, figure, median, percentile } from './results.ts';

describe('a figure', () => {
  test('is judged by its ratio before anything is rounded', () => {
    const peer = { name: 'without a database', value: 10_000 };
    expect(figure('requests', 8_499.9, '/s', { peer, goal: atLeast(0.85, 'ratio') })).toEqual({
      metric: 'requests',
      value: 8_500,
      unit: '/s',
      against: 'without a database: 10,000',
      ratio: 0.85,
      goal: 'ratio >= 0.85',
      met: false,
    });
  });

  test('is judged by its value', () => {
    expect(figure('memory', 300, 'MB', { goal: atMost(300) })).toMatchObject({ goal: '<= 300 MB', met: true });
    expect(figure('memory', 300.1, 'MB', { goal: atMost(300) }).met).toBe(false);
  });

  test('cannot be judged against nothing', () => {
    const peer = { name: 'a peer', value: 0 };
    expect(figure('requests', 1, '/s', { peer, goal: atLeast(5, 'ratio') })).toMatchObject({ ratio: null, met: null });
    expect(figure('requests', 1, '/s')).toMatchObject({ against: null, ratio: null, goal: null, met: null });
  });

  test('keeps small ratios readable', () => {
    expect(figure('share', 1, '%', { peer: { name: 'all', value: 300 } }).ratio).toBe(0.0033);
  });
});

test('ranks count, not averages', () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index);
  expect([percentile(values, 0.5), percentile(values, 0.99), percentile(values, 1)]).toEqual([100, 198, 200]);
  expect(median([3, 1, 2])).toBe(2);
  expect(percentile([7], 0.99)).toBe(7);
  expect(() => median([])).toThrow('no values');
});
