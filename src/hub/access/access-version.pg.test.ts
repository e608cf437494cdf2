import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { asOwner, firstRow, sql } from '../../platform/store/index.ts';
import type { AccessDoors } from './access-doors.ts';
import { createApiKey } from './api-keys.ts';
import { authenticateApiKey, authenticateSession } from './authenticate.ts';
import { CLIENT, PASSWORD, type TestAccess, testAccess } from './fixtures/access.ts';
import { SEEN_STEP_MS, SESSION_IDLE_MS, VERSION_LIFE_MS } from './limits.ts';
import { changeMember } from './members.ts';
import { openAccess } from './open-access.ts';
import { changePassword } from './passwords.ts';

let hub: TestAccess;
let other: AccessDoors;
beforeEach(async () => {
  hub = await testAccess();
  const { support, vault, clock, doors } = hub;
  other = openAccess({ database: support.database, vault, clock, random: doors.random, makeId: doors.makeId });
});
afterEach(() => hub.close());

const roleOf = async (doors: AccessDoors, token: string) =>
  (await authenticateSession(doors, token, null))?.role ?? null;
const event = { tenantId: null, kind: 'session.ended', detail: {} };
/** Of a person who is remembered by this process and by another one. */
async function remembered() {
  await hub.claim();
  const started = await hub.join('bookkeeper');
  const token = started.token.reveal();
  const { person, sessionId } = await hub.principal(started);
  expect([await roleOf(hub.doors, token), await roleOf(other, token)]).toEqual(['bookkeeper', 'bookkeeper']);
  return { token, userId: person.id, sessionId };
}

async function version(): Promise<bigint> {
  const row = await asOwner(hub.support.owner, (tx) =>
    firstRow(tx, sql<{ version: bigint }>`select version from access_version`),
  );
  return row!.version;
}

describe('what is remembered of a session', () => {
  test('ends with it for the next request, and in another process within moments', async () => {
    const { token, userId, sessionId } = await remembered();
    await hub.doors.stores.sessions.revoke(userId, sessionId, event, hub.clock.now());
    expect(await roleOf(hub.doors, token)).toBeNull();
    hub.clock.move(VERSION_LIFE_MS);
    expect(await roleOf(other, token)).toBeNull();
  });

  test('ends when the person is disabled, or gets another role', async () => {
    const { token, userId } = await remembered();
    await changeMember(hub.doors, hub.machine, { tenantId: hub.tenantId, userId, wanted: { disabled: true } });
    expect(await roleOf(hub.doors, token)).toBeNull();
    hub.clock.move(VERSION_LIFE_MS);
    expect(await roleOf(other, token)).toBeNull();
  });

  test('is the role of the moment when it is changed by anything', async () => {
    const { token, userId } = await remembered();
    await asOwner(hub.support.owner, (tx) =>
      sql`update memberships set role = 'auditor' where user_id = ${userId}`.execute(tx),
    );
    hub.clock.move(VERSION_LIFE_MS);
    expect([await roleOf(hub.doors, token), await roleOf(other, token)]).toEqual(['auditor', 'auditor']);
  });

  test('ends with a new password', async () => {
    const { token } = await remembered();
    const principal = (await authenticateSession(hub.doors, token, null))!;
    await changePassword(hub.doors, principal, {
      current: PASSWORD,
      next: 'seven-red-tractors-88-sing',
      client: CLIENT,
    });
    expect(await roleOf(hub.doors, token)).toBeNull();
  });

  test('ends when it was not used for too long, although each look was remembered', async () => {
    const { token } = await remembered();
    hub.clock.move(SESSION_IDLE_MS - 1);
    expect(await roleOf(other, token)).toBe('bookkeeper');
    hub.clock.move(SEEN_STEP_MS + 1);
    expect(await roleOf(hub.doors, token)).toBe('bookkeeper');
    hub.clock.move(SESSION_IDLE_MS);
    expect([await roleOf(hub.doors, token), await roleOf(other, token)]).toEqual([null, null]);
  });

  test('is looked up once, and not for each request', async () => {
    const { token } = await remembered();
    const found = await authenticateSession(other, token, null);
    expect((await authenticateSession(other, token, null))?.person).toBe(found?.person);
  });
});

test('a key that was taken back is refused at once, also where it is remembered', async () => {
  const wanted = { tenantId: hub.tenantId, name: 'a program', scopes: ['books.read'] as const, life_ms: 86_400_000 };
  const { key, secret } = await createApiKey(hub.doors, hub.machine, wanted);
  const find = (doors: AccessDoors) => authenticateApiKey(doors, secret.reveal(), null);
  for (const doors of [hub.doors, other, hub.doors, other]) expect(await find(doors)).not.toBeNull();
  const audited = {
    tenantId: hub.tenantId,
    actor: { kind: 'cli', id: 'cli' },
    action: 'api_key.revoked',
    subject: key.id,
    diff: {},
  } as const;
  await hub.doors.stores.apiKeys.revoke(hub.tenantId, key.id, audited, hub.clock.now());
  expect(await find(hub.doors)).toBeNull();
  hub.clock.move(VERSION_LIFE_MS);
  expect(await find(other)).toBeNull();
});

test('use that is only noted changes no version, and neither does the sweep of what is over', async () => {
  const { sessionId } = await remembered();
  const before = await version();
  await hub.doors.stores.sessions.seen(sessionId, hub.clock.now() + SEEN_STEP_MS);
  await asOwner(hub.support.owner, (tx) =>
    sql`insert into sessions (id, user_id, token_hash, address, agent, created_at, seen_at, expires_at)
      select 'ses_old', id, '\x01', '', '', '2020-01-01', '2020-01-01', '2020-01-01' from users order by id limit 1`.execute(
      tx,
    ),
  );
  expect(await hub.doors.stores.sessions.sweep(Date.UTC(2021, 0))).toBe(1);
  expect(await version()).toBe(before);
  await asOwner(hub.support.owner, (tx) => sql`delete from sessions where id = ${sessionId}`.execute(tx));
  expect(await version()).toBe(before + 1n);
});
