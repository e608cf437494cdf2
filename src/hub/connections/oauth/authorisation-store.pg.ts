import type { ConnectionId, TenantId } from '../../../kernel/ids.ts';
import { type Json, parseJson } from '../../../kernel/json.ts';
import { at, change, type Database, firstRow, sql, type Tx } from '../../../platform/store/index.ts';
import { type Actor, type Change, recordChange, recordSecurityEvent } from '../../audit/index.ts';
import type { StoreDoors } from '../store.pg.ts';
import {
  AUTHORISATION_KEPT_MS,
  type Authorisation,
  type AuthorisationId,
  type Choice,
  MAX_OPEN_AUTHORISATIONS,
  type NewAuthorisation,
} from './authorisation.ts';
import {
  eraseAuthorisationSecrets,
  keepAuthorisationSecret,
  openAuthorisationSecret,
} from './authorisation-secrets.pg.ts';
import type { AuthorisationStore } from './authorisation-store.ts';

interface AuthorisationRow {
  readonly id: AuthorisationId;
  readonly tenant_id: TenantId;
  readonly provider: string;
  readonly environment: Authorisation['environment'];
  readonly place: Authorisation['place'];
  readonly actor_kind: Actor['kind'];
  readonly actor_id: string;
  readonly binding_hash: Uint8Array;
  readonly connection_id: ConnectionId | null;
  readonly redirect_uri: string;
  readonly return_to: string | null;
  readonly since: number;
  readonly client_id: string;
  readonly base_url: string | null;
  readonly expires_at: number;
  readonly ended_at: number | null;
  readonly outcome: Authorisation['outcome'];
  readonly result_connection_id: ConnectionId | null;
  readonly confirmed_at: number | null;
  readonly choices: string | null;
}

const COLUMNS = sql`id, tenant_id, provider, environment, place, actor_kind, actor_id, binding_hash, connection_id, redirect_uri, return_to, since, client_id, base_url, expires_at, ended_at, outcome, result_connection_id, confirmed_at, choices`;

export function pgAuthorisationStore(database: Database, doors: StoreDoors): AuthorisationStore {
  const { makeId } = doors;
  return {
    add: (authorisation, now) => database.tenant(authorisation.tenantId, (tx) => add(tx, doors, authorisation, now)),
    tenantOf: async (stateHash) => {
      const [row] = await database.inboxStatement<{ tenant_id: TenantId }>(
        sql`select tenant_id from oauth_flows where state_hash = ${stateHash}`,
      );
      return row?.tenant_id ?? null;
    },
    byState: (tenantId, stateHash) => database.tenant(tenantId, (tx) => findBy(tx, sql`state_hash = ${stateHash}`)),
    find: (tenantId, id) => database.tenant(tenantId, (tx) => findBy(tx, sql`id = ${id}`)),
    take: (authorisation, now) => database.tenant(authorisation.tenantId, (tx) => take(tx, doors, authorisation, now)),
    finish: (authorisation, outcome, result) =>
      database.tenant(authorisation.tenantId, async (tx) => {
        await sql`
          update oauth_flows set outcome = ${outcome}, result_connection_id = ${result} where id = ${authorisation.id}`.execute(
          tx,
        );
      }),
    refuse: (authorisation, outcome, event, now) =>
      database.tenant(authorisation.tenantId, async (tx) => {
        const ended = await change(
          tx,
          sql`update oauth_flows set ended_at = ${at(now)}, outcome = ${outcome} where id = ${authorisation.id} and ended_at is null`,
        );
        if (ended > 0) await eraseAuthorisationSecrets(tx, authorisation.id);
        await recordSecurityEvent(tx, event, makeId, now);
      }),
    refuseUnknown: (event, now) => database.inbox((tx) => recordSecurityEvent(tx, event, makeId, now)),
    handOver: (authorisation, answer, now) =>
      database.tenant(authorisation.tenantId, (tx) =>
        keepAuthorisationSecret(tx, doors, authorisation, 'answer', answer, at(now)),
      ),
    handedOver: (authorisation) =>
      database.tenant(authorisation.tenantId, (tx) => openAuthorisationSecret(tx, doors, authorisation, 'answer')),
    confirm: (authorisation, choices, now) =>
      database.tenant(authorisation.tenantId, (tx) => confirm(tx, authorisation, choices, now)),
    sweep: (tenantId, before) => database.tenant(tenantId, (tx) => sweep(tx, before)),
  };
}

