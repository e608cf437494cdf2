import type { DeliveryId } from '../../kernel/ids.ts';
import { at, change, isApplied, nextState, sql, type Tx } from '../../platform/store/index.ts';
import { DELIVERY_TABLE, type InboxEvent } from './states.ts';

export type Settlement = Extract<InboxEvent, 'finish' | 'leave_out' | 'fail'>;

/** Writes what became of a delivery; false when its state does not allow it, and nothing changed. */
export async function settleDelivery(
  tx: Tx,
  id: DeliveryId,
  event: Settlement,
  reason: string | null,
  now: number,
): Promise<boolean> {
  const settled = await change(
    tx,
    sql`
    update deliveries set state = ${nextState(DELIVERY_TABLE, event)}, reason = ${reason}, settled_at = ${at(now)}
    where id = ${id} and ${isApplied(DELIVERY_TABLE, event)}`,
  );
  return settled > 0;
}
