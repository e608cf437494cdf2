import type { TenantId, UserId } from '../../kernel/ids.ts';
import { at, atOrNull, change, firstRow, rows, sql, type Tx } from '../../platform/store/index.ts';
import { type PageRequest, recordChange, rowsToRead, sortOf, toPage, when, whereAll } from '../audit/index.ts';
import { insertPerson } from './people.pg.ts';
import { endSessionsOf, insertSession } from './sessions.pg.ts';
import type { Audited, ById, Invitation, Member, MemberStore, NewSession } from './store.ts';
import type { StoreDoors } from './store-doors.ts';

export function pgMemberStore({ database, makeId, clock }: StoreDoors): MemberStore {
  const audit = (tx: Tx, audited: Audited) => recordChange(tx, audited, makeId, clock.now());
  return {
    list: (tenantId) => database.access(tenantId, (tx) => rows(tx, membersOf(tenantId))),
    page: async (tenantId, query) => {
      const found = await database.access(tenantId, (tx) => rows(tx, membersOf(tenantId, query)));
      return toPage(found, query, ({ id }) => ({ id }));
    },
    change: (tenantId, userId, wanted, may) =>
      database.access(tenantId, async (tx) => {
        const all = await lockMembers(tx, tenantId);
        const member = all.find(({ id }) => id === userId);
        if (member === undefined) return null;
        const otherOwners = all.filter((one) => one.id !== userId && one.role === 'owner' && one.disabledAt === null);
        const audited = may(member, otherOwners.length);
        const now = clock.now();
        const after = {
          ...member,
          role: wanted.role ?? member.role,
          disabledAt: disabledAt(member, wanted.disabled, now),
        };
        await sql`
          update memberships set role = ${after.role}, disabled_at = ${atOrNull(after.disabledAt)}, updated_at = ${at(now)}
          where tenant_id = ${tenantId} and user_id = ${userId}`.execute(tx);
        await endSessionsOf(tx, userId, now);
        await audit(tx, audited);
        return after;
      }),
    invite: (invitation, tokenHash, audited) =>
      database.access(invitation.tenantId, async (tx) => {
        const { tenantId, email, createdAt } = invitation;
        if ((await firstRow(tx, memberWith(tenantId, email))) !== null) return 'member';
        // An address has one invitation: the newest.
        await sql`
          update invitations set revoked_at = ${at(createdAt)}
          where tenant_id = ${tenantId} and email = ${email} and accepted_at is null and revoked_at is null`.execute(
          tx,
        );
        await insertInvitation(tx, invitation, tokenHash);
        await audit(tx, audited);
        return 'done';
      }),
    invitations: (tenantId) =>
      database.access(tenantId, (tx) =>
        rows(tx, sql<Invitation>`select ${INVITATION} from invitations where tenant_id = ${tenantId} order by id desc`),
      ),
    invitationPage: async (tenantId, query) => {
      const found = await database.access(tenantId, (tx) => rows(tx, invitationsOf(tenantId, query)));
      return toPage(found, query, ({ id }) => ({ id }));
    },
    revokeInvitation: (tenantId, id, audited, now) =>
      database.access(tenantId, async (tx) => {
        const revoked = await change(
          tx,
          sql`update invitations set revoked_at = ${at(now)}
            where tenant_id = ${tenantId} and id = ${id} and accepted_at is null and revoked_at is null`,
        );
        if (revoked > 0) await audit(tx, audited);
        return revoked > 0;
      }),
    openInvitation: (tokenHash, now) =>
      database.access(null, (tx) =>
        firstRow(
          tx,
          sql<Invitation>`select ${INVITATION} from invitations where token_hash = ${tokenHash} and ${isOpen(now)}`,
        ),
      ),
    accept: (tokenHash, who, session, audited) =>
      database.access(audited.tenantId, async (tx) => {
        const accepted = await accept(tx, { tokenHash, who, session, tenantId: audited.tenantId });
        if (accepted) await audit(tx, audited);
        return accepted;
      }),
  };
}

