import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Credential, credentialOf, type PeopleApi, peopleApi } from '../../src/edge/http/fixtures/people-api.ts';
import { TOKEN } from '../../src/edge/http/fixtures/verbs.ts';
import { createApiKey, revokeApiKey } from '../../src/hub/access/index.ts';
import { draftSession } from '../../src/hub/access/new-session.ts';
import { base64, hex } from '../../src/kernel/digest.ts';
import { asOwner, sql } from '../../src/platform/store/index.ts';

const DAY_MS = 86_400_000;
const CLIENT = { address: '192.0.2.1', agent: 'a test' };
const bearer = (token: string): Credential => ({ authorization: `Bearer ${token}` });
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

let api: PeopleApi;
const made: Record<string, Credential> = {};

beforeAll(async () => {
  api = await peopleApi();
  const { doors, machine, tenantId, clock, support } = api.hub;
  const user = await api.person('owner');
  const key = (name: string, days: number) =>
    createApiKey(doors, machine, { tenantId, name, scopes: ['books.read'], life_ms: days * DAY_MS });
  const session = async () => {
    const { session: draft, started } = draftSession(doors, user, CLIENT);
    await doors.stores.sessions.start(draft, null, { tenantId: null, kind: 'sign_in', detail: {} });
    return { id: draft.id, token: started.token.reveal(), hash: draft.tokenHash };
  };
  const [shortKey, idle] = [await key('short', 1), await session()];
  clock.move(2 * DAY_MS);
  const [good, revokedKey, revoked, signedIn] = [
    await key('good', 30),
    await key('revoked', 30),
    await session(),
    await session(),
  ];
  await revokeApiKey(doors, machine, { tenantId, id: revokedKey.key.id });
  await doors.stores.sessions.revoke(
    user,
    revoked.id,
    { tenantId: null, kind: 'session.ended', detail: {} },
    clock.now(),
  );
  const gone = await session();
  await asOwner(support.owner, (tx) => sql`delete from sessions where id = ${gone.id}`.execute(tx));
  const { token } = signedIn;
  const secret = good.secret.reveal();
  // What is refused below is refused for itself: these two are good.
  expect((await api.ask(credentialOf(token), 'GET', '/api/v1/postings')).status).toBe(200);
  expect((await api.ask(bearer(secret), 'GET', '/api/v1/postings')).status).toBe(200);
  Object.assign(made, {
    'a key that ended': bearer(shortKey.secret.reveal()),
    'a key that was revoked': bearer(revokedKey.secret.reveal()),
    'the beginning of a key': bearer(good.key.prefix),
    'the id of a key': bearer(good.key.id),
    'a key without its last character': bearer(secret.slice(0, -1)),
    'a key with another last character': bearer(secret.slice(0, -1) + (secret.endsWith('0') ? 'g' : '0')),
    'a key with one character more': bearer(`${secret}0`),
    'a key in capitals': bearer(secret.toUpperCase()),
    'a key of another kind': bearer(secret.replace('cf_live_', 'cf_test_')),
    'the secret of a key under another beginning': bearer(`cf_live_00000000_${secret.slice(-52)}`),
    'the secret of a key alone': bearer(secret.slice(-52)),
    'a key twice': bearer(`${secret} ${secret}`),
    'a key as Basic': { authorization: `Basic ${base64(Buffer.from(`${secret}:`))}` },
    'a key without a scheme': { authorization: secret },
    'a key as a cookie': { cookie: `counterfoil=${secret}` },
    'a key in the address of another header': { 'x-api-key': secret },
    'a session as a bearer': bearer(token),
    'a session that was idle': credentialOf(idle.token),
    'a session that was revoked': credentialOf(revoked.token),
    'a session that was swept away': credentialOf(gone.token),
    'the id of a session': credentialOf(signedIn.id),
    'the hash of a session': credentialOf(hex(signedIn.hash)),
    'the CSRF token of a session': credentialOf(credentialOf(token)['x-csrf-token']!),
    'a session without its last character': credentialOf(token.slice(0, -1)),
    'a session with one character more': credentialOf(`${token}0`),
    'a session in capitals': credentialOf(token.toUpperCase()),
    'a session under another name': { cookie: `session=${token}` },
    'a session in a header that is too long': { cookie: `x=${'y'.repeat(5_000)}; counterfoil=${token}` },
    'a good session beside a bad bearer': { ...credentialOf(token), ...bearer('nonsense') },
    'a good session for a tenant that cannot be': { ...credentialOf(token), 'counterfoil-tenant': "ten_' or true --" },
    'an empty cookie': { cookie: 'counterfoil=' },
    'an empty bearer': { authorization: 'Bearer ' },
    'the local token without its last character': bearer(TOKEN.slice(0, -1)),
    'the local token with one character more': bearer(`${TOKEN}x`),
    'the local token as a cookie': { cookie: `counterfoil=${TOKEN}` },
    'the local token as Basic': { authorization: `Basic ${base64(Buffer.from(`:${TOKEN}`))}` },
    'a JWT that is not signed': bearer(
      `${encoded({ alg: 'none', typ: 'JWT' })}.${encoded({ sub: user, role: 'owner' })}.`,
    ),
    'a JWT of somebody else': bearer(`${encoded({ alg: 'HS256' })}.${encoded({ sub: user })}.${'A'.repeat(43)}`),
    'text that looks like SQL': bearer(`'or'1'='1`),
    'a cookie that looks like SQL': { cookie: `counterfoil=' or 1=1 --` },
    'a wildcard': bearer('%'),
    'the name of a person': bearer(user),
    'nothing at all': {},
  });
});
afterAll(() => api.close());

test('at least forty bad tokens are tried', () => {
  expect(Object.keys(made).length).toBeGreaterThanOrEqual(40);
});

test('each is refused on every kind of route, and all are told the same', async () => {
  const told = new Set<string>();
  for (const [name, credential] of Object.entries(made))
    for (const [method, url, body] of [
      ['GET', '/api/v1/postings', undefined],
      ['GET', '/api/v1/me', undefined],
      ['GET', '/api/v1/sessions', undefined],
      ['POST', '/api/v1/api-keys', { name: 'x', scopes: ['books.read'] }],
    ] as const) {
      const answer = await api.ask(credential, method, url, body);
      expect([answer.status, answer.code], `${name} at ${url}`).toEqual([401, 'request.unauthorized']);
      expect(answer.headers['www-authenticate']).toBe('Bearer');
      told.add(JSON.stringify({ ...answer.json<object>(), requestId: '' }));
    }
  expect(told.size).toBe(1);
});
