import { describe, expect, test } from 'vitest';
import { bucketOf, drawsOf, penalisedBy } from './budget.ts';
import { aCall, aLimit } from './fixtures.ts';

describe('a bucket', () => {
  test('gives a connector of 60 calls a minute a burst of 12 and four fifths of the rate', () => {
    const { capacity, perToken_ms } = bucketOf(aLimit(), 'k');
    expect(capacity).toBe(12);
    expect(60_000 / perToken_ms).toBeCloseTo(48);
  });

  test('of a limit per day may be half used at once', () => {
    expect(bucketOf(aLimit({ calls: 5_000, per_ms: 86_400_000 }), 'k').capacity).toBe(2_500);
  });

  test('of one call per period still gives that one', () => {
    expect(bucketOf(aLimit({ calls: 1, per_ms: 1_000 }), 'k')).toEqual({ key: 'k', capacity: 1, perToken_ms: 1_000 });
  });
});

const LIMITS = [
  aLimit({ name: 'minute' }),
  aLimit({ name: 'app_minute', scope: 'app', calls: 1_000 }),
  aLimit({ name: 'reports', appliesTo: 'named', calls: 10 }),
];

describe('a call draws', () => {
  test('from the limits of all calls, per connection or for the whole app', () => {
    expect(drawsOf(aCall({ limits: LIMITS })).map(({ key }) => key)).toEqual([
      'acmepay:minute:con_acme',
      'acmepay:app_minute:app',
    ]);
  });

  test('from a named limit when it names it', () => {
    const draws = drawsOf(aCall({ limits: LIMITS, request: { budgets: ['reports'] } }));
    expect(draws.map(({ key }) => key)).toContain('acmepay:reports:con_acme');
  });

  test('not at all from a limit that does not exist', () => {
    expect(() => drawsOf(aCall({ limits: LIMITS, request: { budgets: ['reprots'] } }))).toThrow(/no limit of acmepay/);
  });

  test('with a reserve for live work when it is backfill, except from buckets too small to share', () => {
    const limits = [aLimit(), aLimit({ name: 'slow', calls: 10 })];
    expect(drawsOf(aCall({ limits, lane: 'backfill' })).map(({ reserve }) => reserve)).toEqual([2, 0]);
    expect(drawsOf(aCall({ limits, lane: 'live' })).map(({ reserve }) => reserve)).toEqual([0, 0]);
  });
});

describe('a 429 empties', () => {
  test('every bucket of the connection, used by this call or not, and none that others share', () => {
    expect(penalisedBy(aCall({ limits: LIMITS })).map(({ key }) => key)).toEqual([
      'acmepay:minute:con_acme',
      'acmepay:reports:con_acme',
    ]);
  });

  test('a bucket that every call of the connection draws from, even when the connector has no such limit', () => {
    for (const limits of [[], [aLimit({ scope: 'app' })], [aLimit({ appliesTo: 'named' })]]) {
      const drawn = drawsOf(aCall({ limits })).map(({ key }) => key);
      expect(penalisedBy(aCall({ limits })).some(({ key }) => drawn.includes(key))).toBe(true);
    }
  });
});
