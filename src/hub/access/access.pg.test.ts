import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TenantId } from '../../kernel/ids.ts';
import { asOwner, rows, sql } from '../../platform/store/index.ts';
import { pgAuditLog } from '../audit/index.ts';
import { createApiKey, revokeApiKey } from './api-keys.ts';
import { authenticateApiKey, authenticateSession } from './authenticate.ts';
import { claimFirstStart, firstStartCode } from './first-start.ts';
import { CLIENT, PASSWORD, type TestAccess, testAccess } from './fixtures/access.ts';
import { acceptInvitation, invite, revokeInvitation } from './invitations.ts';
import { changeMember } from './members.ts';
import { changePassword, resetCode, resetPassword } from './passwords.ts';
import { beginSecondFactor, confirmSecondFactor, removeSecondFactor } from './second-factor.ts';
import { signIn } from './sign-in.ts';
import { codeAt } from './totp.ts';

const OTHER_PASSWORD = 'saffron-glacier-27-violin';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let hub: TestAccess;
beforeEach(async () => {
  hub = await testAccess();
});
afterEach(() => hub.close());

const signInAs = (email: string, password = PASSWORD, code: string | null = null, client = CLIENT) =>
  signIn(hub.doors, { email, password, code, client, replaces: null });
const isGood = async ({ token }: { token: { reveal(): string } }) =>
  (await authenticateSession(hub.doors, token.reveal(), null)) !== null;
const audited = async (tenantId = hub.tenantId) =>
  (
    await pgAuditLog(hub.support.database).list(tenantId, {
      order: 'oldest',
      after: null,
      limit: 50,
      action: null,
      subject: null,
      actor: null,
    })
  ).items;

