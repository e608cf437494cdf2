import type { UserId } from '../../kernel/ids.ts';
import { at, change, firstRow, rows, sql, type Tx } from '../../platform/store/index.ts';
import { recordChange } from '../audit/index.ts';
import type { Person } from './principal.ts';
import { endSessionsOf, insertSession } from './sessions.pg.ts';
import type { Audited, KnownPerson, Membership, NewPerson, NewSession, PeopleStore } from './store.ts';
import type { StoreDoors } from './store-doors.ts';

/** Any number that nobody else locks: two claims of the first owner take turns. */
const CLAIM_LOCK = 4_170_014;

export function pgPeopleStore({ database, makeId, clock }: StoreDoors): PeopleStore {
  const audit = (tx: Tx, audited: Audited) => recordChange(tx, audited, makeId, clock.now());
  return {
    hasPeople: () => database.access(null, hasPeople),
    find: (email) => database.access(null, (tx) => firstRow(tx, known(sql`u.email = ${email}`))),
    findById: (userId) => database.access(null, (tx) => firstRow(tx, known(sql`u.id = ${userId}`))),
    memberships: (userId) => database.access(null, (tx) => rows(tx, membershipsOf(userId))),
    addFirstStartCode: ({ hash, createdAt, expiresAt }) =>
      database.access(null, async (tx) => {
        await sql`
          insert into one_time_codes (id, purpose, code_hash, created_at, expires_at)
          values (${makeId('otc')}, 'first_start', ${hash}, ${at(createdAt)}, ${at(expiresAt)})`.execute(tx);
      }),
    claim: (codeHash, person, session, audited) =>
      database.access(person.homeTenantId, async (tx) => {
        const outcome = await claim(tx, { codeHash, person, session });
        if (outcome === 'done') await audit(tx, audited);
        return outcome;
      }),
    addResetCode: ({ userId, hash, dropsSecondFactor, createdAt, expiresAt }, audited) =>
      database.access(audited.tenantId, async (tx) => {
        await sql`delete from one_time_codes where user_id = ${userId} and used_at is null`.execute(tx);
        await sql`
          insert into one_time_codes (id, purpose, user_id, drops_second_factor, code_hash, created_at, expires_at)
          values (${makeId('otc')}, 'password_reset', ${userId}, ${dropsSecondFactor}, ${hash}, ${at(createdAt)}, ${at(expiresAt)})`.execute(
          tx,
        );
        await audit(tx, audited);
      }),
    ownerOfResetCode: (hash, now) =>
      database.access(null, (tx) =>
        firstRow(
          tx,
          sql<Person>`
          select u.id, u.email, u.name, u.tenant_id as "homeTenantId" from one_time_codes c join users u on u.id = c.user_id
          where c.code_hash = ${hash} and c.purpose = 'password_reset' and c.used_at is null and c.expires_at > ${at(now)}
          order by u.id`,
        ),
      ),
    resetPassword: (codeHash, passwordHash, audited) =>
      database.access(audited.tenantId, async (tx) => {
        const now = clock.now();
        const code = await useCode(tx, 'password_reset', codeHash, now);
        if (code?.userId == null) return false;
        await setPassword(tx, code.userId, passwordHash, now);
        if (code.dropsSecondFactor) {
          await dropSecondFactor(tx, code.userId);
          await sql`delete from passkeys where user_id = ${code.userId}`.execute(tx);
        }
        await endSessionsOf(tx, code.userId, now);
        await audit(tx, audited);
        return true;
      }),
    changePassword: (passwordHash, session, audited) =>
      database.access(audited.tenantId, async (tx) => {
        await setPassword(tx, session.userId, passwordHash, session.createdAt);
        await endSessionsOf(tx, session.userId, session.createdAt);
        await insertSession(tx, session);
        await audit(tx, audited);
      }),
  };
}

async function hasPeople(tx: Tx): Promise<boolean> {
  return (await firstRow(tx, sql`select 1 from users limit 1`)) !== null;
}

function known(condition: ReturnType<typeof sql>) {
  return sql<KnownPerson>`
    select u.id, u.email, u.name, u.tenant_id as "homeTenantId", u.password_hash as "passwordHash",
      exists (select 1 from memberships m where m.user_id = u.id and m.disabled_at is null) as "isMember",
      exists (select 1 from totp_seeds t where t.user_id = u.id and t.confirmed_at is not null) as "hasSecondFactor"
    from users u where ${condition} order by u.id`;
}

function membershipsOf(userId: UserId) {
  return sql<Membership>`
    select m.tenant_id as "tenantId", t.name as "tenantName", m.role from memberships m join tenants t on t.id = m.tenant_id
    where m.user_id = ${userId} and m.disabled_at is null order by m.created_at, m.tenant_id`;
}

interface UsedCode {
  readonly userId: UserId | null;
  readonly dropsSecondFactor: boolean;
}

/** Of two who use a code at once, one finds it used. */
function useCode(tx: Tx, purpose: string, hash: Uint8Array, now: number): Promise<UsedCode | null> {
  return firstRow(
    tx,
    sql<UsedCode>`
    update one_time_codes set used_at = ${at(now)}
    where code_hash = ${hash} and purpose = ${purpose} and used_at is null and expires_at > ${at(now)}
    returning user_id as "userId", drops_second_factor as "dropsSecondFactor"`,
  );
}

export async function insertPerson(tx: Tx, person: NewPerson): Promise<void> {
  const { id, homeTenantId, email, name, passwordHash, createdAt } = person;
  await sql`
    insert into users (id, tenant_id, email, name, password_hash, password_at, created_at)
    values (${id}, ${homeTenantId}, ${email}, ${name}, ${passwordHash}, ${at(createdAt)}, ${at(createdAt)})`.execute(
    tx,
  );
}

async function setPassword(tx: Tx, userId: UserId, passwordHash: string, now: number): Promise<void> {
  await change(
    tx,
    sql`update users set password_hash = ${passwordHash}, password_at = ${at(now)} where id = ${userId}`,
  );
}

export async function dropSecondFactor(tx: Tx, userId: UserId): Promise<void> {
  await sql`delete from totp_seeds where user_id = ${userId}`.execute(tx);
  await sql`delete from recovery_codes where user_id = ${userId}`.execute(tx);
}

interface Claim {
  readonly codeHash: Uint8Array;
  readonly person: NewPerson;
  readonly session: NewSession;
}

async function claim(tx: Tx, { codeHash, person, session }: Claim): Promise<'done' | 'taken' | 'refused'> {
  await sql`select pg_advisory_xact_lock(${CLAIM_LOCK})`.execute(tx);
  if (await hasPeople(tx)) return 'taken';
  if ((await useCode(tx, 'first_start', codeHash, person.createdAt)) === null) return 'refused';
  await sql`update one_time_codes set used_at = ${at(person.createdAt)} where purpose = 'first_start' and used_at is null`.execute(
    tx,
  );
  await insertPerson(tx, person);
  await sql`
      insert into memberships (tenant_id, user_id, role, created_at, updated_at)
      values (${person.homeTenantId}, ${person.id}, 'owner', ${at(person.createdAt)}, ${at(person.createdAt)})`.execute(
    tx,
  );
  await insertSession(tx, session);
  return 'done';
}
