import type { ConnectionId } from '../../kernel/ids.ts';
import { firstRow, sql, type Tx } from '../../platform/store/index.ts';

/** What already waits for a connection's next turn. Counts. */
export interface WaitingCounts {
  readonly eventsReceived: number;
  /** Objects that are known to be read one by one. */
  readonly readsDue: number;
  readonly factsNew: number;
  /** Entries to be sent to this ledger. */
  readonly toPost: number;
}

export async function readWaiting(tx: Tx, id: ConnectionId): Promise<WaitingCounts> {
  const row = await firstRow(
    tx,
    sql<WaitingCounts>`
    select
      (select count(*)::int from events where connection_id = ${id} and state = 'received') as "eventsReceived",
      (select count(*)::int from reads_due where connection_id = ${id} and not_before < 'infinity') as "readsDue",
      (select count(*)::int from facts where connection_id = ${id} and state = 'new') as "factsNew",
      (select count(*)::int from postings where ledger_connection_id = ${id} and state in ('planned', 'sending', 'uncertain') and not held and wanted = 'live') as "toPost"`,
  );
  return row!;
}
