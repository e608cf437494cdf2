import type { ConnectionId, PairId, TenantId } from '../../kernel/ids.ts';
import { type Json, parseJson, writeJson } from '../../kernel/json.ts';
import { at, firstRow, rows, sql, type Tx } from '../../platform/store/index.ts';
import type { Connection, ConnectionState } from './connection.ts';

interface ConnectionRow {
  readonly id: ConnectionId;
  readonly tenant_id: TenantId;
  readonly provider: string;
  readonly role: 'source' | 'ledger';
  readonly account_id: string;
  readonly display_name: string;
  readonly environment: 'production' | 'sandbox';
  readonly base_url: string | null;
  readonly time_zone: string;
  readonly state: ConnectionState;
  readonly state_reason: string | null;
  readonly since: number;
}

const COLUMNS = sql`id, tenant_id, provider, role, account_id, display_name, environment, base_url, time_zone, state, state_reason, since`;

function toConnection(row: ConnectionRow): Connection {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    provider: row.provider,
    role: row.role,
    accountId: row.account_id,
    displayName: row.display_name,
    environment: row.environment,
    baseUrl: row.base_url,
    timeZone: row.time_zone,
    state: row.state,
    stateReason: row.state_reason,
    since: row.since,
  };
}

export async function listConnections(tx: Tx): Promise<Connection[]> {
  return (await rows(tx, sql<ConnectionRow>`select ${COLUMNS} from connections order by id`)).map(toConnection);
}

export async function findConnection(tx: Tx, id: ConnectionId): Promise<Connection | null> {
  const row = await firstRow(tx, sql<ConnectionRow>`select ${COLUMNS} from connections where id = ${id}`);
  return row && toConnection(row);
}

/** Inserts, or finds the connection that the same account had before and makes it active again. */
export async function saveConnection(tx: Tx, connection: Connection, now: number): Promise<Connection> {
  const row = await firstRow(
    tx,
    sql<ConnectionRow>`
    insert into connections (id, tenant_id, provider, role, account_id, display_name, environment, base_url, time_zone, state, since, created_at, updated_at)
    values (${connection.id}, ${connection.tenantId}, ${connection.provider}, ${connection.role}, ${connection.accountId}, ${connection.displayName},
      ${connection.environment}, ${connection.baseUrl}, ${connection.timeZone}, ${connection.state}, ${at(connection.since)}, ${at(now)}, ${at(now)})
    on conflict (tenant_id, provider, account_id, environment) do update
      set display_name = excluded.display_name, base_url = excluded.base_url, state = excluded.state, state_reason = null,
          since = least(connections.since, excluded.since), updated_at = excluded.updated_at
    returning ${COLUMNS}`,
  );
  return toConnection(row!);
}

export async function setConnectionState(
  tx: Tx,
  id: ConnectionId,
  state: ConnectionState,
  reason: string | null,
  now: number,
): Promise<boolean> {
  const row = await firstRow(
    tx,
    sql<{ id: string }>`
    update connections set state = ${state}, state_reason = ${reason}, updated_at = ${at(now)}
    where id = ${id} and (state <> ${state} or state_reason is distinct from ${reason}) returning id`,
  );
  return row !== null;
}

/** A source and its ledger. */
export interface Pair {
  readonly id: PairId;
  readonly tenantId: TenantId;
  readonly sourceId: ConnectionId;
  readonly ledgerId: ConnectionId;
  readonly settings: Json;
  readonly version: number;
}

interface PairRow {
  readonly id: PairId;
  readonly tenant_id: TenantId;
  readonly source_connection_id: ConnectionId;
  readonly ledger_connection_id: ConnectionId;
  readonly settings: string;
  readonly version: number;
}

function toPair(row: PairRow): Pair {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    sourceId: row.source_connection_id,
    ledgerId: row.ledger_connection_id,
    settings: parseJson(row.settings),
    version: row.version,
  };
}

export async function savePair(tx: Tx, pair: Omit<Pair, 'version'>, now: number): Promise<Pair> {
  const row = await firstRow(
    tx,
    sql<PairRow>`
    insert into pairs (id, tenant_id, source_connection_id, ledger_connection_id, settings, created_at)
    values (${pair.id}, ${pair.tenantId}, ${pair.sourceId}, ${pair.ledgerId}, ${writeJson(pair.settings)}, ${at(now)})
    on conflict (source_connection_id) do update
      set settings = excluded.settings, ledger_connection_id = excluded.ledger_connection_id,
          version = pairs.version + case when pairs.settings = excluded.settings then 0 else 1 end
    returning id, tenant_id, source_connection_id, ledger_connection_id, settings, version`,
  );
  return toPair(row!);
}

export async function listPairs(tx: Tx): Promise<Pair[]> {
  return (await rows(tx, sql<PairRow>`select * from pairs order by id`)).map(toPair);
}

export async function pairOfSource(tx: Tx, sourceId: ConnectionId): Promise<Pair | null> {
  const row = await firstRow(tx, sql<PairRow>`select * from pairs where source_connection_id = ${sourceId}`);
  return row && toPair(row);
}

export async function pairsOfLedger(tx: Tx, ledgerId: ConnectionId): Promise<Pair[]> {
  return (await rows(tx, sql<PairRow>`select * from pairs where ledger_connection_id = ${ledgerId} order by id`)).map(
    toPair,
  );
}

export interface EndpointRow {
  readonly id: string;
  readonly url: string;
  readonly registrationId: string | null;
}

export async function endpointOf(tx: Tx, connectionId: ConnectionId): Promise<EndpointRow | null> {
  return firstRow(
    tx,
    sql<EndpointRow>`select id, url, registration_id as "registrationId" from webhook_endpoints where connection_id = ${connectionId} order by created_at desc limit 1`,
  );
}
