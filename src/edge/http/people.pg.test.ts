import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PASSWORD } from '../../hub/access/fixtures/access.ts';
import { createApiKey, firstStartCode, type Permission, resetCode } from '../../hub/access/index.ts';
import { codeAt } from '../../hub/access/totp.ts';
import { Secret } from '../../kernel/secret.ts';
import { asOwner, rows, sql } from '../../platform/store/index.ts';
import { type Answer, type Credential, credentialOf, type PeopleApi, peopleApi } from './fixtures/people-api.ts';

const OTHER_PASSWORD = 'saffron-glacier-27-violin';

let api: PeopleApi;
beforeEach(async () => {
  api = await peopleApi();
});
afterEach(() => api.close());

/** What a browser on plain http sends along. */
const PAGE = { host: 'home.local:4170', origin: 'http://home.local:4170' };
const cookieOf = (answer: Answer) => String(answer.headers['set-cookie']);
const tokenIn = (answer: Answer) => /counterfoil=([0-9a-z]{52})/.exec(cookieOf(answer))![1]!;

async function claim(headers: Credential = PAGE): Promise<Answer> {
  const code = (await firstStartCode(api.hub.doors))!.reveal();
  const body = { code, email: 'owner@example.com', name: 'Olive Owner', password: PASSWORD };
  return api.ask(headers, 'POST', '/api/v1/first-start', body);
}

async function keyWith(...scopes: Permission[]): Promise<Credential> {
  const { doors, machine, tenantId } = api.hub;
  const { secret } = await createApiKey(doors, machine, { tenantId, name: 'k', scopes, life_ms: 86_400_000 });
  return { authorization: `Bearer ${secret.reveal()}` };
}