describe('the first start', () => {
  test('makes an owner with the code that was printed, once', async () => {
    const session = await hub.claim();
    expect(await hub.principal(session)).toMatchObject({ tenantId: hub.tenantId, role: 'owner' });
    expect(await firstStartCode(hub.doors)).toBeNull();
    expect((await audited()).map(({ action }) => action)).toEqual(['member.first_owner']);
  });

  test('refuses a wrong code and one that is over, and says nothing of which', async () => {
    const code = (await firstStartCode(hub.doors))!.reveal();
    const claim = (typed: string) =>
      claimFirstStart(hub.doors, hub.tenantId, {
        code: typed,
        email: 'a@example.com',
        name: 'A',
        password: PASSWORD,
        client: CLIENT,
      });
    await expect(claim('0000-0000-0000-0000')).rejects.toMatchObject({ code: 'access.code_refused' });
    hub.clock.move(24 * HOUR);
    await expect(claim(code)).rejects.toMatchObject({ code: 'access.code_refused' });
    expect(await hub.events()).toEqual(['first_start.refused', 'first_start.refused']);
  });

  test('of two who claim at once makes one owner', async () => {
    const codes = [(await firstStartCode(hub.doors))!, (await firstStartCode(hub.doors))!];
    const outcomes = await Promise.allSettled(
      codes.map((code, i) =>
        claimFirstStart(hub.doors, hub.tenantId, {
          code: code.reveal(),
          email: `p${i}@example.com`,
          name: 'P',
          password: PASSWORD,
          client: CLIENT,
        }),
      ),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const people = await asOwner(hub.support.owner, (tx) => rows(tx, sql`select 1 from users`));
    expect(people).toHaveLength(1);
  });

  test('the code may be typed with capitals and spaces, and stands nowhere as text', async () => {
    const code = (await firstStartCode(hub.doors))!.reveal();
    const stored = await asOwner(hub.support.owner, (tx) =>
      rows(tx, sql<{ row: string }>`select c::text as row from one_time_codes c`),
    );
    expect(stored[0]!.row).not.toContain(code);
    const typed = code.toUpperCase().replaceAll('-', ' ');
    await claimFirstStart(hub.doors, hub.tenantId, {
      code: typed,
      email: 'a@example.com',
      name: 'A',
      password: PASSWORD,
      client: CLIENT,
    });
  });

  test('refuses a password that is easily guessed', async () => {
    const code = (await firstStartCode(hub.doors))!.reveal();
    for (const password of ['short', 'password1234', 'qwertyuiop12', 'olive.owner.example'])
      await expect(
        claimFirstStart(hub.doors, hub.tenantId, {
          code,
          email: 'olive.owner@example.com',
          name: 'Olive Owner',
          password,
          client: CLIENT,
        }),
      ).rejects.toMatchObject({ code: 'access.password_weak', field: 'password' });
  });
});

describe('signing in', () => {
  beforeEach(() => hub.claim());

  test('takes the address in any capitals', async () => {
    expect(await isGood(await signInAs(' Owner@Example.com '))).toBe(true);
  });

  test('is refused alike for a wrong password and an address that nobody has', async () => {
    const wrong = await signInAs('owner@example.com', OTHER_PASSWORD).catch((error: unknown) => error);
    const nobody = await signInAs('nobody@example.com', OTHER_PASSWORD).catch((error: unknown) => error);
    expect(wrong).toMatchObject({ code: 'access.sign_in_refused' });
    expect({ ...(nobody as Error), message: (nobody as Error).message }).toEqual({
      ...(wrong as Error),
      message: (wrong as Error).message,
    });
  });

  test('takes as long for an address that nobody has', async () => {
    const timed = async (email: string) => {
      await asOwner(hub.support.owner, (tx) => sql`delete from guesses`.execute(tx));
      const startedAt = performance.now();
      await signInAs(email, OTHER_PASSWORD).catch(() => undefined);
      return performance.now() - startedAt;
    };
    // In turns, and the fastest of each: what else the machine does makes some slower, and none faster.
    const fastest = { known: Number.POSITIVE_INFINITY, unknown: Number.POSITIVE_INFINITY };
    for (let i = 0; i < 20; i += 1) {
      fastest.known = Math.min(fastest.known, await timed('owner@example.com'));
      fastest.unknown = Math.min(fastest.unknown, await timed('nobody@example.com'));
    }
    expect(fastest.unknown).toBeGreaterThan(fastest.known * 0.7);
    expect(fastest.known).toBeGreaterThan(fastest.unknown * 0.7);
  });

  test('gives a token that is stored as a hash, and ends the session it replaces', async () => {
    const first = await signInAs('owner@example.com');
    const second = await signIn(hub.doors, {
      email: 'owner@example.com',
      password: PASSWORD,
      code: null,
      client: CLIENT,
      replaces: first.token,
    });
    expect([await isGood(first), await isGood(second)]).toEqual([false, true]);
    const stored = await asOwner(hub.support.owner, (tx) =>
      rows(tx, sql<{ row: string }>`select s::text as row from sessions s`),
    );
    const token = Buffer.from(second.token.reveal()).toString('hex');
    for (const { row } of stored)
      expect([row.includes(second.token.reveal()), row.includes(token)]).toEqual([false, false]);
  });

  test('makes whoever guesses at an account wait longer and longer, wherever they guess from', async () => {
    const from = (i: number) => ({ ...CLIENT, address: `203.0.113.${i}` });
    const guess = (i: number) => signInAs('owner@example.com', OTHER_PASSWORD, null, from(i));
    for (let i = 0; i < 5; i += 1) await expect(guess(i)).rejects.toMatchObject({ code: 'access.sign_in_refused' });
    await expect(signInAs('owner@example.com', PASSWORD, null, from(9))).rejects.toMatchObject({
      code: 'access.too_many_guesses',
      retryAfter_ms: 5_000,
    });
    hub.clock.move(5_000);
    await expect(guess(10)).rejects.toMatchObject({ code: 'access.sign_in_refused' });
    await expect(guess(11)).rejects.toMatchObject({ code: 'access.too_many_guesses', retryAfter_ms: 10_000 });
    hub.clock.move(10_000);
    expect(await isGood(await signInAs('owner@example.com'))).toBe(true);
    await expect(guess(12)).rejects.toMatchObject({ code: 'access.sign_in_refused' });
  });

  test('counts guesses that come at once', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 12 }, (_, i) =>
        signInAs('owner@example.com', OTHER_PASSWORD, null, { ...CLIENT, address: `203.0.113.${i}` }),
      ),
    );
    const codes = outcomes.map((one) => (one.status === 'rejected' ? (one.reason as { code: string }).code : 'in'));
    expect(codes.filter((code) => code === 'access.sign_in_refused')).toHaveLength(5);
  });

  test('makes an address that guesses at many accounts wait', async () => {
    for (let i = 0; i < 20; i += 1) await signInAs(`person${i}@example.com`, OTHER_PASSWORD).catch(() => undefined);
    await expect(signInAs('another@example.com', OTHER_PASSWORD)).rejects.toMatchObject({
      code: 'access.too_many_guesses',
    });
  });
});

