import type {
  Connection,
  ConnectionStore,
  KnownEndpoint,
  NewEndpoint,
  Pair,
  Trouble,
} from '../../../src/hub/connections/index.ts';
import { CONNECTION_TABLE } from '../../../src/hub/connections/states.ts';
import type { MappingStore } from '../../../src/hub/mapping/index.ts';
import { sha256Hex } from '../../../src/kernel/digest.ts';
import type { MakeId } from '../../../src/kernel/ids.ts';
import { type Json, JsonNumber, writeJson } from '../../../src/kernel/json.ts';
import type { Secret } from '../../../src/kernel/secret.ts';
import { stateAfter } from '../../../src/kernel/state-table.ts';
import { raiseAttention, recordSecurityEvent, resolveAttention } from './audit.ts';
import { deleteCredential, loadCredential, type SealingDoors, storeCredential, TOKEN_FIELD } from './credentials.ts';
import type { ConnectionRow, PairRow } from './rows.ts';
import type { MemoryTables } from './tables.ts';
import { addWork, compareText } from './work.ts';

export interface ConnectionStoreDoors extends SealingDoors {
  readonly makeId: MakeId;
}

/** The twin of `hub/connections/store.pg.ts`. */
export function memoryConnectionStore(tables: MemoryTables, doors: ConnectionStoreDoors): ConnectionStore {
  return {
    find: async (tenantId, id) => {
      const row = tables.connections.get(id);
      return row === undefined || row.tenantId !== tenantId ? null : toConnection(row);
    },
    pairsOfLedger: async (tenantId, ledgerId) =>
      tables.pairs
        .where((row) => row.tenantId === tenantId && row.ledgerId === ledgerId)
        .sort((a, b) => compareText(a.id, b.id)),
    token: (connection) => loadCredential(tables, doors, connection, TOKEN_FIELD),
    keep: (draft, secret, now) =>
      tables.transaction(async () => {
        const saved = await keepConnection(tables, doors, { draft, secret, now });
        forgetAuthorisation(tables, saved);
        return saved;
      }),
    savePair: async (pair, now) => savePair(tables, pair, now),
    needsOwner: (connection, trouble, now) =>
      tables.transaction(() => needsOwner(tables, doors, { connection, trouble, now })),
    endpoint: async (connection) => endpointOf(tables, connection),
    addEndpoint: (endpoint, now) => tables.transaction(() => addEndpoint(tables, doors, endpoint, now)),
  };
}

/** The twin of `hub/mapping/store.pg.ts`. */
export function memoryMappingStore(tables: MemoryTables): MappingStore {
  return {
    roles: async (pair) =>
      tables.accountRoles
        .where((row) => row.pairId === pair.id && row.tenantId === pair.tenantId)
        .sort((a, b) => compareText(a.role, b.role))
        .map(({ role, ledgerId, name }) => ({ role, ledgerId, name })),
    saveRole: async (pair, mapped) => {
      const row = { ...mapped, tenantId: pair.tenantId, pairId: pair.id };
      const key = `${pair.id} ${mapped.role}`;
      if (tables.accountRoles.get(key) === undefined) tables.accountRoles.insert(row);
      else tables.accountRoles.update(key, row);
    },
  };
}

export function toConnection({ createdAt: _, updatedAt: __, ...connection }: ConnectionRow): Connection {
  return connection;
}

interface Keep {
  readonly draft: Connection;
  readonly secret: Secret;
  readonly now: number;
}

/** A connection with the token that authorises its calls, as part of a transaction. */
export async function keepConnection(
  tables: MemoryTables,
  doors: ConnectionStoreDoors,
  { draft, secret, now }: Keep,
): Promise<Connection> {
  const saved = saveConnection(tables, draft, now);
  const { tenantId, id } = saved;
  await storeCredential(tables, doors, { id, tenantId, field: TOKEN_FIELD }, secret);
  addWork(tables, tenantId, id, now);
  resolveAttention(tables, tenantId, [id], now);
  return toConnection(saved);
}

function forgetAuthorisation(tables: MemoryTables, connection: Connection): void {
  tables.grants.delete(connection.id);
  for (const { connectionId, field } of tables.credentials.all())
    if (connectionId === connection.id && field !== TOKEN_FIELD) deleteCredential(tables, connection, field);
}

