import type { PostingState } from '../posting/index.ts';

/**
 * How a stopped entry gets going again.
 *
 * - `replan`: the planner decides anew; the hold stays until it has.
 * - `reopen`: as `replan`, for one that the ledger refused.
 * - `lift`: it is sent again as it is, because an earlier send still counts, or because it waits to be removed.
 */
export type RetryWay = 'replan' | 'reopen' | 'lift';

/** Holds of the planner: only it may lift them. A hold that delivery gave up with is none of them. */
const DELIVERY_HOLDS = ['posting.gave_up'];

export function retryWay({
  state,
  code,
  hadUnknownOutcome,
}: {
  readonly state: PostingState;
  readonly code: string | null;
  readonly hadUnknownOutcome: boolean;
}): RetryWay {
  if (state === 'posted') return 'lift';
  if (state === 'dead') return hadUnknownOutcome ? 'lift' : 'reopen';
  const byPlanner = code?.startsWith('posting.') === true && !DELIVERY_HOLDS.includes(code);
  return hadUnknownOutcome && !byPlanner ? 'lift' : 'replan';
}
