import { assert } from '../../../kernel/assert.ts';
import type { ConnectionId, TenantId } from '../../../kernel/ids.ts';
import type { Secret } from '../../../kernel/secret.ts';
import { wake } from '../../../platform/engine/index.ts';
import { at, atOrNull, change, type Database, firstRow, rows, sql, type Tx } from '../../../platform/store/index.ts';
import { deleteCredential, loadCredential, storeCredential } from '../../../platform/vault/index.ts';
import { type Actor, raiseAttention, recordChange, resolveAttention } from '../../audit/index.ts';
import { connectedChange } from '../audited.ts';
import type { Connection } from '../connection.ts';
import {
  applyEvent,
  type ConnectionRow,
  keep as keepConnection,
  type StoreDoors,
  TOKEN_FIELD,
  toConnection,
} from '../store.pg.ts';
import type { Grant, GrantLease, TokenSet } from './grant.ts';
import type { GrantStore } from './grant-store.ts';

const REFRESH_FIELD = 'refresh_token';
const LAST_GOOD_FIELD = 'refresh_token_last_good';

export function pgGrantStore(database: Database, doors: StoreDoors): GrantStore {
  const { makeId } = doors;
  return {
    find: (connection) => database.tenant(connection.tenantId, (tx) => find(tx, doors, connection)),
    keep: (draft, tokens, { clientId, actor }, now) =>
      database.tenant(draft.tenantId, (tx) => keep(tx, doors, { draft, tokens, clientId, actor, now })),
    lease: (connection, owner, now, lease_ms) =>
      database.tenant(connection.tenantId, (tx) => lease(tx, doors, connection, { owner, now, until: now + lease_ms })),
    save: (connection, held, tokens, now) =>
      database.tenant(connection.tenantId, (tx) => save(tx, doors, { connection, held, tokens, now })),
    release: (connection, held, retryAt) =>
      database.tenant(connection.tenantId, (tx) => release(tx, connection, held, retryAt)),
    prove: (connection, generation) => database.tenant(connection.tenantId, (tx) => prove(tx, connection, generation)),
    unused: (tenantId, before, limit) => database.tenant(tenantId, (tx) => unused(tx, before, limit)),
    endingBefore: (tenantId, instant) => database.tenant(tenantId, (tx) => endingBefore(tx, instant)),
    revocable: (connection) => database.tenant(connection.tenantId, (tx) => revocable(tx, doors, connection)),
    alert: (item, now) => database.tenant(item.tenantId, (tx) => raiseAttention(tx, item, makeId, now)),
  };
}

interface GrantRow {
  readonly client_id: string;
  readonly generation: bigint;
  readonly is_proven: boolean;
  readonly access_expires_at: number;
  readonly refreshed_at: number;
  readonly consent_ends_at: number | null;
  readonly failures: number;
  readonly retry_at: number | null;
}

async function find(tx: Tx, doors: StoreDoors, connection: Connection): Promise<Grant | null> {
  const row = await firstRow(
    tx,
    sql<GrantRow>`
      select client_id, generation, is_proven, access_expires_at, refreshed_at, consent_ends_at, failures, retry_at
      from oauth_grants where connection_id = ${connection.id}`,
  );
  const access = row && (await secretOf(tx, doors, connection, TOKEN_FIELD));
  if (!row || !access) return null;
  return {
    clientId: row.client_id,
    generation: row.generation,
    isProven: row.is_proven,
    access,
    accessExpiresAt: row.access_expires_at,
    refreshedAt: row.refreshed_at,
    consentEndsAt: row.consent_ends_at,
    failures: row.failures,
    retryAt: row.retry_at,
  };
}

interface Keep {
  readonly draft: Connection;
  readonly tokens: TokenSet;
  readonly clientId: string;
  readonly actor: Actor;
  readonly now: number;
}