describe('a person', () => {
  test('comes in by the first start, signs out, and in again', async () => {
    const claimed = await claim();
    expect(claimed.status).toBe(200);
    const first = credentialOf(tokenIn(claimed));
    expect((await api.ask(first, 'GET', '/api/v1/me')).json()).toMatchObject({
      kind: 'user',
      user: { email: 'owner@example.com' },
      role: 'owner',
      tenantId: api.hub.tenantId,
      tenants: [{ id: api.hub.tenantId, role: 'owner' }],
      csrfToken: claimed.json<{ csrfToken: string }>().csrfToken,
    });
    const out = await api.ask(first, 'POST', '/api/v1/sign-out');
    expect(out.headers['set-cookie']).toEqual(expect.arrayContaining([expect.stringContaining('Max-Age=0')]));
    expect((await api.ask(first, 'GET', '/api/v1/me')).status).toBe(401);
    const again = await api.ask(PAGE, 'POST', '/api/v1/sign-in', { email: 'owner@example.com', password: PASSWORD });
    expect((await api.ask(credentialOf(tokenIn(again)), 'GET', '/api/v1/me')).status).toBe(200);
  });

  test('changes the password, sets up a second factor and removes it, each time under a new session', async () => {
    let session = credentialOf(tokenIn(await claim()));
    const renewed = async (url: string, body: object) => {
      const answer = await api.ask(session, 'POST', url, body);
      expect([answer.status, url]).toEqual([200, url]);
      expect((await api.ask(session, 'GET', '/api/v1/me')).status).toBe(401);
      session = credentialOf(tokenIn(answer));
      expect((await api.ask(session, 'GET', '/api/v1/me')).status).toBe(200);
      return answer;
    };
    await renewed('/api/v1/password', { current: PASSWORD, password: OTHER_PASSWORD });
    const begun = await api.ask(session, 'POST', '/api/v1/second-factor', { password: OTHER_PASSWORD });
    const { seed, uri } = begun.json<{ seed: string; uri: string }>();
    expect(uri).toContain(seed);
    const code = () => codeAt(new Secret(seed), api.hub.clock.now());
    const confirmed = await renewed('/api/v1/second-factor/confirm', { code: code() });
    expect(confirmed.json<{ recoveryCodes: string[] }>().recoveryCodes).toHaveLength(10);
    api.hub.clock.move(60_000);
    await renewed('/api/v1/second-factor/remove', { password: OTHER_PASSWORD, code: code() });
  });

  test('sees and ends the sessions', async () => {
    const session = credentialOf(tokenIn(await claim()));
    const signIn = { email: 'owner@example.com', password: PASSWORD };
    api.hub.clock.move(1_000);
    const elsewhere = credentialOf(
      tokenIn(await api.ask({ ...PAGE, 'user-agent': 'Phone\u0000' }, 'POST', '/api/v1/sign-in', signIn)),
    );
    const { items } = (await api.ask(session, 'GET', '/api/v1/sessions')).json<{
      items: { id: string; agent: string; current: boolean }[];
    }>();
    expect(items.map(({ agent, current }) => [agent, current])).toEqual([
      ['Phone', false],
      [expect.any(String), true],
    ]);
    expect((await api.ask(session, 'DELETE', `/api/v1/sessions/${items[0]!.id}`)).status).toBe(200);
    expect((await api.ask(elsewhere, 'GET', '/api/v1/me')).status).toBe(401);
    expect((await api.ask(session, 'POST', '/api/v1/sessions/end-others')).json()).toEqual({ ended: 0 });
  });

  test('is invited, comes in, and gets another role', async () => {
    const owner = credentialOf(tokenIn(await claim()));
    api.hub.clock.move(1_000);
    const invited = await api.ask(owner, 'POST', '/api/v1/invitations', { email: 'New@Example.com', role: 'auditor' });
    const { token } = invited.json<{ token: string }>();
    const accepted = await api.ask(PAGE, 'POST', '/api/v1/invitations/accept', {
      token,
      name: 'New',
      password: OTHER_PASSWORD,
    });
    const auditor = credentialOf(tokenIn(accepted));
    expect(
      (await api.ask(auditor, 'POST', '/api/v1/invitations', { email: 'x@example.com', role: 'auditor' })).code,
    ).toBe('access.forbidden');
    const { items } = (await api.ask(owner, 'GET', '/api/v1/users')).json<{
      items: { id: string; email: string; role: string }[];
    }>();
    expect(items.map(({ email, role }) => [email, role])).toEqual([
      ['new@example.com', 'auditor'],
      ['owner@example.com', 'owner'],
    ]);
    expect((await api.ask(owner, 'PATCH', `/api/v1/users/${items[0]!.id}`, { role: 'admin' })).json()).toMatchObject({
      role: 'admin',
    });
    expect((await api.ask(owner, 'PATCH', `/api/v1/users/${items[1]!.id}`, { disabled: true })).code).toBe(
      'access.last_owner',
    );
    const audit = (await api.ask(owner, 'GET', '/api/v1/audit?order=oldest')).json<{
      items: { action: string; diff: object }[];
    }>();
    expect(audit.items.map(({ action }) => action)).toEqual([
      'member.first_owner',
      'member.invited',
      'member.joined',
      'member.changed',
    ]);
    expect(JSON.stringify(audit.items)).not.toContain('example.com');
    expect((await api.ask(owner, 'GET', '/api/v1/audit/verify')).json()).toMatchObject({ sound: true, entries: 4 });
  });

  test('resets the password with a code of the machine', async () => {
    await claim();
    const [member] = await api.hub.doors.stores.members.list(api.hub.tenantId);
    const { code } = await resetCode(api.hub.doors, api.hub.machine, { member: member!, dropsSecondFactor: false });
    const reset = await api.ask(PAGE, 'POST', '/api/v1/password-reset', {
      code: code.reveal(),
      password: OTHER_PASSWORD,
    });
    expect([reset.status, reset.headers['set-cookie']]).toEqual([200, undefined]);
    const back = await api.ask(PAGE, 'POST', '/api/v1/sign-in', {
      email: 'owner@example.com',
      password: OTHER_PASSWORD,
    });
    expect(back.status).toBe(200);
  });

  test('who guesses is told how long to wait', async () => {
    await claim();
    const guess = () => api.ask(PAGE, 'POST', '/api/v1/sign-in', { email: 'owner@example.com', password: 'wrong' });
    for (let i = 0; i < 5; i += 1) expect(await guess()).toMatchObject({ status: 401, code: 'access.sign_in_refused' });
    const told = await guess();
    expect([told.status, told.code, told.headers['retry-after']]).toEqual([429, 'access.too_many_guesses', '5']);
  });
});

