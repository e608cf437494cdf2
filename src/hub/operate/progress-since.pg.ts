import type { ConnectionId } from '../../kernel/ids.ts';
import { at, firstRow, rows, sql, type Tx } from '../../platform/store/index.ts';

/** What happened since an instant. Counts. */
export interface ProgressSince {
  /** Objects read from sources; one that was read twice counts twice. */
  readonly read: number;
  /** Of these, new or changed. */
  readonly changed: number;
  readonly planned: number;
  readonly posted: number;
  /** Found in the ledger by their marker instead of being posted again. */
  readonly alreadyThere: number;
}

/** A connection whose work was broken off by an error. */
export interface BrokenWork {
  readonly connectionId: ConnectionId;
  readonly displayName: string;
  readonly code: string;
  readonly detail: string;
}

/** `ids` null: of every connection. */
export async function readProgress(tx: Tx, since: number, ids: readonly ConnectionId[] | null): Promise<ProgressSince> {
  const row = await firstRow(
    tx,
    sql<ProgressSince>`
    select
      (select coalesce(sum(records), 0)::int from sync_runs where started_at >= ${at(since)} and ${among('connection_id', ids)}) as read,
      (select coalesce(sum(changed), 0)::int from sync_runs where started_at >= ${at(since)} and ${among('connection_id', ids)}) as changed,
      (select count(*)::int from postings where planned_at >= ${at(since)} and ${among('ledger_connection_id', ids)}) as planned,
      (select count(*)::int from postings where posted_at >= ${at(since)} and not adopted and ${among('ledger_connection_id', ids)}) as posted,
      (select count(*)::int from postings where posted_at >= ${at(since)} and adopted and ${among('ledger_connection_id', ids)}) as "alreadyThere"`,
  );
  return row!;
}

export function readBrokenRuns(tx: Tx, since: number, ids: readonly ConnectionId[] | null): Promise<BrokenWork[]> {
  return rows(
    tx,
    sql<BrokenWork>`
    select r.connection_id as "connectionId", c.display_name as "displayName", r.error_code as code, coalesce(r.error_detail, '') as detail
    from (select distinct on (connection_id) connection_id, state, error_code, error_detail from sync_runs
      where started_at >= ${at(since)} and ${among('connection_id', ids)} order by connection_id, id desc) r
    join connections c on c.id = r.connection_id where r.state = 'stopped' and r.error_code is not null order by r.connection_id`,
  );
}

/** Connections whose last turn ended in an error. */
export async function readFailing(tx: Tx, ids: readonly ConnectionId[] | null): Promise<ConnectionId[]> {
  const found = await rows(
    tx,
    sql<{ id: ConnectionId }>`
    select connection_id as id from work where failures > 0 and ${among('connection_id', ids)} order by connection_id`,
  );
  return found.map(({ id }) => id);
}

/** Entries that will be tried again by themselves, by the reason of the last try. */
export interface Retrying {
  readonly code: string;
  readonly count: number;
}

export function readRetrying(tx: Tx, ids: readonly ConnectionId[] | null): Promise<Retrying[]> {
  return rows(
    tx,
    sql<Retrying>`
    select reason_code as code, count(*)::int as count from postings
    where state in ('planned', 'sending', 'uncertain') and not held and reason_code is not null and ${among('ledger_connection_id', ids)}
    group by reason_code order by count(*) desc, reason_code`,
  );
}

function among(column: string, ids: readonly ConnectionId[] | null) {
  return ids === null ? sql`true` : sql`${sql.ref(column)} = any(${[...ids]}::text[])`;
}
