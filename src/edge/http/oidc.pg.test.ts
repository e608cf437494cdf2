import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type OddToken, OidcServer } from '../../../test/support/oidc-provider.ts';
import { invite } from '../../hub/access/index.ts';
import { OIDC_FLOW_LIFE_MS } from '../../hub/access/limits.ts';
import { oidcProvider } from '../../hub/access/oidc-provider.ts';
import { systemClock } from '../../kernel/clock.ts';
import { Secret } from '../../kernel/secret.ts';
import { asOwner, rows, sql } from '../../platform/store/index.ts';
import { type Credential, type PeopleApi, peopleApi } from './fixtures/people-api.ts';

const ORIGIN = 'https://books.example.com';
const PAGE = { origin: ORIGIN, host: 'books.example.com', 'sec-fetch-site': 'same-origin' };
const REFUSED = [401, 'access.oidc_refused'];
const UNKNOWN = [403, 'access.oidc_unknown'];
const OWNER = { sub: 'subject-1', email: 'owner@example.com', email_verified: true, name: 'Olive' };

let server: OidcServer;
let api: PeopleApi;
beforeEach(async () => {
  server = new OidcServer(`${ORIGIN}/api/v1/sign-in/oidc/callback`);
  const { issuer, clientId, clientSecret, redirectUri } = server;
  const settings = { issuer, clientId, clientSecret: new Secret(clientSecret), redirectUri };
  api = await peopleApi(undefined, [], oidcProvider(settings, server.fetch, systemClock));
  await api.hub.claim();
});
afterEach(() => api.close());

async function begin(): Promise<{ readonly address: string; readonly browser: Credential }> {
  const answer = await api.ask(PAGE, 'POST', '/api/v1/sign-in/oidc');
  expect(answer.status, answer.body).toBe(200);
  const cookie = String(answer.headers['set-cookie']);
  expect(cookie).toMatch(/^__Host-counterfoil_oidc=.*HttpOnly; SameSite=Lax; Secure$/);
  return { address: answer.json<{ address: string }>().address, browser: { cookie: cookie.split(';')[0]! } };
}

const arrive = (browser: Credential, back: URL) =>
  api.ask({ ...browser, 'sec-fetch-site': 'cross-site' }, 'GET', `${back.pathname}${back.search}`);

async function signIn(person: object = OWNER, change: (back: URL) => void = () => {}) {
  const { address, browser } = await begin();
  const back = server.authorize(address, person as Record<string, unknown>);
  change(back);
  return arrive(browser, back);
}

const told = ({ status, code }: { status: number; code: string | undefined }) => [status, code];

async function who(answer: { headers: Readonly<Record<string, unknown>> }) {
  const cookie = String(answer.headers['set-cookie']).split(';')[0]!;
  expect(cookie).toMatch(/^__Host-counterfoil=/);
  return (await api.ask({ cookie }, 'GET', '/api/v1/me')).json<{ user: { id: string; email: string }; role: string }>();
}

const people = () =>
  asOwner(api.hub.support.owner, (tx) => rows(tx, sql<{ email: string }>`select email from users order by email`));

describe('signing in at the provider', () => {
  test('opens the account with the verified address, and later by the subject alone', async () => {
    const first = await signIn();
    expect([first.status, first.headers['location']]).toEqual([303, '/']);
    const { user } = await who(first);
    expect(user.email).toBe('owner@example.com');
    const later = await signIn({ sub: 'subject-1', email: 'renamed@example.com', email_verified: false });
    expect((await who(later)).user.id).toBe(user.id);
    const audit = await asOwner(api.hub.support.owner, (tx) =>
      rows(tx, sql<{ action: string }>`select action from audit_entries where action = 'identity.linked' order by seq`),
    );
    expect(audit).toHaveLength(1);
  });

  test('makes the account that somebody was invited to have, once', async () => {
    const { doors, machine, tenantId } = api.hub;
    await invite(doors, machine, { tenantId, email: 'guest@example.com', role: 'auditor' });
    const guest = { sub: 'subject-2', email: 'Guest@Example.com', email_verified: true };
    expect(await who(await signIn(guest))).toMatchObject({ user: { email: 'guest@example.com' }, role: 'auditor' });
    expect(await who(await signIn(guest))).toMatchObject({ role: 'auditor' });
    const [invitation] = await doors.stores.members.invitations(tenantId);
    expect(invitation!.acceptedAt).not.toBeNull();
  });

  test('makes nobody an account who was not invited', async () => {
    expect(told(await signIn({ sub: 'stranger', email: 'stranger@example.com', email_verified: true }))).toEqual(
      UNKNOWN,
    );
    expect(await people()).toEqual([{ email: 'owner@example.com' }]);
    expect(await api.hub.events()).toContain('oidc.unknown');
  });

  test.each([false, 'true', null])('believes no address whose verification is %j', async (email_verified) => {
    expect(told(await signIn({ ...OWNER, email_verified }))).toEqual(UNKNOWN);
  });

  test('does not open an account for another subject that got its address later', async () => {
    await signIn();
    expect(told(await signIn({ ...OWNER, sub: 'subject-9' }))).toEqual(UNKNOWN);
  });

  test('opens nothing for a person who is disabled, linked or not', async () => {
    await signIn();
    await asOwner(api.hub.support.owner, (tx) => sql`update memberships set disabled_at = now()`.execute(tx));
    expect(told(await signIn())).toEqual(UNKNOWN);
  });

  test('asks the provider for what it needs and proves itself with PKCE and a nonce', async () => {
    const { address } = await begin();
    const { searchParams } = new URL(address);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      response_type: 'code',
      scope: 'openid email profile',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[0-9a-f]{64}$/),
      state: expect.stringMatching(/^[0-9a-z]{52}$/),
    });
  });
});