describe('the cookie', () => {
  test('over plain http is for this host, unreadable by scripts', async () => {
    expect(cookieOf(await claim())).toMatch(/^counterfoil=[0-9a-z]{52}; Path=\/; HttpOnly; SameSite=Lax; Expires=/);
  });

  test('over https is kept to https by its name', async () => {
    const answer = await claim({ host: 'books.example.com', origin: 'https://books.example.com' });
    expect(cookieOf(answer)).toMatch(
      /^__Host-counterfoil=[0-9a-z]{52}; Path=\/; HttpOnly; SameSite=Lax; Secure; Expires=/,
    );
    const { cookie: _, ...rest } = credentialOf(tokenIn(answer));
    const cookie = `counterfoil=${'0'.repeat(52)}; __Host-counterfoil=${tokenIn(answer)}`;
    expect((await api.ask({ ...rest, cookie }, 'GET', '/api/v1/me')).status).toBe(200);
  });
});

describe('another site', () => {
  const CHANGE = ['POST', '/api/v1/sessions/end-others'] as const;
  const asked = async (over: Record<string, string | undefined>) => {
    const { 'sec-fetch-site': _, ...session } = await api.sessionOf(await api.person('owner'));
    const headers = Object.entries({ ...session, ...PAGE, ...over }).filter(([, value]) => value !== undefined);
    return (await api.ask(Object.fromEntries(headers) as Credential, ...CHANGE)).code;
  };

  test.each([
    ['Sec-Fetch-Site says cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['Sec-Fetch-Site says same-site', { 'sec-fetch-site': 'same-site' }],
    ['Sec-Fetch-Site says none', { 'sec-fetch-site': 'none' }],
    ['the origin is another', { origin: 'https://evil.example' }],
    ['the origin is another port', { origin: 'http://home.local:8080' }],
    ['the origin is null', { origin: 'null' }],
    ['the origin is empty', { origin: '' }],
    ['the origin only begins alike', { origin: 'http://home.local:4170.evil.example' }],
    ['the page has no token', { 'x-csrf-token': undefined }],
    ['the page has an empty token', { 'x-csrf-token': '' }],
    ['the page has the token of another session', { 'x-csrf-token': credentialOf('0'.repeat(52))['x-csrf-token'] }],
    ['there is no origin and no token', { origin: undefined, 'x-csrf-token': undefined }],
  ])('changes nothing: %s', async (_why, over) => {
    expect(await asked(over)).toBe('request.cross_site');
  });

  test.each([
    ['our own page over https', { 'sec-fetch-site': 'same-origin' }],
    ['our own page over http', {}],
    ['a program with a cookie and its token', { origin: undefined }],
  ])('is not %s', async (_why, over) => {
    expect(await asked(over)).toBeUndefined();
  });

  test.each(['first-start', 'sign-in', 'password-reset', 'invitations/accept'])(
    'cannot begin with %s',
    async (route) => {
      const answer = await api.ask({ ...PAGE, origin: 'https://evil.example' }, 'POST', `/api/v1/${route}`, {});
      expect([answer.status, answer.code]).toEqual([403, 'request.cross_site']);
    },
  );

  test('reads what a link may read, and makes no program ask', async () => {
    const session = await api.sessionOf(await api.person('owner'));
    expect((await api.ask({ ...session, 'sec-fetch-site': 'cross-site' }, 'GET', '/api/v1/me')).status).toBe(200);
    const key = await keyWith('books.read');
    expect((await api.ask({ ...key, origin: 'https://evil.example' }, 'GET', '/api/v1/postings')).status).toBe(200);
  });
});

describe('an Idempotency-Key', () => {
  const KEY = { 'idempotency-key': 'a-key-of-a-test' };
  const BODY = { name: 'reports', scopes: ['books.read'] };
  const make = (headers: Credential, body: object = BODY) => api.ask(headers, 'POST', '/api/v1/api-keys', body);
  const keysMade = async () => (await api.hub.doors.stores.apiKeys.list(api.hub.tenantId)).length;

  test('repeated with the same body gets the same answer, and nothing is done again', async () => {
    const first = await make({ ...api.local, ...KEY });
    const second = await make({ ...api.local, ...KEY });
    expect([second.status, second.body]).toEqual([200, first.body]);
    expect([first.headers['idempotency-replayed'], second.headers['idempotency-replayed']]).toEqual([
      undefined,
      'true',
    ]);
    expect(await keysMade()).toBe(1);
  });

  test('with another body or another route is refused', async () => {
    await make({ ...api.local, ...KEY });
    const other = await make({ ...api.local, ...KEY }, { ...BODY, name: 'others' });
    expect([other.status, other.code]).toEqual([422, 'request.key_reused']);
    const elsewhere = await api.ask({ ...api.local, ...KEY }, 'POST', '/api/v1/invitations', {
      email: 'a@example.com',
      role: 'auditor',
    });
    expect(elsewhere.code).toBe('request.key_reused');
    expect(await keysMade()).toBe(1);
  });

  test('of two that come at once does it once', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => make({ ...api.local, ...KEY })));
    expect(await keysMade()).toBe(1);
    for (const { status, code } of answers) expect([200, 409]).toContain(code === 'request.key_in_use' ? 409 : status);
  });

  test('of another caller is another key', async () => {
    const [a, b] = [await api.person('owner'), await api.person('owner')];
    await make({ ...(await api.sessionOf(a)), ...KEY });
    await make({ ...(await api.sessionOf(b)), ...KEY });
    expect(await keysMade()).toBe(2);
  });

  test('is free again after a refusal', async () => {
    const admin = { ...(await api.sessionOf(await api.person('admin'))), ...KEY };
    const invite = (role: string) => api.ask(admin, 'POST', '/api/v1/invitations', { email: 'a@example.com', role });
    expect((await invite('owner')).code).toBe('access.forbidden');
    expect((await invite('auditor')).status).toBe(200);
  });

  test('is forgotten after a day', async () => {
    await make({ ...api.local, ...KEY });
    api.hub.clock.move(86_400_000);
    await make({ ...api.local, ...KEY });
    expect(await keysMade()).toBe(2);
  });

  test('keeps no secret that can be read', async () => {
    const { secret } = (await make({ ...api.local, ...KEY })).json<{ secret: string }>();
    const stored = await asOwner(api.hub.support.owner, (tx) =>
      rows(
        tx,
        sql<{ row: string; sealed: Uint8Array }>`select k::text as row, ciphertext as sealed from idempotency_keys k`,
      ),
    );
    expect(stored).toHaveLength(1);
    expect(stored[0]!.row).not.toContain(KEY['idempotency-key']);
    expect(Buffer.from(stored[0]!.sealed).includes(secret)).toBe(false);
  });

  test.each(['short', 'x'.repeat(101), 'two words here'])('that is none is refused: %s', async (key) => {
    const answer = await make({ ...api.local, 'idempotency-key': key });
    expect([answer.status, answer.json<{ field: string }>().field]).toEqual([400, 'Idempotency-Key']);
  });
});

