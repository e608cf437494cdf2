import fc from 'fast-check';
import { expect } from 'vitest';
import { property } from '../../../test/support/properties.ts';
import { bucketOf, type Draw } from './budget.ts';
import { aLimit } from './fixtures.ts';
import { ManualClock } from './manual-clock.ts';
import { memoryBudgets } from './memory.ts';

const limits = fc.record({ calls: fc.integer({ min: 1, max: 60 }), per_ms: fc.integer({ min: 500, max: 60_000 }) });
/** Shares of the window that pass before the next request. */
const pauses = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 0.2, noNaN: true })), {
  minLength: 1,
  maxLength: 150,
});

const drawOf = (limit: { readonly calls: number; readonly per_ms: number }, key = 'k', reserve = 0): Draw => ({
  ...bucketOf(aLimit(limit), key),
  reserve,
});

function mostInOneWindow(sent: readonly number[], window_ms: number): number {
  let most = 0;
  for (let first = 0, last = 0; last < sent.length; last += 1) {
    while (sent[last]! - sent[first]! >= window_ms) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

/** Instants at which requests got their token: at the moment they came, or after the wait they were told. */
async function sentAt(draw: Draw, per_ms: number, shares: readonly number[], patient: boolean): Promise<number[]> {
  const clock = new ManualClock({ now: 0 });
  const budgets = memoryBudgets(clock);
  const sent: number[] = [];
  for (const share of shares) {
    clock.advance(Math.floor(share * per_ms));
    // Tokens are counted in fractions: the last hair of one may take a wait of one more millisecond.
    for (let waits = 0; waits < (patient ? 3 : 1); waits += 1) {
      const result = await budgets.take([draw]);
      if (result.taken) {
        sent.push(clock.now());
        break;
      }
      if (patient) clock.advance(result.wait_ms);
    }
  }
  return sent;
}

property(
  'budget: no window of the documented length lets more than the limit through',
  [limits, pauses, fc.boolean()],
  async (limit, shares, patient) => {
    const sent = await sentAt(drawOf(limit), limit.per_ms, shares, patient);
    expect(mostInOneWindow(sent, limit.per_ms)).toBeLessThanOrEqual(limit.calls);
  },
);

property('budget: who waits as long as told gets a token', [limits, pauses], async (limit, shares) => {
  expect(await sentAt(drawOf(limit), limit.per_ms, shares, true)).toHaveLength(shares.length);
});

property(
  'budget: a call that finds one bucket empty takes from none',
  [limits, limits, fc.integer({ min: 1, max: 80 })],
  async (one, other, calls) => {
    const clock = new ManualClock({ now: 0 });
    const budgets = memoryBudgets(clock);
    const [a, b] = [drawOf(one, 'a'), drawOf(other, 'b')];
    let both = 0;
    for (let i = 0; i < calls; i += 1) if ((await budgets.take([a, b])).taken) both += 1;
    let left = 0;
    while (left <= 60 && (await budgets.take([a])).taken) left += 1;
    expect(both + left).toBe(a.capacity);
  },
);

property(
  'budget: after a 429 nothing is taken before its time, and something a moment after',
  [limits, fc.integer({ min: 1, max: 3_600_000 }), fc.double({ min: 0, max: 0.99, noNaN: true })],
  async (limit, for_ms, share) => {
    const clock = new ManualClock({ now: 0 });
    const budgets = memoryBudgets(clock);
    const draw = drawOf(limit);
    await budgets.empty([draw], for_ms);
    clock.advance(Math.floor(share * for_ms));
    const early = await budgets.take([draw]);
    expect(early.taken).toBe(false);
    clock.advance(for_ms + 1);
    expect((await budgets.take([draw])).taken).toBe(true);
  },
);

property(
  'budget: backfill leaves its reserve to live work',
  [limits, fc.integer({ min: 0, max: 10 })],
  async (limit, reserve) => {
    const clock = new ManualClock({ now: 0 });
    const budgets = memoryBudgets(clock);
    const backfill = drawOf(limit, 'k', Math.min(reserve, drawOf(limit).capacity - 1));
    while ((await budgets.take([backfill])).taken);
    for (let i = 0; i < backfill.reserve; i += 1)
      expect((await budgets.take([{ ...backfill, reserve: 0 }])).taken).toBe(true);
    expect((await budgets.take([{ ...backfill, reserve: 0 }])).taken).toBe(false);
  },
);
