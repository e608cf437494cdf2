import type { ConnectionId } from '../../kernel/ids.ts';
import { firstRow, rows, sql, type Tx } from '../../platform/store/index.ts';

/** What a database role could do beyond its task. */
export interface RoleStanding {
  readonly role: string;
  /** Sees every tenant, whatever the policies say. */
  readonly bypasses: boolean;
}

/** The role of this transaction. */
export async function readRole(tx: Tx): Promise<RoleStanding> {
  const row = await firstRow(
    tx,
    sql<RoleStanding>`select rolname as role, rolsuper or rolbypassrls as bypasses from pg_roles where rolname = current_user`,
  );
  return row ?? { role: 'unknown', bypasses: true };
}

export interface ServerFacts {
  /** Such as 180004. */
  readonly versionNumber: number;
  /** By the database's clock, ms. */
  readonly now: number;
}

export async function readServer(tx: Tx): Promise<ServerFacts> {
  const row = await firstRow(
    tx,
    sql<ServerFacts>`select current_setting('server_version_num')::int as "versionNumber", clock_timestamp() as now`,
  );
  return row!;
}

/** Tables that hold tenants' data and are open to a role that sets another tenant. */
export async function readOpenTables(tx: Tx): Promise<readonly string[]> {
  const found = await rows(
    tx,
    sql<{ name: string }>`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind = 'r' and not (c.relrowsecurity and c.relforcerowsecurity)
      and exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped)
    order by c.relname`,
  );
  return found.map(({ name }) => name);
}

/** How a connection's work goes. */
export interface WorkStanding {
  readonly connectionId: ConnectionId;
  readonly dueAt: number;
  /** Turns in a row that ended in an error. */
  readonly failures: number;
  readonly isHeld: boolean;
  /** A source has a ledger, a ledger has a source. */
  readonly isPaired: boolean;
}

export function readWork(tx: Tx): Promise<WorkStanding[]> {
  return rows(
    tx,
    sql<WorkStanding>`
    select w.connection_id as "connectionId", least(w.due_at, (select min(k.due_at) from work_wakes k where k.connection_id = w.connection_id)) as "dueAt", w.failures, w.owner is not null as "isHeld",
      exists (select 1 from pairs p where w.connection_id in (p.source_connection_id, p.ledger_connection_id)) as "isPaired"
    from work w order by w.connection_id`,
  );
}

export async function countAttention(tx: Tx): Promise<number> {
  const row = await firstRow(
    tx,
    sql<{ count: number }>`select count(*)::int as count from attention_items where resolved_at is null`,
  );
  return row!.count;
}