async function keep(tx: Tx, doors: StoreDoors, { draft, tokens, clientId, actor, now }: Keep): Promise<Connection> {
  assert(tokens.refresh !== null, 'a new authorisation brings a refresh token');
  const { before, saved } = await keepConnection(tx, doors, { draft, token: tokens.access, now });
  await storeSecret(tx, doors, saved, REFRESH_FIELD, tokens.refresh);
  await deleteCredential(tx, placeOf(saved, LAST_GOOD_FIELD));
  await sql`
    insert into oauth_grants (connection_id, tenant_id, client_id, generation, access_expires_at, refreshed_at, refresh_expires_at, consent_ends_at)
    values (${saved.id}, ${saved.tenantId}, ${clientId}, ${now}, ${at(tokens.accessExpiresAt)}, ${at(now)}, ${atOrNull(tokens.refreshExpiresAt)}, ${atOrNull(tokens.consentEndsAt)})
    on conflict (connection_id) do update
      set client_id = excluded.client_id, generation = oauth_grants.generation + 1, is_proven = false,
          access_expires_at = excluded.access_expires_at, refreshed_at = excluded.refreshed_at,
          refresh_expires_at = excluded.refresh_expires_at, consent_ends_at = excluded.consent_ends_at,
          owner = null, leased_until = null, failures = 0, retry_at = null`.execute(tx);
  await recordChange(tx, connectedChange(before, saved, actor), doors.makeId, now);
  return saved;
}

interface LeaseTerms {
  readonly owner: string;
  readonly now: number;
  readonly until: number;
}

async function lease(
  tx: Tx,
  doors: StoreDoors,
  connection: Connection,
  { owner, now, until }: LeaseTerms,
): Promise<GrantLease | null> {
  const row = await firstRow(
    tx,
    sql<{ generation: bigint; fence: bigint; failures: number }>`
      update oauth_grants set owner = ${owner}, fence = fence + 1, leased_until = ${at(until)}
      where connection_id = ${connection.id} and (leased_until is null or leased_until <= ${at(now)})
        and (retry_at is null or retry_at <= ${at(now)})
      returning generation, fence, failures`,
  );
  const refresh = row && (await secretOf(tx, doors, connection, REFRESH_FIELD));
  if (!row || !refresh) return null;
  const lastGood = await secretOf(tx, doors, connection, LAST_GOOD_FIELD);
  return { ...row, refresh, lastGood };
}

interface Save {
  readonly connection: Connection;
  readonly held: GrantLease;
  readonly tokens: TokenSet;
  readonly now: number;
}

async function save(tx: Tx, doors: StoreDoors, { connection, held, tokens, now }: Save) {
  // The same order as everybody who changes a connection: its row first.
  await firstRow(tx, sql`select 1 from connections where id = ${connection.id} for update`);
  const stored = await firstRow(
    tx,
    sql<{ generation: bigint; client_id: string }>`
      select generation, client_id from oauth_grants where connection_id = ${connection.id} for update`,
  );
  if (stored === null) return 'gone' as const;
  if (stored.generation !== held.generation) return 'superseded' as const;
  await sql`
    update oauth_grants
    set generation = generation + 1, is_proven = false, access_expires_at = ${at(tokens.accessExpiresAt)}, refreshed_at = ${at(now)},
      refresh_expires_at = coalesce(${atOrNull(tokens.refreshExpiresAt)}::timestamptz, refresh_expires_at),
      consent_ends_at = coalesce(${atOrNull(tokens.consentEndsAt)}::timestamptz, consent_ends_at),
      failures = 0, retry_at = null,
      owner = case when fence = ${held.fence} then null else owner end,
      leased_until = case when fence = ${held.fence} then null else leased_until end
    where connection_id = ${connection.id}`.execute(tx);
  await storeSecret(tx, doors, connection, TOKEN_FIELD, tokens.access);
  await storeRefresh(tx, doors, connection, { worked: held.refresh, fresh: tokens.refresh });
  await goOn(tx, connection, now);
  // The app's keys are good.
  await resolveAttention(tx, stored.client_id, now);
  return 'saved' as const;
}

interface Refreshed {
  /** The refresh token that brought the answer. */
  readonly worked: Secret;
  /** The one that the answer brought. */
  readonly fresh: Secret | null;
}