const seconds = () => Math.floor(Date.now() / 1_000);
const OTHER_KEY = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey;
const TOKENS: Readonly<Record<string, () => OddToken>> = {
  'of another issuer': () => ({ claims: { iss: 'https://evil.example.com' } }),
  'for another client': () => ({ claims: { aud: 'somebody-else' } }),
  'for several clients, of another one': () => ({ claims: { aud: ['counterfoil', 'x'], azp: 'x' } }),
  'that has expired': () => ({ claims: { iat: seconds() - 600, exp: seconds() - 300 } }),
  'that is not yet good': () => ({ claims: { nbf: seconds() + 600 } }),
  'with another nonce': () => ({ claims: { nonce: 'another' } }),
  'without a nonce': () => ({ claims: { nonce: null } }),
  'without a subject': () => ({ claims: { sub: null } }),
  'without an end': () => ({ claims: { exp: null } }),
  'without a signature, alg none': () => ({ none: true }),
  'with alg HS256': () => ({ header: { alg: 'HS256' } }),
  'with another algorithm than the provider has': () => ({ header: { alg: 'PS256' } }),
  'signed by another key': () => ({ key: OTHER_KEY }),
  'with a key that it brings itself': () => ({
    key: OTHER_KEY,
    header: { kid: 'mine', jku: 'https://evil.example.com/keys' },
  }),
  'with a changed signature': () => ({ signature: (one) => Buffer.from([...one.subarray(0, -1), one.at(-1)! ^ 1]) }),
};

describe('an ID token is refused', () => {
  test.each(Object.entries(TOKENS))('%s', async (_name, odd) => {
    server.odd = odd();
    expect(told(await signIn())).toEqual(REFUSED);
    expect(server.requests.filter((one) => one.includes('evil'))).toEqual([]);
    server.odd = {};
    expect((await signIn()).status).toBe(303);
  });
});

describe('a callback is refused', () => {
  test('that comes a second time', async () => {
    const { address, browser } = await begin();
    const back = server.authorize(address, OWNER);
    expect((await arrive(browser, back)).status).toBe(303);
    expect(told(await arrive(browser, back))).toEqual(REFUSED);
  });

  test('in another browser than the one that began, before its code is exchanged', async () => {
    const [mine, theirs] = [await begin(), await begin()];
    const back = server.authorize(theirs.address, OWNER);
    expect(told(await arrive(mine.browser, back))).toEqual(REFUSED);
    expect(told(await arrive(theirs.browser, back))).toEqual(REFUSED);
    expect(told(await arrive({}, server.authorize((await begin()).address, OWNER)))).toEqual(REFUSED);
    expect(server.requests.filter((one) => one.endsWith('/token'))).toEqual([]);
  });

  test("with somebody else's code in it", async () => {
    const [mine, theirs] = [await begin(), await begin()];
    const stolen = server.authorize(theirs.address, OWNER).searchParams.get('code')!;
    const back = server.authorize(mine.address, { ...OWNER, sub: 'attacker', email: 'attacker@example.com' });
    back.searchParams.set('code', stolen);
    expect(told(await arrive(mine.browser, back))).toEqual(REFUSED);
  });

  test.each([
    ['without a state', (back: URL) => back.searchParams.delete('state')],
    ['with an unknown state', (back: URL) => back.searchParams.set('state', 'x')],
    ['with two states', (back: URL) => back.searchParams.append('state', back.searchParams.get('state')!)],
    ['with two codes', (back: URL) => back.searchParams.append('code', 'x')],
    ['without a code', (back: URL) => back.searchParams.delete('code')],
    ['of another provider: mix-up', (back: URL) => back.searchParams.set('iss', 'https://other.example.com')],
    ['that does not say its provider, where it always does', (back: URL) => back.searchParams.delete('iss')],
    ['in which the provider refuses', (back: URL) => back.searchParams.set('error', 'access_denied')],
  ])('%s', async (_name, change) => {
    expect(told(await signIn(OWNER, change))).toEqual(REFUSED);
    expect(server.requests.filter((one) => one.endsWith('/token'))).toEqual([]);
  });

  test('that took longer than ten minutes', async () => {
    const { address, browser } = await begin();
    api.hub.clock.move(OIDC_FLOW_LIFE_MS);
    expect(told(await arrive(browser, server.authorize(address, OWNER)))).toEqual(REFUSED);
  });

  test('of many at once but one', async () => {
    const { address, browser } = await begin();
    const back = server.authorize(address, OWNER);
    const answers = await Promise.all(Array.from({ length: 10 }, () => arrive(browser, back)));
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
  });
});

describe('the provider', () => {
  test('that cannot be reached, or says that it is another one, is not asked further', async () => {
    server.isDown = true;
    expect(told(await api.ask(PAGE, 'POST', '/api/v1/sign-in/oidc'))).toEqual([503, 'access.oidc_unreachable']);
    server.isDown = false;
    server.metadata = { issuer: 'https://other.example.com' };
    expect(told(await api.ask(PAGE, 'POST', '/api/v1/sign-in/oidc'))).toEqual([503, 'access.oidc_unreachable']);
    server.metadata = {};
    expect((await signIn()).status).toBe(303);
  });

  test('is not there where none is configured', async () => {
    const plain = await peopleApi();
    expect(told(await plain.ask(PAGE, 'POST', '/api/v1/sign-in/oidc'))).toEqual([404, 'access.oidc_not_configured']);
    await plain.close();
  });
});
