import type { SessionId, TenantId, UserId } from '../../kernel/ids.ts';
import { at, change, rows, sql, type Tx } from '../../platform/store/index.ts';
import { recordSecurityEvent, type SecurityEvent } from '../audit/index.ts';
import { VERSION } from './access-version.pg.ts';
import type { AccessVersion } from './access-version.ts';
import { SEEN_STEP_MS, SESSION_IDLE_MS } from './limits.ts';
import { hashName, NOTHING, remember } from './remember.ts';
import type { Role } from './roles.ts';
import type { ListedSession, NewSession, SessionOwner, SessionStore } from './store.ts';
import type { StoreDoors } from './store-doors.ts';

export function pgSessionStore({ database, makeId }: StoreDoors, version: AccessVersion): SessionStore {
  const known = remember<SessionOwner>({ version, holds: isFresh });
  const noted = async (tx: Tx, event: SecurityEvent, now: number) => recordSecurityEvent(tx, event, makeId, now);
  return {
    start: (session, replaces, event) =>
      database.access(null, async (tx) => {
        if (replaces !== null) await endSession(tx, replaces, session.createdAt);
        await insertSession(tx, session);
        await noted(tx, event, session.createdAt);
      }),
    owner: (tokenHash, wanted, now) =>
      known(`${hashName(tokenHash)} ${wanted ?? ''}`, now, async () => {
        const [row] = await database.accessStatement(ownerOf(tokenHash, wanted, now));
        return row === undefined ? NOTHING : { version: row.version, found: toOwner(row) };
      }),
    seen: async (id, now) => {
      await database.accessStatement(sql`update sessions set seen_at = greatest(seen_at, ${at(now)}) where id = ${id}`);
    },
    end: (tokenHash, event, now) =>
      database.access(null, async (tx) => {
        if (await endSession(tx, tokenHash, now)) await noted(tx, event, now);
      }),
    list: (userId, now) => database.access(null, (tx) => rows(tx, listed(userId, now))),
    revoke: (userId, id, event, now) =>
      database.access(null, async (tx) => {
        const ended = await change(
          tx,
          sql`update sessions set revoked_at = ${at(now)} where id = ${id} and user_id = ${userId} and revoked_at is null`,
        );
        if (ended > 0) await noted(tx, event, now);
        return ended > 0;
      }),
    revokeOthers: (userId, but, event, now) =>
      database.access(null, async (tx) => {
        const ended = await endSessionsOf(tx, userId, now, but);
        await noted(tx, event, now);
        return ended;
      }),
    sweep: (before) =>
      database.access(null, async (tx) => {
        const sessions = await change(
          tx,
          sql`delete from sessions where least(expires_at, coalesce(revoked_at, expires_at)) < ${at(before)}`,
        );
        const codes = await change(tx, sql`delete from one_time_codes where expires_at < ${at(before)}`);
        const guesses = await change(tx, sql`delete from guesses where counted_from < ${at(before)}`);
        return sessions + codes + guesses;
      }),
  };
}

/** Use is noted after the step, so the row is looked at again; that it ends by itself is known. */
function isFresh({ seenAt, expiresAt }: SessionOwner, now: number): boolean {
  return now - seenAt < SEEN_STEP_MS && now < expiresAt;
}

interface OwnerRow {
  readonly version: bigint;
  readonly sessionId: SessionId;
  readonly seenAt: number;
  readonly expiresAt: number;
  readonly id: UserId;
  readonly email: string;
  readonly name: string;
  readonly homeTenantId: TenantId;
  readonly tenantId: TenantId | null;
  readonly role: Role | null;
}

/** One statement: session, person and role as they are now. */
function ownerOf(tokenHash: Uint8Array, wanted: TenantId | null, now: number) {
  return sql<OwnerRow>`
    select ${VERSION} as version, s.id as "sessionId", s.seen_at as "seenAt", s.expires_at as "expiresAt", u.id, u.email, u.name, u.tenant_id as "homeTenantId",
      m.tenant_id as "tenantId", m.role
    from sessions s join users u on u.id = s.user_id
    left join lateral (
      select tenant_id, role from memberships
      where user_id = s.user_id and disabled_at is null and (${wanted}::text is null or tenant_id = ${wanted})
      order by created_at, tenant_id limit 1) m on true
    where s.token_hash = ${tokenHash} and s.revoked_at is null and s.expires_at > ${at(now)}
      and s.seen_at > ${at(now - SESSION_IDLE_MS)}
    order by s.id`;
}

function toOwner({ sessionId, seenAt, expiresAt, tenantId, role, version: _, ...person }: OwnerRow): SessionOwner {
  return { sessionId, seenAt, expiresAt, tenantId, role, person };
}

function listed(userId: UserId, now: number) {
  return sql<ListedSession>`
    select id, address, agent, created_at as "createdAt", seen_at as "seenAt", expires_at as "expiresAt" from sessions
    where user_id = ${userId} and revoked_at is null and expires_at > ${at(now)} and seen_at > ${at(now - SESSION_IDLE_MS)}
    order by id desc`;
}

export async function insertSession(tx: Tx, session: NewSession): Promise<void> {
  const { id, userId, tokenHash, client, createdAt, expiresAt } = session;
  await sql`
    insert into sessions (id, user_id, token_hash, address, agent, created_at, seen_at, expires_at)
    values (${id}, ${userId}, ${tokenHash}, ${client.address}, ${client.agent}, ${at(createdAt)}, ${at(createdAt)}, ${at(expiresAt)})`.execute(
    tx,
  );
}

async function endSession(tx: Tx, tokenHash: Uint8Array, now: number): Promise<boolean> {
  const ended = await change(
    tx,
    sql`update sessions set revoked_at = ${at(now)} where token_hash = ${tokenHash} and revoked_at is null`,
  );
  return ended > 0;
}

/** Ends every session of a person, but one; answers how many. */
export function endSessionsOf(tx: Tx, userId: UserId, now: number, but: SessionId | null = null): Promise<number> {
  return change(
    tx,
    sql`update sessions set revoked_at = ${at(now)} where user_id = ${userId} and revoked_at is null and id is distinct from ${but}::text`,
  );
}