describe('a session', () => {
  test('ends when it is not used for half an hour', async () => {
    const session = await hub.claim();
    hub.clock.move(29 * MINUTE);
    expect(await isGood(session)).toBe(true);
    hub.clock.move(29 * MINUTE);
    expect(await isGood(session)).toBe(true);
    hub.clock.move(30 * MINUTE);
    expect(await isGood(session)).toBe(false);
  });

  test('ends after twelve hours, however much it is used', async () => {
    const session = await hub.claim();
    for (let i = 0; i < 35; i += 1) {
      hub.clock.move(20 * MINUTE);
      expect(await isGood(session)).toBe(true);
    }
    hub.clock.move(20 * MINUTE);
    expect(await isGood(session)).toBe(false);
  });

  test('is listed, and revoked by its owner alone', async () => {
    const owner = await hub.claim();
    const admin = await hub.join('admin');
    const [mine, theirs] = [await hub.principal(owner), await hub.principal(admin)];
    const event = { tenantId: null, kind: 'session.revoked', detail: {} };
    const { sessions } = hub.doors.stores;
    expect((await sessions.list(mine.person.id, hub.clock.now())).map(({ id }) => id)).toEqual([mine.sessionId]);
    expect(await sessions.revoke(mine.person.id, theirs.sessionId, event, hub.clock.now())).toBe(false);
    expect(await isGood(admin)).toBe(true);
    expect(await sessions.revoke(theirs.person.id, theirs.sessionId, event, hub.clock.now())).toBe(true);
    expect(await isGood(admin)).toBe(false);
  });

  test('is swept away a month after it ended', async () => {
    const session = await hub.claim();
    const { sessions } = hub.doors.stores;
    expect(await sessions.sweep(hub.clock.now())).toBe(0);
    hub.clock.move(31 * 24 * HOUR);
    expect(await sessions.sweep(hub.clock.now() - 30 * 24 * HOUR)).toBeGreaterThan(0);
    expect(await isGood(session)).toBe(false);
  });
});

describe('a password', () => {
  test('is changed with the present one; every other session ends, and this one goes on under a new token', async () => {
    const first = await hub.claim();
    const second = await signInAs('owner@example.com');
    const principal = await hub.principal(second);
    const change = (current: string) =>
      changePassword(hub.doors, principal, { current, next: OTHER_PASSWORD, client: CLIENT });
    await expect(change(OTHER_PASSWORD)).rejects.toMatchObject({ code: 'access.sign_in_refused' });
    const after = await change(PASSWORD);
    expect([await isGood(first), await isGood(second), await isGood(after)]).toEqual([false, false, true]);
    await expect(signInAs('owner@example.com')).rejects.toMatchObject({ code: 'access.sign_in_refused' });
    expect(await isGood(await signInAs('owner@example.com', OTHER_PASSWORD))).toBe(true);
    expect((await audited()).at(-1)).toMatchObject({
      action: 'password.changed',
      diff: '{"password":["[secret]","[secret]"]}',
    });
  });

  test('is reset with a code from the machine, once, within the hour', async () => {
    const session = await hub.claim();
    const [member] = await hub.doors.stores.members.list(hub.tenantId);
    const offer = async () =>
      (await resetCode(hub.doors, hub.machine, { member: member!, dropsSecondFactor: false })).code.reveal();
    const old = await offer();
    hub.clock.move(HOUR);
    const reset = (code: string) => resetPassword(hub.doors, { code, password: OTHER_PASSWORD, client: CLIENT });
    await expect(reset(old)).rejects.toMatchObject({ code: 'access.code_refused' });
    const code = await offer();
    await reset(code);
    await expect(reset(code)).rejects.toMatchObject({ code: 'access.code_refused' });
    expect(await isGood(session)).toBe(false);
    expect(await isGood(await signInAs('owner@example.com', OTHER_PASSWORD))).toBe(true);
  });
});