/** An answer without a refresh token leaves the one that worked; one with another keeps that one until the new one has. */
async function storeRefresh(
  tx: Tx,
  doors: StoreDoors,
  connection: Connection,
  { worked, fresh }: Refreshed,
): Promise<void> {
  const before = await secretOf(tx, doors, connection, REFRESH_FIELD);
  const newest = fresh ?? worked;
  if (newest.reveal() === before?.reveal()) return;
  if (newest.reveal() !== worked.reveal()) await storeSecret(tx, doors, connection, LAST_GOOD_FIELD, worked);
  await storeSecret(tx, doors, connection, REFRESH_FIELD, newest);
}

/** What waited for this credential goes on; a pause stays a pause. */
async function goOn(tx: Tx, connection: Connection, now: number): Promise<void> {
  const waits = await firstRow(
    tx,
    sql`select 1 from connections where id = ${connection.id} and state = 'needs_reconnect'`,
  );
  if (waits === null) return;
  await applyEvent(tx, connection.id, 'connect', null, now);
  await wake(tx, connection.id, now);
  await resolveAttention(tx, connection.id, now);
}

async function release(tx: Tx, connection: Connection, { fence }: GrantLease, retryAt: number | null): Promise<void> {
  const failed = retryAt === null ? 0 : 1;
  await sql`
    update oauth_grants set owner = null, leased_until = null, failures = failures + ${failed}, retry_at = ${atOrNull(retryAt)}
    where connection_id = ${connection.id} and fence = ${fence}`.execute(tx);
}

async function prove(tx: Tx, connection: Connection, generation: bigint): Promise<void> {
  const changed = await change(
    tx,
    sql`update oauth_grants set is_proven = true
      where connection_id = ${connection.id} and generation = ${generation} and not is_proven`,
  );
  if (changed > 0) await deleteCredential(tx, placeOf(connection, LAST_GOOD_FIELD));
}

const PREFIXED = sql`c.id, c.tenant_id, c.provider, c.role, c.account_id, c.display_name, c.environment, c.base_url, c.time_zone, c.state, c.state_reason, c.since`;
const HELD = sql`c.state in ('active', 'degraded', 'paused')`;

async function unused(tx: Tx, before: number, limit: number): Promise<Connection[]> {
  const found = await rows(
    tx,
    sql<ConnectionRow>`
      select ${PREFIXED} from oauth_grants g join connections c on c.id = g.connection_id
      where ${HELD} and g.refreshed_at < ${at(before)} order by g.refreshed_at, c.id limit ${limit}`,
  );
  return found.map(toConnection);
}

async function endingBefore(tx: Tx, instant: number) {
  const found = await rows(
    tx,
    sql<ConnectionRow & { readonly consent_ends_at: number }>`
      select ${PREFIXED}, g.consent_ends_at from oauth_grants g join connections c on c.id = g.connection_id
      where ${HELD} and g.consent_ends_at < ${at(instant)} order by g.consent_ends_at, c.id`,
  );
  return found.map((row) => ({ connection: toConnection(row), endsAt: row.consent_ends_at }));
}

async function revocable(tx: Tx, doors: StoreDoors, connection: Connection) {
  const row = await firstRow(
    tx,
    sql<{ client_id: string }>`select client_id from oauth_grants where connection_id = ${connection.id}`,
  );
  const token = row && (await secretOf(tx, doors, connection, REFRESH_FIELD));
  return row && token && { token, clientId: row.client_id };
}

type Holder = { readonly id: ConnectionId; readonly tenantId: TenantId };

function secretOf(tx: Tx, { vault }: StoreDoors, holder: Holder, field: string): Promise<Secret | null> {
  return loadCredential(tx, vault, placeOf(holder, field));
}

function storeSecret(tx: Tx, { vault, clock }: StoreDoors, holder: Holder, field: string, secret: Secret) {
  return storeCredential(tx, vault, placeOf(holder, field), secret, clock);
}

function placeOf({ id, tenantId }: Holder, field: string) {
  return { tenantId, connectionId: id, field };
}
