import type { BreakerStore, BudgetStore } from '../../../src/platform/transport/index.ts';
import type { Sometimes } from '../goals.ts';

/** Budgets that tell when they make somebody wait. */
export function watchedBudgets(budgets: BudgetStore, sometimes: Sometimes): BudgetStore {
  return {
    async take(draws) {
      const taken = await budgets.take(draws);
      if (!taken.taken) sometimes.note('a budget makes a call wait');
      return taken;
    },
    empty: (buckets, for_ms) => budgets.empty(buckets, for_ms),
  };
}

/** Breakers that tell when one opens. */
export function watchedBreakers(breakers: BreakerStore, sometimes: Sometimes): BreakerStore {
  return {
    read: (key) => breakers.read(key),
    update: (key, step) =>
      breakers.update(key, (before, now) => {
        const after = step(before, now);
        if (before.openUntil === null && after.openUntil !== null) sometimes.note('a breaker opens');
        return after;
      }),
  };
}
