import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { acceptInvitation, claimFirstStart, firstStartCode, openAccess, signIn } from '../../../hub/access/index.ts';
import { asOwner, sql } from '../../../platform/store/index.ts';
import { type CliHub, cliHub } from '../fixtures/hub-doors.ts';

const PASSWORD = 'umbrella-quartz-91-lantern';
const CLIENT = { address: '192.0.2.1', agent: 'a test' };

let books: CliHub;
beforeEach(async () => {
  books = await cliHub();
});
afterEach(() => books.hub.close());

const access = () => openAccess(books.hub.doors);
const accept = (token: string) =>
  acceptInvitation(access(), { token, name: 'Jane', password: PASSWORD, code: null, client: CLIENT });
const signInAs = (email: string, password = PASSWORD) =>
  signIn(access(), { email, password, code: null, client: CLIENT, replaces: null });

async function claim(): Promise<void> {
  const code = (await firstStartCode(access()))!.reveal();
  await claimFirstStart(access(), books.hub.test.tenantId, {
    code,
    email: 'owner@example.com',
    name: 'Olive',
    password: PASSWORD,
    client: CLIENT,
  });
}

async function invited(role = 'bookkeeper'): Promise<void> {
  const ran = await books.run(`users invite jane@example.com --as ${role} --json`);
  expect(ran.exit).toBe(0);
  await accept(ran.json().token);
}

describe('users', () => {
  test('list says how the first owner comes in, then who is here and who is invited', async () => {
    expect((await books.run('users list')).out).toContain('Nobody yet');
    await claim();
    await books.run('users invite jane@example.com');
    const ran = await books.run('users list --json');
    expect(ran.json()).toMatchObject({
      users: [{ email: 'owner@example.com', role: 'owner', secondFactor: false, disabled: false }],
      invitations: [{ email: 'jane@example.com', role: 'auditor' }],
    });
    expect((await books.run('users list')).out).toContain('invited until');
  });

  test('invite refuses what is no address and no role, and a member', async () => {
    expect(await books.run('users invite nobody --as auditor')).toMatchObject({
      exit: 2,
      err: expect.stringContaining('must be an e-mail address'),
    });
    expect(await books.run('users invite a@example.com --as king')).toMatchObject({
      exit: 2,
      err: expect.stringContaining('must be one of owner, admin'),
    });
    await claim();
    expect(await books.run('users invite owner@example.com')).toMatchObject({
      exit: 1,
      err: expect.stringContaining('access.already_member'),
    });
  });

  test('role changes what a person may do', async () => {
    await invited();
    const ran = await books.run('users role jane@example.com --as admin');
    expect(ran).toMatchObject({ exit: 0, out: expect.stringContaining('is admin now, was bookkeeper') });
    expect((await books.run('users list --json')).json().users).toMatchObject([{ role: 'admin' }]);
    expect(await books.run('users role nobody@example.com --as admin')).toMatchObject({
      exit: 2,
      err: expect.stringContaining('Nobody here is called'),
    });
  });

  test('disable keeps a person out, --undo lets them in, and the last owner stays', async () => {
    await claim();
    await invited();
    await books.run('users disable jane@example.com');
    await expect(signInAs('jane@example.com')).rejects.toMatchObject({ code: 'access.sign_in_refused' });
    await books.run('users disable jane@example.com --undo');
    await signInAs('jane@example.com');
    expect(await books.run('users disable owner@example.com')).toMatchObject({
      exit: 1,
      err: expect.stringContaining('access.last_owner'),
    });
  });

  test('reset prints a code and changes nothing yet', async () => {
    await claim();
    const ran = await books.run('users reset owner@example.com --second-factor --json');
    expect(ran.json().code).toMatch(/^[0-9a-z]{4}(-[0-9a-z]{4}){3}$/);
    await signInAs('owner@example.com');
  });
});

describe('api-keys', () => {
  test('are made, listed without their secret, and revoked', async () => {
    const made = (
      await books.run('api-keys create reports --scope books.read --scope audit.read --days 7 --json')
    ).json();
    expect(made).toMatchObject({ name: 'reports', scopes: ['books.read', 'audit.read'] });
    const listed = await books.run('api-keys list');
    expect(listed.out).toContain('good');
    expect(listed.out).not.toContain(made.secret);
    expect((await books.run(`api-keys revoke ${made.secret.slice(0, 16)}`)).exit).toBe(0);
    expect((await books.run('api-keys list --json')).json().keys).toMatchObject([{ id: made.id, state: 'revoked' }]);
    expect(await books.run(`api-keys revoke ${made.id}`)).toMatchObject({ exit: 2 });
  });

  test('need a scope that a key can have', async () => {
    expect(await books.run('api-keys create x')).toMatchObject({
      exit: 2,
      err: expect.stringContaining('--scope must be given'),
    });
    expect(await books.run('api-keys create x --scope people.manage')).toMatchObject({ exit: 2 });
  });
});

describe('audit verify', () => {
  test('has what commands changed', async () => {
    const ran = await books.run('rates add --currency USD --at 2026-10-31T08:00:00Z --rate 64392.23 --source bitstamp');
    expect(ran.exit).toBe(0);
    const entries = await books.query(
      sql<{ action: string; subject: string }>`select action, subject from audit_entries order by seq`,
    );
    expect(entries).toEqual([{ action: 'rate.recorded', subject: 'USD 2026-10-31T08:00:00.000Z' }]);
  });

  test('ends with 0 while every entry is as it was written, and names one that is not', async () => {
    await claim();
    await invited();
    const sound = await books.run('audit verify --json');
    expect(sound).toMatchObject({ exit: 0 });
    expect(sound.json()).toMatchObject({
      ok: true,
      chains: [{ entries: 3, breaks: [], head: expect.stringMatching(/^[0-9a-f]{64}$/) }],
    });
    await asOwner(books.hub.test.owner, (tx) =>
      sql`update audit_entries set actor_id = 'usr_other' where seq = 2`.execute(tx),
    );
    const broken = await books.run('audit verify');
    expect(broken).toMatchObject({
      exit: 1,
      out: expect.stringContaining('entry 2: It was changed after it was written.'),
    });
  });
});
