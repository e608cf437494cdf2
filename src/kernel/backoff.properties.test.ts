import fc from 'fast-check';
import { expect } from 'vitest';
import { property } from '../../test/support/properties.ts';
import { BACKOFF_BASE_MS, BACKOFF_CAP_MS, backoff_ms } from './backoff.ts';

const attempt = fc.integer({ min: 1, max: 10_000 });
const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const wait = (after: number, share: number) => backoff_ms(after, { fraction: () => share });

property(
  'backoff: it lies between nothing and a ceiling that doubles up to the cap',
  [attempt, fraction],
  (after, share) => {
    const ceiling = Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** (after - 1));
    const ms = wait(after, share);
    expect(Number.isInteger(ms) && ms >= 0 && ms <= ceiling).toBe(true);
  },
);

property(
  'backoff: with the same luck a later attempt never waits less',
  [attempt, attempt, fraction],
  (a, b, share) => {
    expect(wait(Math.min(a, b), share)).toBeLessThanOrEqual(wait(Math.max(a, b), share));
  },
);

property(
  'backoff: any number of failures, however odd, has a wait within the cap',
  [fc.integer(), fraction],
  (after, share) => {
    const ms = wait(after, share);
    expect(ms >= 0 && ms <= BACKOFF_CAP_MS).toBe(true);
  },
);
