import { describe, expect, test } from 'vitest';
import type { BudgetStore, TakeResult } from './budget.ts';
import { MAX_BUDGET_WAIT_MS, takeOrWait } from './budget-wait.ts';
import { ManualClock } from './manual-clock.ts';

function storeAnswering(...waits: number[]): BudgetStore {
  const results: TakeResult[] = waits.map((wait_ms) => ({ taken: false, wait_ms }));
  return { take: async () => results.shift() ?? { taken: true }, empty: async () => {} };
}

const clock = () => new ManualClock({ skipsSleep: true });
const never = new AbortController().signal;

describe('waiting for a budget', () => {
  test('takes no time when there are tokens', async () => {
    const doors = { clock: clock(), random: { fraction: () => 0 }, budgets: storeAnswering() };
    await expect(takeOrWait(doors, [], 'GET /x', never)).resolves.toBe(0);
    expect(doors.clock.slept).toEqual([]);
  });

  test('lasts as long as the store says, spread a little, again and again until it succeeds', async () => {
    const doors = { clock: clock(), random: { fraction: () => 0.5 }, budgets: storeAnswering(1_000, 200) };
    await expect(takeOrWait(doors, [], 'GET /x', never)).resolves.toBe(1_250);
    expect(doors.clock.slept).toEqual([1_025, 225]);
  });

  test('may use the whole time allowed', async () => {
    const doors = { clock: clock(), random: { fraction: () => 0 }, budgets: storeAnswering(MAX_BUDGET_WAIT_MS) };
    await expect(takeOrWait(doors, [], 'GET /x', never)).resolves.toBe(MAX_BUDGET_WAIT_MS);
  });

  test('is refused at once when it would take longer, with the time to come back', async () => {
    const doors = { clock: clock(), random: { fraction: () => 0 }, budgets: storeAnswering(MAX_BUDGET_WAIT_MS + 1) };
    await expect(takeOrWait(doors, [], 'GET /x', never)).rejects.toMatchObject({
      code: 'provider.budget_spent',
      outcome: 'not_applied',
      retryAfter_ms: MAX_BUDGET_WAIT_MS + 1,
    });
    expect(doors.clock.slept).toEqual([]);
  });

  test('is given up when several waits together take too long', async () => {
    const doors = { clock: clock(), random: { fraction: () => 0 }, budgets: storeAnswering(6_000, 6_000) };
    await expect(takeOrWait(doors, [], 'GET /x', never)).rejects.toMatchObject({ retryAfter_ms: 6_000 });
  });

  test('ends when the caller stops', async () => {
    const controller = new AbortController();
    const doors = { clock: new ManualClock(), random: { fraction: () => 0 }, budgets: storeAnswering(5_000) };
    const waiting = takeOrWait(doors, [], 'GET /x', controller.signal);
    controller.abort(new Error('shutting down'));
    await expect(waiting).rejects.toThrow('shutting down');
  });
});
