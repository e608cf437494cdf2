import type { RecordRef, SourceRecord } from '../../connectors/sdk/index.ts';
import { sha256Hex } from '../../kernel/digest.ts';
import { CounterfoilError } from '../../kernel/errors.ts';
import type { TenantId } from '../../kernel/ids.ts';
import { parseJson, writeJson } from '../../kernel/json.ts';
import { stateAfter } from '../../kernel/state-table.ts';
import { holdsLease, type Lease } from '../../platform/engine/index.ts';
import {
  at,
  atOrNull,
  type Database,
  firstRow,
  isApplied,
  nextState,
  rows,
  sql,
  type Tx,
} from '../../platform/store/index.ts';
import { raiseAttention, resolveAttention } from '../audit/index.ts';
import type { Connection } from '../connections/index.ts';
import { EVENT_TABLE } from '../inbox/index.ts';
import { commitApart } from './commit-apart.ts';
import { commitFacts, type FactDoors } from './facts.pg.ts';
import { RUN_ENDS, SYNC_RUN_TABLE } from './states.ts';
import type { PageCommit, StreamState, SyncStore } from './store.ts';
import { newestOf, recordSubject } from './stored.ts';
import { refKey, type StoredRecord } from './understood.ts';

/** Runs `work` in the tenant's transaction, under proof of the lease. */
export function underLease<T>(database: Database, lease: Lease, work: (tx: Tx) => Promise<T>): Promise<T> {
  return database.tenant(lease.tenantId, async (tx) => {
    if (!(await holdsLease(tx, lease))) throw new CounterfoilError('engine.lease_lost');
    return work(tx);
  });
}

export function pgSyncStore(database: Database, doors: FactDoors): SyncStore {
  const read = <T>(connection: Connection, work: (tx: Tx) => Promise<T>) => database.tenant(connection.tenantId, work);
  return {
    streamStates: (connection) => read(connection, (tx) => streamStates(tx, connection)),
    oldestOpenAt: (connection, stream) => read(connection, (tx) => oldestOpenAt(tx, connection, stream)),
    dropCursor: (lease, stream) =>
      underLease(database, lease, async (tx) => {
        await sql`update checkpoints set cursor = null where connection_id = ${lease.connectionId} and stream = ${stream}`.execute(
          tx,
        );
      }),
    commitPage: (lease, page) => underLease(database, lease, (tx) => commitPage(tx, lease, page)),
    dueReads: (connection, limit, now) => read(connection, (tx) => dueReads(tx, connection, limit, now)),
    commitRead: (lease, commit) =>
      underLease(database, lease, async (tx) => {
        const changed = await saveRecords(tx, lease, commit.records, commit.readAt);
        await clearReads(tx, lease, [commit.ref], commit.readAt);
        await markReads(tx, lease, commit.follow, commit.readAt);
        return changed;
      }),
    failRead: (lease, ref, { problem, notBefore }, now) =>
      underLease(database, lease, async (tx) => {
        await failRead(tx, lease, ref, { problem, notBefore });
        if (notBefore === null) await showUnread(tx, doors, { lease, ref, problem, now });
      }),
    takeEvents: (lease, now) => underLease(database, lease, (tx) => takeEvents(tx, lease, now)),
    toNormalise: (connection, limit) => read(connection, (tx) => toNormalise(tx, connection, limit)),
    related: (connection, refs) => read(connection, (tx) => related(tx, connection, refs)),
    commitFacts: (lease, commits, now) =>
      commitApart(commits, (some) =>
        underLease(database, lease, (tx) => commitFacts(tx, doors, { lease, commits: some, now })),
      ),
    startRun: (lease, id, now) =>
      underLease(database, lease, async (tx) => {
        await endLostRun(tx, lease, now);
        await sql`insert into sync_runs (id, tenant_id, connection_id, state, started_at) values (${id}, ${lease.tenantId}, ${lease.connectionId}, ${stateAfter(SYNC_RUN_TABLE, 'absent', 'start')}, ${at(now)})`.execute(
          tx,
        );
      }),
    finishRun: (lease, id, result, now) =>
      underLease(database, lease, async (tx) => {
        const event = RUN_ENDS[result.state];
        await sql`
          update sync_runs set state = ${nextState(SYNC_RUN_TABLE, event)}, pages = ${result.pages}, records = ${result.records}, changed = ${result.changed},
            error_code = ${result.error?.code ?? null}, error_detail = ${result.error?.detail ?? null}, finished_at = ${at(now)}
          where id = ${id} and ${isApplied(SYNC_RUN_TABLE, event)}`.execute(tx);
      }),
  };
}

