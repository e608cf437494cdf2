import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BACKOFF_BASE_MS, BACKOFF_CAP_MS, backoff_ms } from './backoff.ts';

const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('backoff', () => {
  test('it lies between nothing and a ceiling that doubles up to the cap', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fraction, (attempt, share) => {
        const ceiling = Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** (attempt - 1));
        const wait = backoff_ms(attempt, { fraction: () => share });
        expect(Number.isInteger(wait) && wait >= 0 && wait <= ceiling).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

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