describe('limits of requests', () => {
  const WIDE = { burst: 1_000, perRequest_ms: 1 };
  const NARROW = { burst: 5, perRequest_ms: 1_000 };
  const all = { address: WIDE, user: WIDE, tenant: WIDE, key: WIDE };
  const asking = async (credential: Credential, times: number) => {
    const statuses: number[] = [];
    for (let i = 0; i < times; i += 1) statuses.push((await api.ask(credential, 'GET', '/api/v1/me')).status);
    return statuses.filter((status) => status === 200).length;
  };
  const with_ = async (limits: typeof all) => {
    await api.close();
    api = await peopleApi(limits);
  };

  test.each(['address', 'tenant'] as const)('hold for a %s, and tell how long to wait', async (kind) => {
    await with_({ ...all, [kind]: NARROW });
    expect(await asking(api.local, 8)).toBe(5);
    const answer = await api.ask(api.local, 'GET', '/api/v1/me');
    expect([answer.status, answer.code, answer.headers['retry-after']]).toEqual([429, 'request.rate_limited', '1']);
    api.hub.clock.move(2_000);
    expect(await asking(api.local, 4)).toBe(2);
  });

  test('hold for a person in all sessions, and for one person only', async () => {
    await with_({ ...all, user: NARROW });
    const [a, b] = [await api.person('owner'), await api.person('owner')];
    expect((await asking(await api.sessionOf(a), 4)) + (await asking(await api.sessionOf(a), 4))).toBe(5);
    expect(await asking(await api.sessionOf(b), 4)).toBe(4);
  });

  test('hold for an API key', async () => {
    await with_({ ...all, key: NARROW });
    expect(await asking(await keyWith('books.read'), 8)).toBe(5);
    expect(await asking(await keyWith('books.read'), 3)).toBe(3);
  });

  test('hold for who shows nothing good, before that is looked at', async () => {
    await with_({ ...all, address: NARROW });
    const codes: (string | undefined)[] = [];
    for (let i = 0; i < 7; i += 1) codes.push((await api.ask({ authorization: 'Bearer x' }, 'GET', '/api/v1/me')).code);
    expect(codes.filter((code) => code === 'request.unauthorized')).toHaveLength(5);
    expect(codes.at(-1)).toBe('request.rate_limited');
  });
});