/** Each turn ends its run, so one that is still open is that of a worker that is gone: this turn holds the lease now. */
async function endLostRun(tx: Tx, { connectionId }: Lease, now: number): Promise<void> {
  await sql`
    update sync_runs set state = ${nextState(SYNC_RUN_TABLE, 'lose')}, error_code = 'engine.lease_lost', error_detail = 'The worker ended within its turn.',
      finished_at = ${at(now)}
    where id = (select id from sync_runs where connection_id = ${connectionId} and finished_at is null order by started_at desc limit 1) and ${isApplied(SYNC_RUN_TABLE, 'lose')}`.execute(
    tx,
  );
}

interface StateRow {
  readonly stream: string;
  readonly cursor: string | null;
  readonly checkpoint: string | null;
  readonly completed_at: number | null;
}

async function streamStates(tx: Tx, connection: Connection): Promise<StreamState[]> {
  const found = await rows(
    tx,
    sql<StateRow>`
    select stream, cursor, checkpoint, completed_at from checkpoints where connection_id = ${connection.id} order by stream`,
  );
  return found.map((row) => ({
    stream: row.stream,
    cursor: row.cursor === null ? null : parseJson(row.cursor),
    checkpoint: row.checkpoint === null ? null : parseJson(row.checkpoint),
    completedAt: row.completed_at,
  }));
}

async function oldestOpenAt(tx: Tx, connection: Connection, stream: string): Promise<number | null> {
  const row = await firstRow(
    tx,
    sql<{ opened: number | null }>`
    select min(opened_at) as opened from records where connection_id = ${connection.id} and stream = ${stream} and not settled`,
  );
  return row?.opened ?? null;
}

async function commitPage(tx: Tx, lease: Lease, page: PageCommit): Promise<number> {
  const changed = await saveRecords(tx, lease, page.records, page.readAt);
  await clearReads(tx, lease, page.records, page.readAt);
  await markReads(tx, lease, page.follow, page.readAt);
  const completed = page.cursor === null ? at(page.readAt) : null;
  await sql`
    insert into checkpoints (tenant_id, connection_id, stream, cursor, checkpoint, progress, completed_at, updated_at)
    values (${lease.tenantId}, ${lease.connectionId}, ${page.stream}, ${jsonOrNull(page.cursor)}, ${jsonOrNull(page.checkpoint)}, ${page.progress}, ${completed}, ${at(page.readAt)})
    on conflict (connection_id, stream) do update
      set cursor = excluded.cursor, checkpoint = excluded.checkpoint, progress = excluded.progress,
          completed_at = coalesce(excluded.completed_at, checkpoints.completed_at), updated_at = excluded.updated_at`.execute(
    tx,
  );
  return changed;
}

function jsonOrNull(value: PageCommit['cursor']): string | null {
  return value === null ? null : writeJson(value);
}

/**
 * The newest version wins; of two reads with the same version the later one does. Without versions the later write is
 * the later reading, whatever two clocks say, because readings of a connection follow each other under its lease.
 * Answers how many changed: what is the same as before is not written again.
 */
async function saveRecords(tx: Tx, lease: Lease, records: readonly SourceRecord[], readAt: number): Promise<number> {
  const unique = newestOf(records, readAt);
  if (unique.length === 0) return 0;
  const bodies = unique.map((record) => writeJson(record.body));
  const changed = await rows(
    tx,
    sql<{ stream: string; external_id: string }>`
    insert into records (tenant_id, connection_id, stream, external_id, version, settled, deleted, opened_at, body, body_sha256, read_at)
    select ${lease.tenantId}, ${lease.connectionId}, * from unnest(
      ${unique.map((one) => one.stream)}::text[], ${unique.map((one) => one.externalId)}::text[], ${unique.map((one) => String(one.version ?? readAt))}::bigint[],
      ${unique.map((one) => one.settled)}::boolean[], ${unique.map((one) => one.deleted)}::boolean[], ${unique.map((one) => atOrNull(one.createdAt))}::timestamptz[],
      ${bodies}::text[], ${bodies.map((body) => sha256Hex(body))}::text[], ${unique.map(() => at(readAt))}::timestamptz[])
    on conflict (connection_id, stream, external_id) do update
      set version = greatest(records.version, excluded.version), settled = excluded.settled, deleted = excluded.deleted, body = excluded.body, body_sha256 = excluded.body_sha256,
          read_at = excluded.read_at, normalised = records.normalised and records.body_sha256 = excluded.body_sha256 and records.deleted = excluded.deleted
      where (records.version <= excluded.version or excluded.version = ${readAt}::bigint)
        and (records.body_sha256 <> excluded.body_sha256 or records.deleted <> excluded.deleted or records.settled <> excluded.settled
          or (records.version < excluded.version and excluded.version <> ${readAt}::bigint))
    returning stream, external_id`,
  );
  await saveAliases(tx, lease, unique);
  await reopenDependants(tx, lease, unique);
  return changed.length;
}

