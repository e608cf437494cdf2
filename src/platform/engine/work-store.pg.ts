import type { ConnectionId, TenantId } from '../../kernel/ids.ts';
import { at, type Database, firstRow, rows, sql, type Tx } from '../store/index.ts';
import {
  type ClaimOneRequest,
  type ClaimRequest,
  type Lease,
  type NextTurn,
  PRIORITY,
  type WorkStore,
} from './port.ts';

interface LeaseRow {
  readonly connection_id: ConnectionId;
  readonly tenant_id: TenantId;
  readonly fence: bigint;
  readonly wakes: bigint;
  readonly failures: number;
  readonly unfinished: boolean;
}

export function pgWorkStore(database: Database): WorkStore {
  return {
    add: addWork,
    claim: (request) => database.engine((tx) => claim(tx, request)),
    claimOne: (request) => database.engine((tx) => claimOne(tx, request)),
    extend: (leases, until) => database.engine((tx) => extend(tx, leases, until)),
    release: (lease, next) => database.engine((tx) => release(tx, lease, next)),
    nextDue: (now) => database.engine((tx) => nextDue(tx, now)),
  };
}

/** Makes a connection known to the engine, inside the transaction that makes it; due at once. */
export async function addWork(tx: Tx, tenantId: TenantId, connectionId: ConnectionId, now: number): Promise<void> {
  await sql`
    insert into work (connection_id, tenant_id, priority, due_at) values (${connectionId}, ${tenantId}, ${PRIORITY.live}, ${at(now)})
    on conflict (connection_id) do nothing`.execute(tx);
  await wake(tx, connectionId, now);
}

/**
 * Tells the engine, inside the caller's own transaction, that a connection has work: when the caller rolls back there
 * is no wake, when it commits there is one. Locks nothing.
 */
export async function wake(
  tx: Tx,
  connectionId: ConnectionId,
  now: number,
  priority: number = PRIORITY.live,
): Promise<void> {
  await sql`
    insert into work_wakes (tenant_id, connection_id, due_at, priority)
    select tenant_id, id, ${at(now)}::timestamptz, ${priority}::int from connections where id = ${connectionId}`.execute(
    tx,
  );
}

/**
 * Proves, inside the transaction of a write, that the lease still holds, and keeps it from being taken over until the
 * transaction ends. False when another worker has the connection.
 */
export async function holdsLease(tx: Tx, lease: Lease): Promise<boolean> {
  const row = await firstRow(
    tx,
    sql<{ held: boolean }>`
    select true as held from work where connection_id = ${lease.connectionId} and fence = ${lease.fence} for share`,
  );
  return row !== null;
}

/**
 * Takes the wakes that came since: they make their connections due, also those that are being worked on. One that is
 * in the middle of a transaction keeps its wakes for the next claim: nobody else's work waits for it.
 */
async function takeWakes(tx: Tx): Promise<void> {
  await sql`
    with free as (
      select connection_id from work where connection_id in (select connection_id from work_wakes)
      for no key update skip locked),
    taken as (
      delete from work_wakes
      where connection_id in (select connection_id from free) or connection_id not in (select connection_id from work)
      returning connection_id, due_at, priority),
    sums as (select connection_id, min(due_at) as due_at, min(priority) as priority, count(*) as wakes from taken group by connection_id)
    update work w set due_at = least(w.due_at, s.due_at), priority = least(w.priority, s.priority), wakes = w.wakes + s.wakes
    from sums s where w.connection_id = s.connection_id`.execute(tx);
}

async function claim(tx: Tx, { owner, now, limit, lease_ms, held }: ClaimRequest): Promise<Lease[]> {
  await takeWakes(tx);
  const lost = held === undefined ? sql`false` : sql`owner = ${owner} and connection_id <> all(${held}::text[])`;
  const claimed = await rows(
    tx,
    sql<LeaseRow>`
    update work set owner = ${owner}, fence = fence + 1, leased_until = ${at(now + lease_ms)}
    where connection_id in (
      select connection_id from work
      where due_at <= ${at(now)} and (leased_until is null or leased_until <= ${at(now)} or (${lost}))
      order by priority, due_at, connection_id limit ${limit} for update skip locked)
    returning connection_id, tenant_id, fence, wakes, failures, unfinished_fence is not distinct from fence - 1 as unfinished`,
  );
  return claimed.map(toLease).sort((a, b) => (a.connectionId < b.connectionId ? -1 : 1));
}

async function claimOne(tx: Tx, { connectionId, owner, now, lease_ms }: ClaimOneRequest): Promise<Lease | null> {
  const row = await firstRow(
    tx,
    sql<LeaseRow>`
    update work set owner = ${owner}, fence = fence + 1, leased_until = ${at(now + lease_ms)}
    where connection_id = ${connectionId} and (leased_until is null or leased_until <= ${at(now)})
    returning connection_id, tenant_id, fence, wakes, failures, false as unfinished`,
  );
  return row && toLease(row);
}

/** One in the middle of a transaction cannot be taken over by anybody: it counts as held and waits for the next beat. */
async function extend(tx: Tx, leases: readonly Lease[], until: number): Promise<Lease[]> {
  if (leases.length === 0) return [];
  const kept = await rows(
    tx,
    sql<{ connection_id: string }>`
    with held as (
      select id, fence from unnest(${leases.map((one) => one.connectionId)}::text[], ${leases.map((one) => one.fence.toString())}::bigint[]) as held(id, fence)),
    kept as (
      select w.connection_id from work w join held on w.connection_id = held.id and w.fence = held.fence where w.owner is not null),
    free as (
      select w.connection_id from work w join held on w.connection_id = held.id and w.fence = held.fence where w.owner is not null
      for no key update of w skip locked),
    extended as (
      update work set leased_until = ${at(until)} where connection_id in (select connection_id from free))
    select connection_id from kept order by connection_id`,
  );
  const still = new Set(kept.map((row) => row.connection_id));
  return leases.filter((lease) => still.has(lease.connectionId));
}

async function release(tx: Tx, lease: Lease, next: NextTurn): Promise<void> {
  // A wake that came during the turn wins over the turn's own plan.
  await sql`
    update work set owner = null, leased_until = null, failures = ${next.failures},
      unfinished_fence = ${next.unfinished === true ? lease.fence : null}::bigint,
      due_at = case when wakes > ${lease.wakes} then least(due_at, ${at(next.dueAt)}::timestamptz) else ${at(next.dueAt)}::timestamptz end,
      priority = case when wakes > ${lease.wakes} then least(priority, ${next.priority}) else ${next.priority} end
    where connection_id = ${lease.connectionId} and fence = ${lease.fence}`.execute(tx);
}

async function nextDue(tx: Tx, now: number): Promise<number | null> {
  const row = await firstRow(
    tx,
    sql<{ due: number | null }>`
    select min(greatest(due_at, coalesce(leased_until, due_at))) as due from work`,
  );
  return row?.due == null ? null : Math.max(0, row.due - now);
}

function toLease(row: LeaseRow): Lease {
  return {
    connectionId: row.connection_id,
    tenantId: row.tenant_id,
    fence: row.fence,
    wakes: row.wakes,
    failures: row.failures,
    unfinished: row.unfinished,
  };
}
