import type { ConnectionId, TenantId } from '../../../kernel/ids.ts';
import { at, change, type Database, firstRow, sql, type Tx } from '../../../platform/store/index.ts';
import { recordSecurityEvent } from '../../audit/index.ts';
import type { StoreDoors } from '../store.pg.ts';
import { FLOW_KEPT_MS, type Flow, type FlowId, MAX_OPEN_FLOWS, type NewFlow } from './flow.ts';
import { eraseFlowSecrets, keepFlowSecret, openFlowSecret } from './flow-secrets.pg.ts';
import type { FlowStore } from './flow-store.ts';

interface FlowRow {
  readonly id: FlowId;
  readonly tenant_id: TenantId;
  readonly provider: string;
  readonly environment: Flow['environment'];
  readonly place: Flow['place'];
  readonly binding_hash: Uint8Array;
  readonly connection_id: ConnectionId | null;
  readonly redirect_uri: string;
  readonly return_to: string | null;
  readonly since: number;
  readonly client_id: string;
  readonly expires_at: number;
  readonly ended_at: number | null;
  readonly outcome: Flow['outcome'];
  readonly result_connection_id: ConnectionId | null;
}

const COLUMNS = sql`id, tenant_id, provider, environment, place, binding_hash, connection_id, redirect_uri, return_to, since, client_id, expires_at, ended_at, outcome, result_connection_id`;

export function pgFlowStore(database: Database, doors: StoreDoors): FlowStore {
  const { makeId } = doors;
  return {
    add: (flow, now) => database.tenant(flow.tenantId, (tx) => add(tx, doors, flow, now)),
    tenantOf: async (stateHash) => {
      const [row] = await database.inboxStatement<{ tenant_id: TenantId }>(
        sql`select tenant_id from oauth_flows where state_hash = ${stateHash}`,
      );
      return row?.tenant_id ?? null;
    },
    byState: (tenantId, stateHash) => database.tenant(tenantId, (tx) => findBy(tx, sql`state_hash = ${stateHash}`)),
    find: (tenantId, id) => database.tenant(tenantId, (tx) => findBy(tx, sql`id = ${id}`)),
    take: (flow, now) => database.tenant(flow.tenantId, (tx) => take(tx, doors, flow, now)),
    finish: (flow, outcome, result) =>
      database.tenant(flow.tenantId, async (tx) => {
        await sql`
          update oauth_flows set outcome = ${outcome}, result_connection_id = ${result} where id = ${flow.id}`.execute(
          tx,
        );
      }),
    refuse: (flow, outcome, event, now) =>
      database.tenant(flow.tenantId, async (tx) => {
        const ended = await change(
          tx,
          sql`update oauth_flows set ended_at = ${at(now)}, outcome = ${outcome} where id = ${flow.id} and ended_at is null`,
        );
        if (ended > 0) await eraseFlowSecrets(tx, flow.id);
        await recordSecurityEvent(tx, event, makeId, now);
      }),
    refuseUnknown: (event, now) => database.inbox((tx) => recordSecurityEvent(tx, event, makeId, now)),
    handOver: (flow, answer, now) =>
      database.tenant(flow.tenantId, (tx) => keepFlowSecret(tx, doors, flow, 'answer', answer, at(now))),
    handedOver: (flow) => database.tenant(flow.tenantId, (tx) => openFlowSecret(tx, doors, flow, 'answer')),
    sweep: (tenantId, before) => database.tenant(tenantId, (tx) => sweep(tx, before)),
  };
}

async function add(tx: Tx, doors: StoreDoors, flow: NewFlow, now: number): Promise<boolean> {
  await sweep(tx, now - FLOW_KEPT_MS);
  // Side by side, two could both find room for one: the tenant's row lets them pass one after the other.
  await firstRow(tx, sql`select 1 from tenants where id = ${flow.tenantId} for update`);
  const open = await firstRow(
    tx,
    sql<{ count: bigint }>`select count(*) from oauth_flows where ended_at is null and expires_at > ${at(now)}`,
  );
  if (open !== null && open.count >= BigInt(MAX_OPEN_FLOWS)) return false;
  await sql`
    insert into oauth_flows (id, tenant_id, provider, environment, place, state_hash, binding_hash, connection_id, redirect_uri, return_to, since, client_id, created_at, expires_at)
    values (${flow.id}, ${flow.tenantId}, ${flow.provider}, ${flow.environment}, ${flow.place}, ${flow.stateHash}, ${flow.bindingHash}, ${flow.connectionId},
      ${flow.redirectUri}, ${flow.returnTo}, ${at(flow.since)}, ${flow.clientId}, ${at(now)}, ${at(flow.expiresAt)})`.execute(
    tx,
  );
  if (flow.verifier !== null) await keepFlowSecret(tx, doors, flow, 'verifier', flow.verifier, at(now));
  return true;
}

async function findBy(tx: Tx, condition: ReturnType<typeof sql>): Promise<Flow | null> {
  const row = await firstRow(tx, sql<FlowRow>`select ${COLUMNS} from oauth_flows where ${condition}`);
  return row && toFlow(row);
}

async function take(tx: Tx, doors: StoreDoors, flow: Flow, now: number) {
  const taken = await change(
    tx,
    sql`update oauth_flows set ended_at = ${at(now)}
      where id = ${flow.id} and ended_at is null and expires_at > ${at(now)}`,
  );
  if (taken === 0) return null;
  const verifier = await openFlowSecret(tx, doors, flow, 'verifier');
  await eraseFlowSecrets(tx, flow.id);
  return { verifier };
}

function sweep(tx: Tx, before: number): Promise<number> {
  return change(tx, sql`delete from oauth_flows where coalesce(ended_at, expires_at) < ${at(before)}`);
}

function toFlow(row: FlowRow): Flow {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    provider: row.provider,
    environment: row.environment,
    place: row.place,
    bindingHash: row.binding_hash,
    connectionId: row.connection_id,
    redirectUri: row.redirect_uri,
    returnTo: row.return_to,
    since: row.since,
    clientId: row.client_id,
    expiresAt: row.expires_at,
    endedAt: row.ended_at,
    outcome: row.outcome,
    resultConnectionId: row.result_connection_id,
  };
}
