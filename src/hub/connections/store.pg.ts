import type { Clock } from '../../kernel/clock.ts';
import { sha256 } from '../../kernel/digest.ts';
import { CounterfoilError } from '../../kernel/errors.ts';
import type { ConnectionId, MakeId, PairId, TenantId } from '../../kernel/ids.ts';
import { parseJson, writeJson } from '../../kernel/json.ts';
import type { Secret } from '../../kernel/secret.ts';
import { stateAfter } from '../../kernel/state-table.ts';
import { addWork } from '../../platform/engine/index.ts';
import {
  at,
  change,
  type Database,
  firstRow,
  isApplied,
  nextState,
  rows,
  sql,
  type Tx,
} from '../../platform/store/index.ts';
import { dataKeysIn, loadCredential, storeCredential, type Vault } from '../../platform/vault/index.ts';
import {
  type Actor,
  type Change,
  CLI_ACTOR,
  raiseAttention,
  recordChange,
  recordSecurityEvent,
  resolveAttention,
  SYSTEM_ACTOR,
} from '../audit/index.ts';
import { connectedChange, pairChange } from './audited.ts';
import type { Connection, ConnectionState } from './connection.ts';
import { CONNECTION_TABLE, type ConnectionEvent } from './states.ts';
import type { ConnectionStore, KnownEndpoint, NewEndpoint, Pair, Trouble } from './store.ts';

/** The field of a connection's credential that authorises its calls. */
export const TOKEN_FIELD = 'token';

export interface StoreDoors {
  readonly vault: Vault;
  readonly makeId: MakeId;
  readonly clock: Pick<Clock, 'now'>;
}

export function pgConnectionStore(database: Database, doors: StoreDoors): ConnectionStore {
  return {
    find: (tenantId, id) => database.tenant(tenantId, (tx) => findConnection(tx, id)),
    pairsOfLedger: (tenantId, id) => database.tenant(tenantId, (tx) => pairsOfLedger(tx, id)),
    token: ({ tenantId, id: connectionId }) =>
      database.tenant(tenantId, (tx) =>
        loadCredential(tx, doors.vault, { tenantId, connectionId, field: TOKEN_FIELD }),
      ),
    keep: (draft, token, now, actor = CLI_ACTOR) =>
      database.tenant(draft.tenantId, async (tx) => {
        const { before, saved } = await keep(tx, doors, { draft, token, now });
        await forgetGrant(tx, saved.id);
        await recordChange(tx, connectedChange(before, saved, actor), doors.makeId, now);
        return saved;
      }),
    savePair: (pair, now) =>
      database.tenant(pair.tenantId, (tx) => changePair(tx, doors, { pair, actor: CLI_ACTOR }, now)),
    needsOwner: (connection, trouble, now) =>
      database.tenant(connection.tenantId, (tx) => needsOwner(tx, doors, connection, trouble, now)),
    endpoint: ({ tenantId, id }) => database.tenant(tenantId, (tx) => endpointOf(tx, id)),
    addEndpoint: (endpoint, now) => database.tenant(endpoint.tenantId, (tx) => addEndpoint(tx, doors, endpoint, now)),
  };
}

