import type { ConnectionId, TenantId } from '../../../kernel/ids.ts';
import { type Json, parseJson } from '../../../kernel/json.ts';
import type { Secret } from '../../../kernel/secret.ts';
import { at, change, type Database, firstRow, sql, type Tx } from '../../../platform/store/index.ts';
import { dataKeysIn, type SealedValue } from '../../../platform/vault/index.ts';
import { recordSecurityEvent } from '../../audit/index.ts';
import type { StoreDoors } from '../store.pg.ts';
import { type Choice, FLOW_KEPT_MS, type Flow, type FlowId, MAX_OPEN_FLOWS, type NewFlow } from './flow.ts';
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
  readonly base_url: string | null;
  readonly expires_at: number;
  readonly ended_at: number | null;
  readonly outcome: Flow['outcome'];
  readonly result_connection_id: ConnectionId | null;
  readonly confirmed_at: number | null;
  readonly choices: string | null;
}

const COLUMNS = sql`id, tenant_id, provider, environment, place, binding_hash, connection_id, redirect_uri, return_to, since, client_id, base_url, expires_at, ended_at, outcome, result_connection_id, confirmed_at, choices`;

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
          update oauth_flows set outcome = ${outcome}, result_connection_id = ${result}, answer = null, verifier = null
          where id = ${flow.id}`.execute(tx);
      }),
    refuse: (flow, outcome, event, now) =>
      database.tenant(flow.tenantId, async (tx) => {
        await sql`
          update oauth_flows set ended_at = ${at(now)}, outcome = ${outcome}, answer = null, verifier = null
          where id = ${flow.id} and ended_at is null`.execute(tx);
        await recordSecurityEvent(tx, event, makeId, now);
      }),
    refuseUnknown: (event, now) => database.inbox((tx) => recordSecurityEvent(tx, event, makeId, now)),
    handOver: (flow, answer, now) => database.tenant(flow.tenantId, (tx) => handOver(tx, doors, { flow, answer, now })),
    handedOver: (flow) => database.tenant(flow.tenantId, (tx) => handedOver(tx, doors, flow)),
    confirm: (flow, choices, now) => database.tenant(flow.tenantId, (tx) => confirm(tx, flow, choices, now)),
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
  const sealed = flow.verifier && (await seal(tx, doors, flow, 'verifier', flow.verifier));
  await sql`
    insert into oauth_flows (id, tenant_id, provider, environment, place, state_hash, binding_hash, connection_id, redirect_uri, return_to, since, client_id, base_url, verifier, verifier_key_version, created_at, expires_at)
    values (${flow.id}, ${flow.tenantId}, ${flow.provider}, ${flow.environment}, ${flow.place}, ${flow.stateHash}, ${flow.bindingHash}, ${flow.connectionId},
      ${flow.redirectUri}, ${flow.returnTo}, ${at(flow.since)}, ${flow.clientId}, ${flow.baseUrl}, ${sealed?.ciphertext ?? null}, ${sealed?.keyVersion ?? null}, ${at(now)}, ${at(flow.expiresAt)})`.execute(
    tx,
  );
  return true;
}

async function findBy(tx: Tx, condition: ReturnType<typeof sql>): Promise<Flow | null> {
  const row = await firstRow(tx, sql<FlowRow>`select ${COLUMNS} from oauth_flows where ${condition}`);
  return row && toFlow(row);
}

async function take(tx: Tx, doors: StoreDoors, flow: Flow, now: number) {
  const row = await firstRow(
    tx,
    sql<{ verifier: Uint8Array | null; verifier_key_version: number | null }>`
      update oauth_flows set ended_at = ${at(now)}, answer = null
      where id = ${flow.id} and ended_at is null and expires_at > ${at(now)}
      returning verifier, verifier_key_version`,
  );
  return row && { verifier: await opened(tx, doors, flow, 'verifier', row.verifier, row.verifier_key_version) };
}

async function handOver(
  tx: Tx,
  doors: StoreDoors,
  { flow, answer, now }: { flow: Flow; answer: Secret; now: number },
): Promise<boolean> {
  const sealed = await seal(tx, doors, flow, 'answer', answer);
  const changed = await change(
    tx,
    sql`update oauth_flows set answer = ${sealed.ciphertext}, answer_key_version = ${sealed.keyVersion}
      where id = ${flow.id} and ended_at is null and expires_at > ${at(now)} and answer is null`,
  );
  return changed > 0;
}

async function handedOver(tx: Tx, doors: StoreDoors, flow: Flow): Promise<Secret | null> {
  const row = await firstRow(
    tx,
    sql<{ answer: Uint8Array | null; answer_key_version: number | null }>`
      select answer, answer_key_version from oauth_flows where id = ${flow.id}`,
  );
  return row && opened(tx, doors, flow, 'answer', row.answer, row.answer_key_version);
}

async function confirm(tx: Tx, flow: Flow, choices: readonly Choice[], now: number): Promise<boolean> {
  const changed = await change(
    tx,
    sql`update oauth_flows set confirmed_at = ${at(now)}, choices = ${JSON.stringify(choices)}
      where id = ${flow.id} and ended_at is null and expires_at > ${at(now)} and answer is not null`,
  );
  return changed > 0;
}

async function sweep(tx: Tx, before: number): Promise<number> {
  // What nobody came for is erased when it ends: only its trace is kept for longer.
  const ended = at(before + FLOW_KEPT_MS);
  await sql`update oauth_flows set answer = null, verifier = null where expires_at < ${ended} and ended_at is null`.execute(
    tx,
  );
  return change(tx, sql`delete from oauth_flows where coalesce(ended_at, expires_at) < ${at(before)}`);
}

type Field = 'verifier' | 'answer';

function seal(
  tx: Tx,
  { vault, clock }: StoreDoors,
  { tenantId, id }: Pick<Flow, 'tenantId' | 'id'>,
  field: Field,
  secret: Secret,
): Promise<SealedValue> {
  return vault.seal(tenantId, placeOf(id, field), secret, dataKeysIn(tx, clock));
}

async function opened(
  tx: Tx,
  { vault, clock }: StoreDoors,
  { tenantId, id }: Flow,
  field: Field,
  ciphertext: Uint8Array | null,
  keyVersion: number | null,
): Promise<Secret | null> {
  if (ciphertext === null || keyVersion === null) return null;
  return vault.open(tenantId, placeOf(id, field), { ciphertext, keyVersion }, dataKeysIn(tx, clock));
}

function placeOf(rowId: FlowId, field: Field) {
  return { table: 'oauth_flows', rowId, field };
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
    baseUrl: row.base_url,
    expiresAt: row.expires_at,
    endedAt: row.ended_at,
    outcome: row.outcome,
    resultConnectionId: row.result_connection_id,
    confirmedAt: row.confirmed_at,
    choices: row.choices === null ? [] : (parseJson(row.choices) as readonly Choice[] & Json),
  };
}
