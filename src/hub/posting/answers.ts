import type { CreateItem, ItemAnswer } from '../../connectors/sdk/index.ts';
import { type DeliveryCount, tally } from './count.ts';
import type { Sending, SettleAttempt } from './delivery-store.ts';
import type { DeliveryTurn, Filled } from './turn.ts';
import { accepted, failed } from './verdict.ts';

/** A call that was begun, and what the ledger said of its document. */
export interface Answered {
  readonly sending: Sending;
  readonly answer: ItemAnswer;
}

export function itemOf({ posting, document }: Filled, key: string): CreateItem {
  return { document, marking: { postingId: posting.id, number: posting.number, key } };
}

/** What an answer means for its posting. */
export function judge({ doors }: DeliveryTurn, { sending, answer }: Answered): SettleAttempt {
  const { posting, attemptId } = sending;
  const now = doors.clock.now();
  const settlement = answer.ok
    ? accepted(posting, answer.document, now)
    : failed(posting, answer.error, now, doors.random);
  return { posting, attemptId, settlement };
}

/** Writes what became of calls and look-ups, and counts it. */
export async function settle(
  turn: DeliveryTurn,
  results: readonly SettleAttempt[],
  count: DeliveryCount,
): Promise<void> {
  const { doors, store, lease } = turn;
  await store.settle(lease, results, doors.clock.now());
  for (const { settlement } of results) tally(count, settlement);
  if (results.some(({ settlement }) => settlement.document !== null)) turn.progress.made = true;
}
