import type { ConnectionId, TenantId } from '../../kernel/ids.ts';
import { type Database, rows, sql, type Tx } from '../../platform/store/index.ts';
import { type Page, type PageRequest, rowsToRead, sortOf, toPage, when, whereAll } from '../audit/index.ts';
import type { Connection } from '../connections/index.ts';

/** A connection and how its work goes. */
export interface ListedConnection {
  readonly id: ConnectionId;
  readonly provider: string;
  readonly role: Connection['role'];
  readonly accountId: string;
  readonly displayName: string;
  readonly environment: Connection['environment'];
  readonly state: Connection['state'];
  readonly stateReason: string | null;
  /** Nothing older is read. */
  readonly since: number;
  readonly createdAt: number;
  /** When a source was last read to its end, or a ledger last told its terms; null before that. */
  readonly lastReadAt: number | null;
  /** The newest sync run of a source. */
  readonly lastSync: ListedSync | null;
  /** When it is looked at next; in the past while it waits for a worker or has one. */
  readonly nextTurnAt: number | null;
  /** Turns in a row that ended in an error. */
  readonly failures: number;
}

export interface ListedSync {
  readonly id: string;
  readonly state: string;
  readonly records: number;
  readonly changed: number;
  readonly errorCode: string | null;
  readonly errorDetail: string | null;
  readonly startedAt: number;
  readonly finishedAt: number | null;
}

export interface ConnectionPosition {
  readonly id: string;
}

/** Reading the connections of one tenant. */
export interface ConnectionList {
  /** In the order in which they were made. */
  list(
    tenantId: TenantId,
    request: PageRequest<ConnectionPosition>,
  ): Promise<Page<ListedConnection, ConnectionPosition>>;
}

export function pgConnectionList(database: Database): ConnectionList {
  return { list: (tenantId, request) => database.tenant(tenantId, (tx) => list(tx, request)) };
}

interface Row extends Omit<ListedConnection, 'lastSync'> {
  readonly syncId: string | null;
  readonly syncState: string;
  readonly syncRecords: number;
  readonly syncChanged: number;
  readonly syncErrorCode: string | null;
  readonly syncErrorDetail: string | null;
  readonly syncStartedAt: number;
  readonly syncFinishedAt: number | null;
}

async function list(
  tx: Tx,
  request: PageRequest<ConnectionPosition>,
): Promise<Page<ListedConnection, ConnectionPosition>> {
  const { direction, beyond } = sortOf(request.order);
  const found = await rows(
    tx,
    sql<Row>`
    select c.id, c.provider, c.role, c.account_id as "accountId", c.display_name as "displayName", c.environment, c.state,
      c.state_reason as "stateReason", c.since, c.created_at as "createdAt", coalesce(done.finished_at, company.read_at) as "lastReadAt",
      work.due_at as "nextTurnAt", coalesce(work.failures, 0) as failures,
      run.id as "syncId", run.state as "syncState", run.records as "syncRecords", run.changed as "syncChanged", run.error_code as "syncErrorCode",
      run.error_detail as "syncErrorDetail", run.started_at as "syncStartedAt", run.finished_at as "syncFinishedAt"
    from connections c
    left join work on work.connection_id = c.id
    left join ledger_companies company on company.connection_id = c.id
    left join lateral (select * from sync_runs where connection_id = c.id order by id desc limit 1) run on true
    left join lateral (
      select finished_at from sync_runs where connection_id = c.id and state = 'done' order by id desc limit 1) done on true
    ${whereAll(when(request.after, ({ id }) => sql`c.id ${beyond} ${id}`))}
    order by c.id ${direction} limit ${rowsToRead(request)}`,
  );
  return toPage(found.map(toListed), request, ({ id }) => ({ id }));
}

function toListed(row: Row): ListedConnection {
  const { syncId, syncState, syncRecords, syncChanged, syncErrorCode, syncErrorDetail, ...others } = row;
  const { syncStartedAt, syncFinishedAt, ...connection } = others;
  if (syncId === null) return { ...connection, lastSync: null };
  return {
    ...connection,
    lastSync: {
      id: syncId,
      state: syncState,
      records: syncRecords,
      changed: syncChanged,
      errorCode: syncErrorCode,
      errorDetail: syncErrorDetail,
      startedAt: syncStartedAt,
      finishedAt: syncFinishedAt,
    },
  };
}
