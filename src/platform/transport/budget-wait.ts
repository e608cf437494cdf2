import type { Clock } from '../../kernel/clock.ts';
import { CounterfoilError } from '../../kernel/errors.ts';
import type { Random } from '../../kernel/random.ts';
import type { BudgetStore, Draw } from './budget.ts';

/** A call waits this long for its budget; what takes longer gives its worker free and comes again. */
export const MAX_BUDGET_WAIT_MS = 10_000;
/** Calls that wait for the same token wake up this far apart, so that they do not all try at once. */
const WAKE_SPREAD_MS = 50;

export interface BudgetWait {
  readonly clock: Pick<Clock, 'sleep'>;
  readonly random: Pick<Random, 'fraction'>;
  readonly budgets: BudgetStore;
}

/**
 * Takes the draws, waiting up to {@link MAX_BUDGET_WAIT_MS}; answers the time waited. Throws `provider.budget_spent`
 * with the time to wait when that is not enough, or the signal's reason.
 */
export async function takeOrWait(
  { clock, random, budgets }: BudgetWait,
  draws: readonly Draw[],
  callName: string,
  signal: AbortSignal,
): Promise<number> {
  let waited_ms = 0;
  for (;;) {
    const result = await budgets.take(draws);
    if (result.taken) return waited_ms;
    if (waited_ms + result.wait_ms > MAX_BUDGET_WAIT_MS) {
      throw new CounterfoilError('provider.budget_spent', {
        detail: `${callName}: the rate budget is spent.`,
        retryAfter_ms: result.wait_ms,
      });
    }
    const pause_ms = result.wait_ms + Math.floor(random.fraction() * WAKE_SPREAD_MS);
    await clock.sleep(pause_ms, signal);
    waited_ms += pause_ms;
  }
}