function saveConnection(tables: MemoryTables, draft: Connection, now: number): ConnectionRow {
  const { tenantId, provider, accountId, environment } = draft;
  const known = tables.connections
    .where((row) => row.tenantId === tenantId && row.provider === provider)
    .find((row) => row.accountId === accountId && row.environment === environment);
  if (known === undefined)
    return tables.connections.insert({
      ...draft,
      state: stateAfter(CONNECTION_TABLE, 'absent', 'connect')!,
      stateReason: null,
      createdAt: now,
      updatedAt: now,
    });
  return tables.connections.update(known.id, {
    displayName: draft.displayName,
    baseUrl: draft.baseUrl,
    state: stateAfter(CONNECTION_TABLE, known.state, 'connect') ?? known.state,
    stateReason: null,
    since: Math.min(known.since, draft.since),
    updatedAt: now,
  });
}

function savePair(tables: MemoryTables, pair: Omit<Pair, 'version'>, _now: number): PairRow {
  const known = tables.pairs.where((row) => row.sourceId === pair.sourceId)[0];
  if (known === undefined) return tables.pairs.insert({ ...pair, version: 1 });
  const changed = writeJson(ordered(known.settings)) !== writeJson(ordered(pair.settings));
  return tables.pairs.update(known.id, {
    settings: pair.settings,
    ledgerId: pair.ledgerId,
    version: known.version + (changed ? 1 : 0),
  });
}

/** With keys in one order: a jsonb column has none. */
function ordered(json: Json): Json {
  if (json === null || typeof json !== 'object' || json instanceof JsonNumber) return json;
  if (isList(json)) return json.map(ordered);
  const entries = Object.entries(json).sort(([a], [b]) => compareText(a, b));
  return Object.fromEntries(entries.map(([key, value]) => [key, ordered(value)]));
}

function isList(json: Json): json is readonly Json[] {
  return Array.isArray(json);
}

interface NeedsOwner {
  readonly connection: Connection;
  readonly trouble: Trouble;
  readonly now: number;
}

async function needsOwner(
  tables: MemoryTables,
  doors: ConnectionStoreDoors,
  { connection, trouble, now }: NeedsOwner,
): Promise<boolean> {
  const { tenantId, id } = connection;
  const { code, reason, detail, event } = trouble;
  const row = tables.connections.get(id);
  if (row === undefined || row.tenantId !== tenantId) return false;
  const state = stateAfter(CONNECTION_TABLE, row.state, 'credential_refused');
  if (state === null || (row.state === state && row.stateReason === reason)) return false;
  const stored = await loadCredential(tables, doors, connection, TOKEN_FIELD);
  if (stored?.reveal() !== trouble.token?.reveal()) return false;
  tables.connections.update(id, { state, stateReason: reason, updatedAt: now });
  raiseAttention(tables, { tenantId, connectionId: id, code, subject: id, detail }, doors.makeId, now);
  recordSecurityEvent(tables, event, doors.makeId, now);
  return true;
}

function endpointOf(tables: MemoryTables, { id: connectionId, tenantId }: Connection): KnownEndpoint | null {
  const [newest] = tables.endpoints
    .where((row) => row.connectionId === connectionId && row.tenantId === tenantId)
    .sort((a, b) => b.createdAt - a.createdAt);
  if (newest === undefined) return null;
  const { id, url, registrationId } = newest;
  return { id, url, registrationId };
}

async function addEndpoint(
  tables: MemoryTables,
  { vault, dataKeys, makeId }: ConnectionStoreDoors,
  endpoint: NewEndpoint,
  now: number,
): Promise<string> {
  const id = makeId('whk');
  const { connectionId, provider, registrationId, tenantId, token: secretPart, url } = endpoint;
  const place = { table: 'endpoint_secrets', rowId: id, field: 'secret' };
  const sealed = await vault.seal(tenantId, place, endpoint.secret, dataKeys);
  tables.endpoints.insert({
    id,
    tenantId: connectionId === null ? null : tenantId,
    connectionId,
    provider,
    tokenHash: sha256Hex(secretPart),
    url: url.slice(0, -secretPart.length),
    registrationId,
    createdAt: now,
  });
  tables.endpointSecrets.insert({ tenantId, endpointId: id, secretId: 'current', ...sealed, createdAt: now });
  return id;
}