async function saveAliases(tx: Tx, lease: Lease, records: readonly SourceRecord[]): Promise<void> {
  const aliases = records.flatMap((record) => record.aliases.map((alias) => ({ ...record, alias })));
  if (aliases.length === 0) return;
  await sql`
    insert into record_aliases (tenant_id, connection_id, stream, alias, external_id)
    select ${lease.tenantId}, ${lease.connectionId}, * from unnest(
      ${aliases.map((one) => one.stream)}::text[], ${aliases.map((one) => one.alias)}::text[], ${aliases.map((one) => one.externalId)}::text[])
    on conflict do nothing`.execute(tx);
}

/** Records that were waiting for these are understood anew. */
async function reopenDependants(tx: Tx, lease: Lease, records: readonly SourceRecord[]): Promise<void> {
  const names = records.flatMap((record) =>
    [record.externalId, ...record.aliases].map((id) => ({ stream: record.stream, id })),
  );
  await sql`
    with arrived as (select * from unnest(${names.map((one) => one.stream)}::text[], ${names.map((one) => one.id)}::text[]) as t(stream, id)),
    waiting as (
      delete from record_waits w using arrived a
      where w.connection_id = ${lease.connectionId} and w.needs_stream = a.stream and w.needs_id = a.id returning w.stream, w.external_id)
    update records r set normalised = false from waiting w
    where r.connection_id = ${lease.connectionId} and r.stream = w.stream and r.external_id = w.external_id`.execute(
    tx,
  );
}

/** An object that was read, alone or with a list, is not due any more; one that had been given up is found again. */
async function clearReads(tx: Tx, lease: Lease, refs: readonly RecordRef[], now: number): Promise<void> {
  if (refs.length === 0) return;
  const cleared = await rows(
    tx,
    sql<RecordRef & { isGivenUp: boolean }>`
    delete from reads_due d using unnest(${refs.map((one) => one.stream)}::text[], ${refs.map((one) => one.externalId)}::text[]) as seen(stream, id)
    where d.connection_id = ${lease.connectionId} and d.stream = seen.stream and d.external_id = seen.id
    returning d.stream, d.external_id as "externalId", d.not_before = 'infinity' as "isGivenUp"`,
  );
  const found = cleared.filter(({ isGivenUp }) => isGivenUp).map((ref) => recordSubject(lease.connectionId, ref));
  await resolveAttention(tx, found, now);
}

interface Unread {
  readonly lease: Lease;
  readonly ref: RecordRef;
  readonly problem: string;
  readonly now: number;
}

async function showUnread(tx: Tx, { makeId }: FactDoors, { lease, ref, problem, now }: Unread): Promise<void> {
  const { tenantId, connectionId } = lease;
  const subject = recordSubject(connectionId, ref);
  await raiseAttention(
    tx,
    { tenantId, connectionId, code: 'record.unreadable', subject, detail: problem },
    makeId,
    now,
  );
}

async function markReads(tx: Tx, lease: Lease, refs: readonly RecordRef[], now: number): Promise<void> {
  const unique = [...new Map(refs.map((ref) => [refKey(ref), ref])).values()];
  if (unique.length === 0) return;
  await sql`
    insert into reads_due (tenant_id, connection_id, stream, external_id, marked_at, not_before)
    select ${lease.tenantId}, ${lease.connectionId}, stream, id, ${at(now)}, ${at(now)}
    from unnest(${unique.map((one) => one.stream)}::text[], ${unique.map((one) => one.externalId)}::text[]) as due(stream, id)
    on conflict (connection_id, stream, external_id) do update set marked_at = excluded.marked_at, not_before = excluded.not_before, attempts = 0, problem = null`.execute(
    tx,
  );
}

