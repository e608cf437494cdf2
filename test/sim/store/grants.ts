import type { Connection } from '../../../src/hub/connections/index.ts';
import type { Grant, GrantLease, TokenSet } from '../../../src/hub/connections/oauth/grant.ts';
import type { GrantStore } from '../../../src/hub/connections/oauth/grant-store.ts';
import { CONNECTION_TABLE } from '../../../src/hub/connections/states.ts';
import { assert } from '../../../src/kernel/assert.ts';
import type { TenantId } from '../../../src/kernel/ids.ts';
import type { Secret } from '../../../src/kernel/secret.ts';
import { stateAfter } from '../../../src/kernel/state-table.ts';
import { raiseAttention, resolveAttention } from './audit.ts';
import { type ConnectionStoreDoors, keepConnection, toConnection } from './connections.ts';
import { deleteCredential, loadCredential, storeCredential, TOKEN_FIELD } from './credentials.ts';
import type { ConnectionRow, GrantRow } from './rows.ts';
import type { MemoryTables } from './tables.ts';
import { compareText, wake } from './work.ts';

const REFRESH_FIELD = 'refresh_token';
const LAST_GOOD_FIELD = 'refresh_token_last_good';

/** The twin of `hub/connections/oauth/grant-store.pg.ts`. */
export function memoryGrantStore(tables: MemoryTables, doors: ConnectionStoreDoors): GrantStore {
  return {
    find: (connection) => find(tables, doors, connection),
    keep: (draft, tokens, { clientId }, now) =>
      tables.transaction(() => keep(tables, doors, draft, tokens, { clientId, now })),
    lease: (connection, owner, now, lease_ms) =>
      tables.transaction(() => lease(tables, doors, connection, { owner, now, until: now + lease_ms })),
    save: (connection, held, tokens, now) =>
      tables.transaction(() => save(tables, doors, { connection, held, tokens, now })),
    release: async (connection, held, retryAt) => release(tables, connection, held, retryAt),
    prove: async (connection, generation) => tables.transaction(() => prove(tables, connection, generation)),
    unused: async (tenantId, before, limit) => unused(tables, tenantId, before).slice(0, limit),
    endingBefore: async (tenantId, instant) => endingBefore(tables, tenantId, instant),
    revocable: async (connection) => {
      const row = rowOf(tables, connection);
      const token = row && (await loadCredential(tables, doors, connection, REFRESH_FIELD));
      return row && token ? { token, clientId: row.clientId } : null;
    },
    alert: async (item, now) => raiseAttention(tables, item, doors.makeId, now),
  };
}

/** A connection's grant, as its own tenant sees it. */
function rowOf(tables: MemoryTables, { id, tenantId }: Connection): GrantRow | undefined {
  const row = tables.grants.get(id);
  return row?.tenantId === tenantId ? row : undefined;
}

async function find(tables: MemoryTables, doors: ConnectionStoreDoors, connection: Connection): Promise<Grant | null> {
  const row = rowOf(tables, connection);
  const access = row && (await loadCredential(tables, doors, connection, TOKEN_FIELD));
  if (!row || !access) return null;
  const { clientId, generation, isProven, accessExpiresAt, refreshedAt, consentEndsAt, failures, retryAt } = row;
  return { clientId, generation, isProven, access, accessExpiresAt, refreshedAt, consentEndsAt, failures, retryAt };
}

async function keep(
  tables: MemoryTables,
  doors: ConnectionStoreDoors,
  draft: Connection,
  tokens: TokenSet,
  { clientId, now }: { readonly clientId: string; readonly now: number },
): Promise<Connection> {
  assert(tokens.refresh !== null, 'a new authorisation brings a refresh token');
  const saved = await keepConnection(tables, doors, { draft, secret: tokens.access, now });
  await storeCredential(tables, doors, { ...saved, field: REFRESH_FIELD }, tokens.refresh);
  deleteCredential(tables, saved, LAST_GOOD_FIELD);
  const { accessExpiresAt, refreshExpiresAt, consentEndsAt } = tokens;
  const fresh = {
    clientId,
    isProven: false,
    accessExpiresAt,
    refreshedAt: now,
    refreshExpiresAt,
    consentEndsAt,
    owner: null,
    leasedUntil: null,
    failures: 0,
    retryAt: null,
  };
  const known = rowOf(tables, saved);
  if (known !== undefined) tables.grants.update(saved.id, { ...fresh, generation: known.generation + 1n });
  else {
    const { id: connectionId, tenantId } = saved;
    tables.grants.insert({ ...fresh, connectionId, tenantId, generation: BigInt(now), fence: 0n });
  }
  return saved;
}

interface LeaseTerms {
  readonly owner: string;
  readonly now: number;
  readonly until: number;
}

