import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bucketOf } from './budget.ts';
import { aLimit } from './fixtures.ts';

/** Instants at which a bucket lets calls through that want to go as soon as they may: the burst, then token by token. */
function eager({ capacity, perToken_ms }: ReturnType<typeof bucketOf>, calls: number): number[] {
  return Array.from({ length: calls }, (_, index) => Math.max(0, index - capacity + 1) * perToken_ms);
}

function mostInOneWindow(arrivals: readonly number[], window_ms: number): number {
  const sorted = [...arrivals].sort((a, b) => a - b);
  return Math.max(...sorted.map((from) => sorted.filter((at) => at >= from && at < from + window_ms).length));
}

test('the provider counts no more than its limit, however unevenly calls arrive within the time of a token', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 60 }),
      fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 200, maxLength: 200 }),
      (calls, shares) => {
        const bucket = bucketOf(aLimit({ calls, per_ms: 1_000 }), 'k');
        const arrivals = eager(bucket, 200).map((at, index) => at + shares[index]! * bucket.perToken_ms);
        expect(mostInOneWindow(arrivals, 1_000)).toBeLessThanOrEqual(calls);
      },
    ),
    { numRuns: 1_000 },
  );
});

test('the first calls may all arrive when the next ones do', () => {
  const bucket = bucketOf(aLimit({ calls: 10, per_ms: 1_000 }), 'k');
  const arrivals = eager(bucket, 40).map((at) => (at === 0 ? bucket.perToken_ms - 1 : at));
  expect(mostInOneWindow(arrivals, 1_000)).toBe(10);
});