async function add(tx: Tx, doors: StoreDoors, authorisation: NewAuthorisation, now: number): Promise<boolean> {
  await sweep(tx, now - AUTHORISATION_KEPT_MS);
  // Side by side, two could both find room for one: the tenant's row lets them pass one after the other.
  await firstRow(tx, sql`select 1 from tenants where id = ${authorisation.tenantId} for update`);
  const open = await firstRow(
    tx,
    sql<{ count: bigint }>`select count(*) from oauth_flows where ended_at is null and expires_at > ${at(now)}`,
  );
  if (open !== null && open.count >= BigInt(MAX_OPEN_AUTHORISATIONS)) return false;
  await sql`
    insert into oauth_flows (id, tenant_id, provider, environment, place, actor_kind, actor_id, state_hash, binding_hash, connection_id, redirect_uri, return_to, since, client_id, base_url, created_at, expires_at)
    values (${authorisation.id}, ${authorisation.tenantId}, ${authorisation.provider}, ${authorisation.environment}, ${authorisation.place}, ${authorisation.actor.kind}, ${authorisation.actor.id}, ${authorisation.stateHash}, ${authorisation.bindingHash}, ${authorisation.connectionId},
      ${authorisation.redirectUri}, ${authorisation.returnTo}, ${at(authorisation.since)}, ${authorisation.clientId}, ${authorisation.baseUrl}, ${at(now)}, ${at(authorisation.expiresAt)})`.execute(
    tx,
  );
  if (authorisation.verifier !== null)
    await keepAuthorisationSecret(tx, doors, authorisation, 'verifier', authorisation.verifier, at(now));
  await recordChange(tx, begunChange(authorisation), doors.makeId, now);
  return true;
}

function begunChange({ tenantId, id, actor, provider, environment, connectionId }: NewAuthorisation): Change {
  const diff = {
    provider: [null, provider],
    environment: [null, environment],
    connection: [null, connectionId],
  } as const;
  return { tenantId, actor, action: 'authorisation.begun', subject: id, diff };
}

async function findBy(tx: Tx, condition: ReturnType<typeof sql>): Promise<Authorisation | null> {
  const row = await firstRow(tx, sql<AuthorisationRow>`select ${COLUMNS} from oauth_flows where ${condition}`);
  return row && toAuthorisation(row);
}

async function take(tx: Tx, doors: StoreDoors, authorisation: Authorisation, now: number) {
  const taken = await change(
    tx,
    sql`update oauth_flows set ended_at = ${at(now)}
      where id = ${authorisation.id} and ended_at is null and expires_at > ${at(now)}`,
  );
  if (taken === 0) return null;
  const verifier = await openAuthorisationSecret(tx, doors, authorisation, 'verifier');
  await eraseAuthorisationSecrets(tx, authorisation.id);
  return { verifier };
}

async function confirm(tx: Tx, { id }: Authorisation, choices: readonly Choice[], now: number): Promise<boolean> {
  const changed = await change(
    tx,
    sql`update oauth_flows set confirmed_at = ${at(now)}, choices = ${JSON.stringify(choices)}
      where id = ${id} and ended_at is null and expires_at > ${at(now)}
        and exists (select 1 from oauth_flow_secrets where flow_id = ${id} and field = 'answer')`,
  );
  return changed > 0;
}

async function sweep(tx: Tx, before: number): Promise<number> {
  // What nobody came for is erased when it ends: only its trace is kept for longer.
  const ended = at(before + AUTHORISATION_KEPT_MS);
  await change(
    tx,
    sql`delete from oauth_flow_secrets where flow_id in (select id from oauth_flows where expires_at < ${ended} and ended_at is null)`,
  );
  return change(tx, sql`delete from oauth_flows where coalesce(ended_at, expires_at) < ${at(before)}`);
}

function toAuthorisation(row: AuthorisationRow): Authorisation {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    provider: row.provider,
    environment: row.environment,
    place: row.place,
    actor: { kind: row.actor_kind, id: row.actor_id },
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