export interface ConnectionRow {
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

const CONNECTION_COLUMNS = sql`id, tenant_id, provider, role, account_id, display_name, environment, base_url, time_zone, state, state_reason, since`;

export function toConnection(row: ConnectionRow): Connection {
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
  return (await rows(tx, sql<ConnectionRow>`select ${CONNECTION_COLUMNS} from connections order by id`)).map(
    toConnection,
  );
}

export async function findConnection(tx: Tx, id: ConnectionId): Promise<Connection | null> {
  const row = await firstRow(tx, sql<ConnectionRow>`select ${CONNECTION_COLUMNS} from connections where id = ${id}`);
  return row && toConnection(row);
}

/** Inserts, or finds the connection that the same account had before and makes it active again. */
async function saveConnection(tx: Tx, connection: Connection, now: number): Promise<Connection> {
  const row = await firstRow(
    tx,
    sql<ConnectionRow>`
    insert into connections (id, tenant_id, provider, role, account_id, display_name, environment, base_url, time_zone, state, since, created_at, updated_at)
    values (${connection.id}, ${connection.tenantId}, ${connection.provider}, ${connection.role}, ${connection.accountId}, ${connection.displayName},
      ${connection.environment}, ${connection.baseUrl}, ${connection.timeZone}, ${stateAfter(CONNECTION_TABLE, 'absent', 'connect')}, ${at(connection.since)}, ${at(now)}, ${at(now)})
    on conflict (tenant_id, provider, account_id, environment) do update
      set display_name = excluded.display_name, base_url = excluded.base_url, state = ${nextState(CONNECTION_TABLE, 'connect', 'connections.state')}, state_reason = null,
          since = least(connections.since, excluded.since), updated_at = excluded.updated_at
      where connections.state = 'disconnected' or connections.environment = 'sandbox' or coalesce(connections.base_url = excluded.base_url, true)
    returning ${CONNECTION_COLUMNS}`,
  );
  if (row === null) throw await otherServer(tx, connection);
  return toConnection(row);
}

/** A live connection stays with its server: a store of the same id at another address may be anybody's. Sandboxes move. */
async function otherServer(
  tx: Tx,
  { provider, accountId, environment, baseUrl }: Connection,
): Promise<CounterfoilError> {
  const known = await firstRow(
    tx,
    sql<ConnectionRow>`
    select ${CONNECTION_COLUMNS} from connections where provider = ${provider} and account_id = ${accountId} and environment = ${environment}`,
  );
  return new CounterfoilError('connection.other_account', {
    field: 'server',
    detail: `${known?.display_name} (${accountId}) is connected at ${known?.base_url}, and ${baseUrl} was named. Nothing was changed. If the server moved, disconnect it first and connect it at its new address.`,
  });
}

/** False when the connection's state does not allow the event, or nothing is new. */
export async function applyEvent(
  tx: Tx,
  id: ConnectionId,
  event: ConnectionEvent,
  reason: string | null,
  now: number,
): Promise<boolean> {
  const next = nextState(CONNECTION_TABLE, event);
  const changed = await change(
    tx,
    sql`
    update connections set state = ${next}, state_reason = ${reason}, updated_at = ${at(now)}
    where id = ${id} and ${isApplied(CONNECTION_TABLE, event)} and (state <> ${next} or state_reason is distinct from ${reason})`,
  );
  return changed > 0;
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

/** As {@link savePair}, with an entry in the audit when it changes something. */
export async function changePair(
  tx: Tx,
  { makeId }: Pick<StoreDoors, 'makeId'>,
  { pair, actor }: { readonly pair: Omit<Pair, 'version'>; readonly actor: Actor },
  now: number,
): Promise<Pair> {
  const before = await pairOfSource(tx, pair.sourceId);
  const saved = await savePair(tx, pair, now);
  const change = pairChange(before, saved, actor);
  if (change !== null) await recordChange(tx, change, makeId, now);
  return saved;
}

export async function listPairs(tx: Tx): Promise<Pair[]> {
  return (await rows(tx, sql<PairRow>`select * from pairs order by id`)).map(toPair);
}

export async function pairOfSource(tx: Tx, sourceId: ConnectionId): Promise<Pair | null> {
  const row = await firstRow(tx, sql<PairRow>`select * from pairs where source_connection_id = ${sourceId}`);
  return row && toPair(row);
}

async function pairsOfLedger(tx: Tx, ledgerId: ConnectionId): Promise<Pair[]> {
  return (await rows(tx, sql<PairRow>`select * from pairs where ledger_connection_id = ${ledgerId} order by id`)).map(
    toPair,
  );
}

async function endpointOf(tx: Tx, connectionId: ConnectionId): Promise<KnownEndpoint | null> {
  return firstRow(
    tx,
    sql<KnownEndpoint>`select id, url, registration_id as "registrationId" from webhook_endpoints where connection_id = ${connectionId} and retired_at is null order by created_at desc limit 1`,
  );
}

async function addEndpoint(
  tx: Tx,
  { vault, makeId, clock }: StoreDoors,
  endpoint: NewEndpoint,
  now: number,
): Promise<string> {
  const id = makeId('whk');
  const owner = endpoint.connectionId === null ? null : endpoint.tenantId;
  // The row of an app endpoint belongs to no tenant, so the application role may write but not read it back.
  await sql`
    insert into webhook_endpoints (id, tenant_id, connection_id, provider, token_hash, url, registration_id, created_at)
    values (${id}, ${owner}, ${endpoint.connectionId}, ${endpoint.provider}, ${sha256(endpoint.token)}, ${endpoint.url.slice(0, -endpoint.token.length)}, ${endpoint.registrationId}, ${at(now)})`.execute(
    tx,
  );
  const place = { table: 'endpoint_secrets', rowId: id, field: 'secret' };
  const sealed = await vault.seal(endpoint.tenantId, place, endpoint.secret, dataKeysIn(tx, clock));
  await sql`
    insert into endpoint_secrets (tenant_id, endpoint_id, secret_id, ciphertext, key_version, created_at)
    values (${endpoint.tenantId}, ${id}, 'current', ${sealed.ciphertext}, ${sealed.keyVersion}, ${at(now)})`.execute(
    tx,
  );
  await recordChange(tx, endpointChange(id, endpoint), makeId, now);
  return id;
}

/** The app's endpoint is a person's order; that of a connection is made by the product when it is needed, or by order. */
function endpointChange(id: string, endpoint: NewEndpoint): Change {
  const { tenantId, connectionId, provider } = endpoint;
  const diff = { provider: [null, provider], connection: [null, connectionId] } as const;
  const actor = endpoint.actor ?? (connectionId === null ? CLI_ACTOR : SYSTEM_ACTOR);
  return { tenantId, actor, action: 'webhook_endpoint.made', subject: id, diff };
}

/** As {@link ConnectionStore.keep}, within a transaction; what it was before, for the audit, which the caller writes. */
export async function keep(
  tx: Tx,
  { vault, clock }: StoreDoors,
  { draft, token, now }: { draft: Connection; token: Secret; now: number },
): Promise<{ readonly before: Connection | null; readonly saved: Connection }> {
  const before = await connectionOfAccount(tx, draft);
  const saved = await saveConnection(tx, draft, now);
  const { tenantId, id: connectionId } = saved;
  await storeCredential(tx, vault, { tenantId, connectionId, field: TOKEN_FIELD }, token, clock);
  await addWork(tx, tenantId, connectionId, now);
  // The new credential was just taken: nobody needs to look after the old one any more.
  await resolveAttention(tx, connectionId, now);
  return { before, saved };
}

/** The connection that the account had before, held until the transaction ends. */
async function connectionOfAccount(
  tx: Tx,
  { provider, accountId, environment }: Connection,
): Promise<Connection | null> {
  const row = await firstRow(
    tx,
    sql<ConnectionRow>`
      select ${CONNECTION_COLUMNS} from connections
      where provider = ${provider} and account_id = ${accountId} and environment = ${environment} for update`,
  );
  return row && toConnection(row);
}

/** A token that was given by hand is all there is: what came of an earlier authorisation would be taken for its companion. */
async function forgetGrant(tx: Tx, id: ConnectionId): Promise<void> {
  await sql`delete from oauth_grants where connection_id = ${id}`.execute(tx);
  await sql`delete from credentials where connection_id = ${id} and field <> ${TOKEN_FIELD}`.execute(tx);
}

async function needsOwner(
  tx: Tx,
  { makeId, vault }: StoreDoors,
  connection: Connection,
  { code, token, reason, detail, event }: Trouble,
  now: number,
): Promise<boolean> {
  const { tenantId, id: connectionId } = connection;
  // An owner who is just connecting again holds this row: what they store is compared, not what was there before.
  await firstRow(tx, sql`select 1 from connections where id = ${connectionId} for update`);
  const stored = await loadCredential(tx, vault, { tenantId, connectionId, field: TOKEN_FIELD });
  if (stored?.reveal() !== token?.reveal()) return false;
  if (!(await applyEvent(tx, connectionId, 'credential_refused', reason, now))) return false;
  await raiseAttention(tx, { tenantId, connectionId, code, subject: connectionId, detail }, makeId, now);
  await recordSecurityEvent(tx, event, makeId, now);
  return true;
}