test('an address is believed from a proxy that is named, and from nobody else', async () => {
  const forged = { authorization: 'Bearer x', 'x-forwarded-for': '203.0.113.9' };
  const guess = async () => {
    await api.ask({ ...PAGE, ...forged }, 'POST', '/api/v1/sign-in', { email: 'a@example.com', password: 'wrong' });
    const found = await asOwner(api.hub.support.owner, (tx) =>
      rows(tx, sql<{ subject: string }>`select subject from guesses where subject like 'address:%' order by subject`),
    );
    return found.map(({ subject }) => subject);
  };
  expect(await guess()).toEqual(['address:127.0.0.1']);
  await api.close();
  api = await peopleApi(undefined, ['127.0.0.0/8']);
  expect(await guess()).toEqual(['address:203.0.113.9']);
});

test('every answer forbids to be kept, framed or run', async () => {
  const session = credentialOf(tokenIn(await claim()));
  for (const [credential, method, url] of [
    [session, 'GET', '/api/v1/me'],
    [session, 'POST', '/api/v1/sign-out'],
    [{}, 'GET', '/api/v1/me'],
    [{}, 'GET', '/api/v1/nothing'],
    [PAGE, 'POST', '/api/v1/sign-in'],
  ] as const)
    expect((await api.ask(credential, method, url)).headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      'referrer-policy': 'no-referrer',
    });
});

test('a body of a delivery needs a permission of its own', async () => {
  const auditor = await api.sessionOf(await api.person('auditor'));
  expect((await api.ask(auditor, 'GET', '/api/v1/deliveries/dlv_0')).code).toBe('request.not_found');
  expect((await api.ask(auditor, 'GET', '/api/v1/deliveries/dlv_0?body=true')).code).toBe('access.forbidden');
});

test('bad input is answered with its field', async () => {
  const answer = await api.ask(api.local, 'POST', '/api/v1/invitations', { email: 'nobody', role: 'king', extra: 1 });
  expect(answer.status).toBe(400);
  for (const name of ['email', 'role', 'extra'])
    expect(answer.json<{ detail: string }>().detail).toContain(`${name}: `);
  expect((await api.ask(api.local, 'PATCH', '/api/v1/users/usr_0', {})).json<{ detail: string }>().detail).toContain(
    'Send role, disabled or both',
  );
});

test('people and invitations come in pages, to the end and back', async () => {
  for (let number = 0; number < 5; number += 1) {
    await api.person('auditor');
    await api.ask(api.local, 'POST', '/api/v1/invitations', { email: `guest${number}@example.com`, role: 'auditor' });
  }
  for (const list of ['users', 'invitations']) {
    const read = async (order: string) => {
      const ids: string[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const url: string = `/api/v1/${list}?limit=2&order=${order}${cursor && `&cursor=${cursor}`}`;
        const { items, next } = (await api.ask(api.local, 'GET', url)).json<{
          items: { id: string }[];
          next: string | null;
        }>();
        expect(items.length).toBeLessThanOrEqual(2);
        ids.push(...items.map(({ id }) => id));
        cursor = next;
      }
      return ids;
    };
    const newest = await read('newest');
    expect(new Set(newest).size).toBe(5);
    expect(await read('oldest')).toEqual([...newest].reverse());
    expect((await api.ask(api.local, 'GET', `/api/v1/${list}?cursor=x`)).status).toBe(400);
  }
});