async function lease(
  tables: MemoryTables,
  doors: ConnectionStoreDoors,
  connection: Connection,
  { owner, now, until }: LeaseTerms,
): Promise<GrantLease | null> {
  const row = rowOf(tables, connection);
  if (row === undefined || (row.leasedUntil ?? 0) > now || (row.retryAt ?? 0) > now) return null;
  const { generation, fence, failures } = tables.grants.update(connection.id, {
    owner,
    fence: row.fence + 1n,
    leasedUntil: until,
  });
  const refresh = await loadCredential(tables, doors, connection, REFRESH_FIELD);
  if (refresh === null) return null;
  const lastGood = await loadCredential(tables, doors, connection, LAST_GOOD_FIELD);
  return { generation, fence, failures, refresh, lastGood };
}

interface Save {
  readonly connection: Connection;
  readonly held: GrantLease;
  readonly tokens: TokenSet;
  readonly now: number;
}

async function save(tables: MemoryTables, doors: ConnectionStoreDoors, { connection, held, tokens, now }: Save) {
  const row = rowOf(tables, connection);
  if (row === undefined) return 'gone' as const;
  if (row.generation !== held.generation) return 'superseded' as const;
  const isHolder = row.fence === held.fence;
  tables.grants.update(connection.id, {
    generation: row.generation + 1n,
    isProven: false,
    accessExpiresAt: tokens.accessExpiresAt,
    refreshedAt: now,
    refreshExpiresAt: tokens.refreshExpiresAt ?? row.refreshExpiresAt,
    consentEndsAt: tokens.consentEndsAt ?? row.consentEndsAt,
    failures: 0,
    retryAt: null,
    ...(isHolder ? { owner: null, leasedUntil: null } : {}),
  });
  await storeCredential(tables, doors, { ...connection, field: TOKEN_FIELD }, tokens.access);
  await storeRefresh(tables, doors, connection, { worked: held.refresh, fresh: tokens.refresh });
  goOn(tables, connection, now);
  resolveAttention(tables, connection.tenantId, [row.clientId], now);
  return 'saved' as const;
}

async function storeRefresh(
  tables: MemoryTables,
  doors: ConnectionStoreDoors,
  connection: Connection,
  { worked, fresh }: { readonly worked: Secret; readonly fresh: Secret | null },
): Promise<void> {
  const before = await loadCredential(tables, doors, connection, REFRESH_FIELD);
  const newest = fresh ?? worked;
  if (newest.reveal() === before?.reveal()) return;
  if (newest.reveal() !== worked.reveal())
    await storeCredential(tables, doors, { ...connection, field: LAST_GOOD_FIELD }, worked);
  await storeCredential(tables, doors, { ...connection, field: REFRESH_FIELD }, newest);
}

function goOn(tables: MemoryTables, { id, tenantId }: Connection, now: number): void {
  const row = tables.connections.get(id);
  if (row?.state !== 'needs_reconnect') return;
  const state = stateAfter(CONNECTION_TABLE, row.state, 'connect')!;
  tables.connections.update(id, { state, stateReason: null, updatedAt: now });
  wake(tables, id, now);
  resolveAttention(tables, tenantId, [id], now);
}

function release(tables: MemoryTables, connection: Connection, { fence }: GrantLease, retryAt: number | null): void {
  const row = rowOf(tables, connection);
  if (row === undefined || row.fence !== fence) return;
  const failures = row.failures + (retryAt === null ? 0 : 1);
  tables.grants.update(connection.id, { owner: null, leasedUntil: null, failures, retryAt });
}

function prove(tables: MemoryTables, connection: Connection, generation: bigint): void {
  const row = rowOf(tables, connection);
  if (row === undefined || row.generation !== generation || row.isProven) return;
  tables.grants.update(connection.id, { isProven: true });
  deleteCredential(tables, connection, LAST_GOOD_FIELD);
}

const HELD = new Set(['active', 'degraded', 'paused']);

interface HeldGrant {
  readonly row: GrantRow;
  readonly connection: ConnectionRow;
}

function held(tables: MemoryTables, tenantId: TenantId): HeldGrant[] {
  return tables.grants
    .where((row) => row.tenantId === tenantId)
    .map((row) => ({ row, connection: tables.connections.get(row.connectionId)! }))
    .filter(({ connection }) => HELD.has(connection.state));
}

function unused(tables: MemoryTables, tenantId: TenantId, before: number): Connection[] {
  return held(tables, tenantId)
    .filter(({ row }) => row.refreshedAt < before)
    .sort((a, b) => a.row.refreshedAt - b.row.refreshedAt || compareText(a.connection.id, b.connection.id))
    .map(({ connection }) => toConnection(connection));
}

function endingBefore(tables: MemoryTables, tenantId: TenantId, instant: number) {
  return held(tables, tenantId)
    .flatMap(({ row: { consentEndsAt }, connection }) =>
      consentEndsAt !== null && consentEndsAt < instant ? [{ connection, endsAt: consentEndsAt }] : [],
    )
    .sort((a, b) => a.endsAt - b.endsAt || compareText(a.connection.id, b.connection.id))
    .map(({ connection, endsAt }) => ({ connection: toConnection(connection), endsAt }));
}
