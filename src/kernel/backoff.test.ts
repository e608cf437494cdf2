import { describe, expect, test } from 'vitest';
import { backoff_ms } from './backoff.ts';

describe('backoff', () => {
  test('the whole of it is jitter', () => {
    expect(backoff_ms(3, { fraction: () => 0 })).toBe(0);
    expect(backoff_ms(3, { fraction: () => 0.5 })).toBe(2_000);
  });

  test.each([
    [1, 1_000],
    [2, 2_000],
    [10, 512_000],
    [11, 900_000],
    [5_000, 900_000],
    [0, 1_000],
  ])('attempt %i waits at most %i ms', (attempt, ceiling) => {
    expect(backoff_ms(attempt, { fraction: () => 1 - 2 ** -53 })).toBe(ceiling);
  });
});
