import type { ConnectionId } from '../../kernel/ids.ts';
import { at, isApplied, nextState, rows, sql, type Tx } from '../../platform/store/index.ts';
import { CONNECTION_TABLE } from './states.ts';

/** Lets every connection of the tenant that is at work wait for its owner. Answers which ones. */
export async function parkAllConnections(tx: Tx, reason: string, now: number): Promise<readonly ConnectionId[]> {
  const parked = await rows(
    tx,
    sql<{ id: ConnectionId }>`
      with parked as (
        update connections set state = ${nextState(CONNECTION_TABLE, 'credential_refused')}, state_reason = ${reason}, updated_at = ${at(now)}
        where ${isApplied(CONNECTION_TABLE, 'credential_refused')} and state <> ${nextState(CONNECTION_TABLE, 'credential_refused')}
        returning id)
      select id from parked order by id`,
  );
  return parked.map(({ id }) => id);
}