async function dueReads(
  tx: Tx,
  connection: Connection,
  limit: number,
  now: number,
): Promise<(RecordRef & { attempts: number })[]> {
  return rows(
    tx,
    sql<RecordRef & { attempts: number }>`
    select stream, external_id as "externalId", attempts from reads_due
    where connection_id = ${connection.id} and not_before <= ${at(now)} order by marked_at, stream, external_id limit ${limit}`,
  );
}

async function failRead(
  tx: Tx,
  lease: Lease,
  ref: RecordRef,
  failure: { problem: string; notBefore: number | null },
): Promise<void> {
  // Given up: far in the future, with its problem, so that it is seen and a later event can bring it back.
  const notBefore =
    failure.notBefore === null ? sql`'infinity'::timestamptz` : sql`${at(failure.notBefore)}::timestamptz`;
  await sql`
    update reads_due set attempts = attempts + 1, problem = ${failure.problem}, not_before = ${notBefore}
    where connection_id = ${lease.connectionId} and stream = ${ref.stream} and external_id = ${ref.externalId}`.execute(
    tx,
  );
}

async function takeEvents(tx: Tx, lease: Lease, now: number): Promise<{ taken: number; wakes: string[] }> {
  const taken = await rows(
    tx,
    sql<{ touches: string; wakes: string }>`
    update events set state = ${nextState(EVENT_TABLE, 'finish')}, settled_at = ${at(now)}
    where connection_id = ${lease.connectionId} and state = 'received' and ${isApplied(EVENT_TABLE, 'finish')} returning touches, wakes`,
  );
  const touches = taken.flatMap((event) => parseJson(event.touches) as unknown as RecordRef[]);
  await markReads(tx, lease, touches, now);
  const wakes = new Set(taken.flatMap((event) => parseJson(event.wakes) as string[]));
  return { taken: taken.length, wakes: [...wakes].sort() };
}

interface RecordRow {
  readonly stream: string;
  readonly external_id: string;
  readonly version: bigint;
  readonly settled: boolean;
  readonly deleted: boolean;
  readonly opened_at: number | null;
  readonly body: string;
  readonly body_sha256: string;
}

function toRecord(row: RecordRow): StoredRecord {
  return {
    stream: row.stream,
    externalId: row.external_id,
    version: Number(row.version),
    aliases: [],
    settled: row.settled,
    deleted: row.deleted,
    createdAt: row.opened_at,
    body: parseJson(row.body),
    bodySha256: row.body_sha256,
  };
}

const RECORD_COLUMNS = sql`stream, external_id, version, settled, deleted, opened_at, body, body_sha256`;

async function toNormalise(tx: Tx, connection: Connection, limit: number): Promise<StoredRecord[]> {
  const found = await rows(
    tx,
    sql<RecordRow>`
    select ${RECORD_COLUMNS} from records where connection_id = ${connection.id} and not normalised
    order by opened_at nulls last, stream, external_id limit ${limit}`,
  );
  return found.map(toRecord);
}

async function related(tx: Tx, connection: Connection, refs: readonly RecordRef[]): Promise<Map<string, SourceRecord>> {
  const found = new Map<string, SourceRecord>();
  if (refs.length === 0) return found;
  const byName = await rows(
    tx,
    sql<RecordRow & { asked: string }>`
    with asked as (select distinct * from unnest(${refs.map((one) => one.stream)}::text[], ${refs.map((one) => one.externalId)}::text[]) as t(stream, id)),
    named as (
      select a.stream, a.id as asked, a.id as external_id from asked a
      union all
      select a.stream, a.id, l.external_id from asked a join record_aliases l on l.connection_id = ${connection.id} and l.stream = a.stream and l.alias = a.id)
    select n.asked, r.stream, r.external_id, r.version, r.settled, r.deleted, r.opened_at, r.body, r.body_sha256
    from named n join records r on r.connection_id = ${connection.id} and r.stream = n.stream and r.external_id = n.external_id
    order by r.opened_at, r.external_id`,
  );
  for (const row of byName) found.set(refKey({ stream: row.stream, externalId: row.asked }), toRecord(row));
  return found;
}

/** Progress of each stream, for people. */
export async function streamProgress(
  database: Database,
  tenantId: TenantId,
  connectionId: string,
): Promise<readonly { stream: string; progress: number | null; reading: boolean; completedAt: number | null }[]> {
  return database.tenant(tenantId, (tx) =>
    rows(
      tx,
      sql<{ stream: string; progress: number | null; reading: boolean; completedAt: number | null }>`
    select stream, progress, cursor is not null as reading, completed_at as "completedAt" from checkpoints where connection_id = ${connectionId} order by stream`,
    ),
  );
}