describe('a second factor', () => {
  async function withSecondFactor() {
    const principal = await hub.principal(await hub.claim());
    const { seed } = await beginSecondFactor(hub.doors, principal, { password: PASSWORD, client: CLIENT });
    const confirmed = await confirmSecondFactor(hub.doors, principal, {
      code: codeAt(seed, hub.clock.now()),
      client: CLIENT,
    });
    hub.clock.move(MINUTE);
    return { seed, ...confirmed };
  }

  test('is not asked for before it is confirmed', async () => {
    const principal = await hub.principal(await hub.claim());
    await beginSecondFactor(hub.doors, principal, { password: PASSWORD, client: CLIENT });
    expect(await isGood(await signInAs('owner@example.com'))).toBe(true);
    await expect(confirmSecondFactor(hub.doors, principal, { code: '000000', client: CLIENT })).rejects.toMatchObject({
      code: 'access.code_refused',
    });
  });

  test('is asked for, and each code is good once', async () => {
    const { seed } = await withSecondFactor();
    await expect(signInAs('owner@example.com')).rejects.toMatchObject({ code: 'access.second_factor_needed' });
    const code = codeAt(seed, hub.clock.now());
    expect(await isGood(await signInAs('owner@example.com', PASSWORD, code))).toBe(true);
    await expect(signInAs('owner@example.com', PASSWORD, code)).rejects.toMatchObject({
      code: 'access.sign_in_refused',
    });
    const earlier = codeAt(seed, hub.clock.now() - 30_000);
    await expect(signInAs('owner@example.com', PASSWORD, earlier)).rejects.toMatchObject({
      code: 'access.sign_in_refused',
    });
  });

  test('of two sign-ins with one code lets one through', async () => {
    const { seed } = await withSecondFactor();
    const code = codeAt(seed, hub.clock.now());
    const outcomes = await Promise.allSettled([1, 2].map(() => signInAs('owner@example.com', PASSWORD, code)));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('does not buy guesses to whoever knows the password', async () => {
    await withSecondFactor();
    const outcomes: string[] = [];
    for (let i = 0; i < 8; i += 1) {
      const code = i % 2 === 0 ? null : '000000';
      outcomes.push(
        await signInAs('owner@example.com', PASSWORD, code, { ...CLIENT, address: `203.0.113.${i}` }).then(
          () => 'in',
          (error: { code: string }) => error.code,
        ),
      );
    }
    expect(outcomes.filter((one) => one === 'access.too_many_guesses').length).toBeGreaterThan(0);
    expect(outcomes).not.toContain('in');
  });

  test('has recovery codes, each good once', async () => {
    const { recoveryCodes } = await withSecondFactor();
    expect(new Set(recoveryCodes.map((one) => one.reveal())).size).toBe(10);
    const code = recoveryCodes[3]!.reveal();
    expect(await isGood(await signInAs('owner@example.com', PASSWORD, code))).toBe(true);
    await expect(signInAs('owner@example.com', PASSWORD, code)).rejects.toMatchObject({
      code: 'access.sign_in_refused',
    });
  });

  test('is sealed, and neither exchanged nor removed without a code of it', async () => {
    const { seed, token } = await withSecondFactor();
    const stored = await asOwner(hub.support.owner, (tx) =>
      rows(tx, sql<{ c: Uint8Array }>`select ciphertext as c from totp_seeds`),
    );
    expect(Buffer.from(stored[0]!.c).includes(seed.reveal())).toBe(false);
    const principal = await hub.principal({ token });
    await expect(beginSecondFactor(hub.doors, principal, { password: PASSWORD, client: CLIENT })).rejects.toMatchObject(
      { code: 'access.second_factor_on' },
    );
    await expect(
      removeSecondFactor(hub.doors, principal, { password: PASSWORD, code: '000000', client: CLIENT }),
    ).rejects.toMatchObject({ code: 'access.code_refused' });
    await removeSecondFactor(hub.doors, principal, {
      password: PASSWORD,
      code: codeAt(seed, hub.clock.now()),
      client: CLIENT,
    });
    expect(await isGood(await signInAs('owner@example.com'))).toBe(true);
  });

  test('is taken away with the password when the machine says so', async () => {
    await withSecondFactor();
    const [member] = await hub.doors.stores.members.list(hub.tenantId);
    const { code } = await resetCode(hub.doors, hub.machine, { member: member!, dropsSecondFactor: true });
    await resetPassword(hub.doors, { code: code.reveal(), password: OTHER_PASSWORD, client: CLIENT });
    expect(await isGood(await signInAs('owner@example.com', OTHER_PASSWORD))).toBe(true);
  });
});

describe('an invitation', () => {
  const offer = async (role: 'admin' | 'owner' = 'admin', email = 'new@example.com') =>
    invite(hub.doors, hub.machine, { tenantId: hub.tenantId, email, role });
  const accept = (token: string, password = PASSWORD) =>
    acceptInvitation(hub.doors, { token, name: 'New', password, code: null, client: CLIENT });

  test('is good once', async () => {
    const { token } = await offer();
    const outcomes = await Promise.allSettled([accept(token.reveal()), accept(token.reveal())]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(accept(token.reveal())).rejects.toMatchObject({ code: 'access.code_refused' });
    expect((await audited()).map(({ action }) => action)).toEqual(['member.invited', 'member.joined']);
  });

  test('is over after a week, when it is revoked, and when there is a newer one', async () => {
    const old = await offer();
    hub.clock.move(7 * 24 * HOUR);
    const revoked = await offer();
    await revokeInvitation(hub.doors, hub.machine, { tenantId: hub.tenantId, id: revoked.invitation.id });
    const replaced = await offer();
    const newest = await offer();
    for (const { token } of [old, revoked, replaced])
      await expect(accept(token.reveal())).rejects.toMatchObject({ code: 'access.code_refused' });
    await accept(newest.token.reveal());
  });

  test('of someone with an account asks for the password of that account', async () => {
    await hub.claim('known@example.com');
    const tenantId = await hub.otherTenant();
    const { token } = await invite(
      hub.doors,
      { kind: 'cli', tenantId },
      { tenantId, email: 'known@example.com', role: 'auditor' },
    );
    await expect(accept(token.reveal(), OTHER_PASSWORD)).rejects.toMatchObject({ code: 'access.sign_in_refused' });
    const session = await accept(token.reveal());
    expect(await authenticateSession(hub.doors, session.token.reveal(), tenantId)).toMatchObject({
      tenantId,
      role: 'auditor',
    });
    expect(await authenticateSession(hub.doors, session.token.reveal(), hub.tenantId)).toMatchObject({ role: 'owner' });
    expect(await authenticateSession(hub.doors, session.token.reveal(), 'ten_stranger' as TenantId)).toMatchObject({
      tenantId: null,
      role: null,
    });
  });

  test('to a member is refused, and only an owner invites an owner', async () => {
    await hub.claim();
    const admin = await hub.principal(await hub.join('admin'));
    await expect(offer('admin', 'OWNER@example.com')).rejects.toMatchObject({ code: 'access.already_member' });
    await expect(
      invite(hub.doors, admin, { tenantId: hub.tenantId, email: 'x@example.com', role: 'owner' }),
    ).rejects.toMatchObject({ code: 'access.forbidden' });
  });
});

describe('a member', () => {
  test('of another role has it with the next sign-in, and no session of before', async () => {
    const owner = await hub.principal(await hub.claim());
    const session = await hub.join('auditor', 'a@example.com');
    const { person } = await hub.principal(session);
    await changeMember(hub.doors, owner, { tenantId: hub.tenantId, userId: person.id, wanted: { role: 'bookkeeper' } });
    expect(await isGood(session)).toBe(false);
    expect(await hub.principal(await signInAs('a@example.com'))).toMatchObject({ role: 'bookkeeper' });
    expect((await audited()).at(-1)).toMatchObject({
      actor: { kind: 'user', id: owner.person.id },
      diff: '{"role":["auditor","bookkeeper"]}',
    });
  });

  test('who is disabled is out at once, and comes back when enabled', async () => {
    const owner = await hub.principal(await hub.claim());
    const session = await hub.join('operator', 'o@example.com');
    const { person } = await hub.principal(session);
    const set = (disabled: boolean) =>
      changeMember(hub.doors, owner, { tenantId: hub.tenantId, userId: person.id, wanted: { disabled } });
    await set(true);
    expect(await isGood(session)).toBe(false);
    await expect(signInAs('o@example.com')).rejects.toMatchObject({ code: 'access.sign_in_refused' });
    await set(false);
    expect(await isGood(await signInAs('o@example.com'))).toBe(true);
  });

  test('an owner is changed by owners only, and one stays, also when two leave at once', async () => {
    const first = await hub.principal(await hub.claim());
    const admin = await hub.principal(await hub.join('admin'));
    const demote = (who: typeof first, by = first) =>
      changeMember(hub.doors, by, { tenantId: hub.tenantId, userId: who.person.id, wanted: { role: 'admin' } });
    await expect(demote(first, admin)).rejects.toMatchObject({ code: 'access.forbidden' });
    await expect(demote(first)).rejects.toMatchObject({ code: 'access.last_owner' });
    const second = await hub.principal(await hub.join('owner'));
    const outcomes = await Promise.allSettled([demote(first), demote(second)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const owners = (await hub.doors.stores.members.list(hub.tenantId)).filter(({ role }) => role === 'owner');
    expect(owners).toHaveLength(1);
  });

  test('of another tenant is not found', async () => {
    const owner = await hub.principal(await hub.claim());
    const stranger = await hub.principal(await hub.join('admin', 's@example.com', await hub.otherTenant()));
    await expect(
      changeMember(hub.doors, owner, {
        tenantId: hub.tenantId,
        userId: stranger.person.id,
        wanted: { disabled: true },
      }),
    ).rejects.toMatchObject({ code: 'request.not_found' });
  });
});

describe('an API key', () => {
  const make = (
    scopes: readonly ('books.read' | 'people.manage')[],
    days = 30,
    by: Parameters<typeof createApiKey>[1] = hub.machine,
  ) => createApiKey(hub.doors, by, { tenantId: hub.tenantId, name: 'reports', scopes, life_ms: days * 24 * HOUR });

  test('opens its tenant with its scopes until it is revoked, and is stored as a hash', async () => {
    const { key, secret } = await make(['books.read']);
    expect(secret.reveal()).toMatch(/^cf_live_[0-9a-z]{8}_[0-9a-z]{52}$/);
    expect(secret.reveal().startsWith(key.prefix)).toBe(true);
    expect(await authenticateApiKey(hub.doors, secret.reveal(), null)).toMatchObject({
      tenantId: hub.tenantId,
      scopes: ['books.read'],
    });
    expect(await authenticateApiKey(hub.doors, secret.reveal(), 'ten_other')).toMatchObject({ tenantId: null });
    const stored = await asOwner(hub.support.owner, (tx) =>
      rows(tx, sql<{ row: string }>`select k::text as row from api_keys k`),
    );
    expect(stored[0]!.row).not.toContain(secret.reveal().slice(-52));
    await revokeApiKey(hub.doors, hub.machine, { tenantId: hub.tenantId, id: key.id });
    expect(await authenticateApiKey(hub.doors, secret.reveal(), null)).toBeNull();
    expect((await audited()).map(({ action }) => action)).toEqual(['api_key.created', 'api_key.revoked']);
  });

  test('ends by itself, and tells when it was last used', async () => {
    const { secret } = await make(['books.read'], 1);
    await authenticateApiKey(hub.doors, secret.reveal(), null);
    expect(await hub.doors.stores.apiKeys.list(hub.tenantId)).toMatchObject([{ lastUsedAt: hub.clock.now() }]);
    hub.clock.move(24 * HOUR);
    expect(await authenticateApiKey(hub.doors, secret.reveal(), null)).toBeNull();
  });

  test('is given nothing that lets others in, nothing its maker has not, and no more than a year', async () => {
    await expect(make(['people.manage'])).rejects.toMatchObject({ code: 'request.invalid', field: 'scopes' });
    await expect(make([])).rejects.toMatchObject({ code: 'request.invalid', field: 'scopes' });
    await expect(make(['books.read'], 367)).rejects.toMatchObject({ code: 'request.invalid', field: 'days' });
    await hub.claim();
    const operator = await hub.principal(await hub.join('operator'));
    await expect(
      createApiKey(hub.doors, operator, { tenantId: hub.tenantId, name: 'x', scopes: ['audit.read'], life_ms: HOUR }),
    ).rejects.toMatchObject({ code: 'access.forbidden', field: 'scopes' });
  });

  test('of another tenant is not revoked', async () => {
    const { key, secret } = await make(['books.read']);
    const tenantId = await hub.otherTenant();
    await expect(revokeApiKey(hub.doors, { kind: 'cli', tenantId }, { tenantId, id: key.id })).rejects.toMatchObject({
      code: 'request.not_found',
    });
    expect(await authenticateApiKey(hub.doors, secret.reveal(), null)).not.toBeNull();
  });
});