function membersOf(tenantId: TenantId, query: PageRequest<ById> | null = null) {
  const { where, sort } = part(sql`u.id`, sql`m.tenant_id = ${tenantId}`, query);
  return sql<Member>`
    select u.id, u.email, u.name, m.role, m.disabled_at as "disabledAt", m.created_at as "createdAt",
      exists (select 1 from totp_seeds t where t.user_id = u.id and t.confirmed_at is not null) as "hasSecondFactor"
    from memberships m join users u on u.id = m.user_id ${where} order by ${sort}`;
}

type Sql = ReturnType<typeof sql>;

/** The part of a list that is wanted; all of it, the oldest first, when none is named. */
function part(id: Sql, condition: Sql, query: PageRequest<ById> | null): { readonly where: Sql; readonly sort: Sql } {
  if (query === null) return { where: whereAll(condition), sort: id };
  const { direction, beyond } = sortOf(query.order);
  const after = when(query.after, (last) => sql`${id} ${beyond} ${last.id}`);
  return { where: whereAll(condition, after), sort: sql`${id} ${direction} limit ${rowsToRead(query)}` };
}

function invitationsOf(tenantId: TenantId, query: PageRequest<ById>) {
  const { where, sort } = part(sql`id`, sql`tenant_id = ${tenantId}`, query);
  return sql<Invitation>`select ${INVITATION} from invitations ${where} order by ${sort}`;
}

/** All of them: whether an owner is left is a question about all. */
async function lockMembers(tx: Tx, tenantId: TenantId): Promise<readonly Member[]> {
  await rows(tx, sql`select 1 from memberships where tenant_id = ${tenantId} order by user_id for update`);
  return rows(tx, membersOf(tenantId));
}

function disabledAt(member: Member, disabled: boolean | undefined, now: number): number | null {
  if (disabled === undefined) return member.disabledAt;
  return disabled ? (member.disabledAt ?? now) : null;
}

function memberWith(tenantId: TenantId, email: string) {
  return sql<{ readonly id: UserId }>`
    select u.id from users u join memberships m on m.user_id = u.id
    where m.tenant_id = ${tenantId} and u.email = ${email} and m.disabled_at is null`;
}

const INVITATION = sql`
  id, tenant_id as "tenantId", email, role, invited_by as "invitedBy", created_at as "createdAt", expires_at as "expiresAt",
  accepted_at as "acceptedAt", revoked_at as "revokedAt"`;

function isOpen(now: number) {
  return sql`accepted_at is null and revoked_at is null and expires_at > ${at(now)}`;
}

async function insertInvitation(tx: Tx, invitation: Invitation, tokenHash: Uint8Array): Promise<void> {
  const { id, tenantId, email, role, invitedBy, createdAt, expiresAt } = invitation;
  await sql`
    insert into invitations (id, tenant_id, email, role, token_hash, invited_by, created_at, expires_at)
    values (${id}, ${tenantId}, ${email}, ${role}, ${tokenHash}, ${invitedBy}, ${at(createdAt)}, ${at(expiresAt)})`.execute(
    tx,
  );
}

interface Acceptance {
  readonly tokenHash: Uint8Array;
  readonly who: Parameters<MemberStore['accept']>[1];
  readonly session: NewSession;
  readonly tenantId: TenantId;
}

/** Of two who use an invitation at once, one finds it used. */
async function accept(tx: Tx, { tokenHash, who, session, tenantId }: Acceptance): Promise<boolean> {
  const now = session.createdAt;
  const used = await firstRow<{ readonly role: string }>(
    tx,
    sql`update invitations set accepted_at = ${at(now)}
        where token_hash = ${tokenHash} and tenant_id = ${tenantId} and ${isOpen(now)} returning role`,
  );
  if (used === null) return false;
  if (who.kind === 'new') await insertPerson(tx, who.person);
  await sql`
      insert into memberships (tenant_id, user_id, role, created_at, updated_at)
      values (${tenantId}, ${session.userId}, ${used.role}, ${at(now)}, ${at(now)})
      on conflict (tenant_id, user_id) do update
      set role = excluded.role, disabled_at = null, updated_at = excluded.updated_at`.execute(tx);
  await insertSession(tx, session);
  return true;
}
