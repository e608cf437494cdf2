import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Authenticator, type Odd } from '../../../test/support/authenticator.ts';
import { PASSWORD } from '../../hub/access/fixtures/access.ts';
import { PASSKEY_CHALLENGE_LIFE_MS, SESSION_IDLE_MS } from '../../hub/access/limits.ts';
import { asOwner, rows, sql } from '../../platform/store/index.ts';
import { type Credential, credentialOf, type PeopleApi, peopleApi } from './fixtures/people-api.ts';

const ORIGIN = 'https://books.example.com';
const PAGE = { origin: ORIGIN, host: 'books.example.com', 'sec-fetch-site': 'same-origin' };
const REFUSED = [401, 'access.passkey_refused'];

let api: PeopleApi;
let me: Credential;
beforeEach(async () => {
  api = await peopleApi();
  const { token } = await api.hub.claim();
  me = { ...credentialOf(token.reveal()), ...PAGE };
});
afterEach(() => api.close());

interface Options {
  readonly challenge: string;
  readonly rp: { readonly id: string };
  readonly user: { readonly id: string };
  readonly excludeCredentials: readonly { readonly id: string }[];
}

async function begin(credential = me): Promise<Options> {
  const answer = await api.ask(credential, 'POST', '/api/v1/passkeys/options', { password: PASSWORD });
  expect(answer.status, answer.body).toBe(200);
  return answer.json<Options>();
}

async function register(authenticator: Authenticator, odd: Odd = {}, credential = me) {
  const { challenge, rp, user } = await begin(credential);
  const page = { challenge, rpId: rp.id, origin: ORIGIN, userId: user.id };
  const response = authenticator.create(page, odd);
  return api.ask(credential, 'POST', '/api/v1/passkeys', { name: 'My key', response });
}

interface Begun {
  readonly page: { readonly challenge: string; readonly rpId: string; readonly origin: string };
  /** What the browser sends along. */
  readonly browser: Credential;
}

async function beginSignIn(): Promise<Begun> {
  const answer = await api.ask(PAGE, 'POST', '/api/v1/sign-in/passkey/options');
  expect(answer.status, answer.body).toBe(200);
  const { challenge, rpId } = answer.json<{ challenge: string; rpId: string }>();
  const cookie = String(answer.headers['set-cookie']).split(';')[0]!;
  return { page: { challenge, rpId, origin: ORIGIN }, browser: { ...PAGE, cookie } };
}

const finish = ({ browser }: Begun, response: object) =>
  api.ask(browser, 'POST', '/api/v1/sign-in/passkey', { response });

async function signIn(authenticator: Authenticator, odd: Odd = {}) {
  const begun = await beginSignIn();
  return finish(begun, authenticator.get(begun.page, odd));
}

const told = ({ status, code }: { status: number; code: string | undefined }) => [status, code];

describe('a passkey', () => {
  test('is added, listed, signs in without a second factor, and is removed', async () => {
    const key = new Authenticator(1);
    expect((await register(key)).json()).toMatchObject({ name: 'My key', host: 'books.example.com', lastUsedAt: null });
    const signedIn = await signIn(key);
    expect(signedIn.status, signedIn.body).toBe(200);
    const cookie = String(signedIn.headers['set-cookie']).split(';')[0]!;
    expect(cookie).toMatch(/^__Host-counterfoil=/);
    const who = await api.ask({ cookie }, 'GET', '/api/v1/me');
    expect(who.json()).toMatchObject({ user: { email: 'owner@example.com' }, role: 'owner' });
    const { items } = (await api.ask(me, 'GET', '/api/v1/passkeys')).json<{
      items: { id: string; lastUsedAt: string }[];
    }>();
    expect(items).toHaveLength(1);
    expect(items[0]!.lastUsedAt).not.toBeNull();
    expect((await api.ask(me, 'DELETE', `/api/v1/passkeys/${items[0]!.id}`)).status).toBe(200);
    expect(told(await signIn(key))).toEqual(REFUSED);
    const audit = await asOwner(api.hub.support.owner, (tx) =>
      rows(tx, sql<{ action: string }>`select action from audit_entries where action like 'passkey.%' order by seq`),
    );
    expect(audit.map(({ action }) => action)).toEqual(['passkey.added', 'passkey.removed']);
  });

  test('works again and again with a counter, and with an authenticator that does not count', async () => {
    for (const key of [new Authenticator(1), new Authenticator(0)]) {
      await register(key);
      for (let time = 0; time < 2; time += 1) expect((await signIn(key)).status).toBe(200);
    }
  });

  test('is named to the browser, and not added twice', async () => {
    const key = new Authenticator();
    await register(key);
    const { excludeCredentials } = await begin();
    expect(excludeCredentials).toMatchObject([{ id: key.credentialId.toString('base64url') }]);
    expect(told(await register(key))).toEqual([409, 'access.passkey_known']);
  });

  test('is not for whoever cannot say the password', async () => {
    const answer = await api.ask(me, 'POST', '/api/v1/passkeys/options', { password: 'stolen session' });
    expect(told(answer)).toEqual([401, 'access.sign_in_refused']);
  });

  test('is not offered on a page without https or a name', async () => {
    for (const origin of ['http://umbrel.local', 'https://192.0.2.1']) {
      const page = { ...me, origin, host: new URL(origin).host };
      expect(told(await api.ask(page, 'POST', '/api/v1/passkeys/options', { password: PASSWORD }))).toEqual([
        422,
        'access.passkey_needs_https',
      ]);
      expect(told(await api.ask(page, 'POST', '/api/v1/sign-in/passkey/options'))).toEqual([
        422,
        'access.passkey_needs_https',
      ]);
    }
  });

  test('of another person is neither seen nor removed', async () => {
    const { id } = (await register(new Authenticator())).json<{ id: string }>();
    const other = await api.sessionOf(await api.person('owner'));
    expect((await api.ask(other, 'GET', '/api/v1/passkeys')).json()).toEqual({ items: [] });
    expect(told(await api.ask(other, 'DELETE', `/api/v1/passkeys/${id}`))).toEqual([404, 'request.not_found']);
  });
});

const ODD: Readonly<Record<string, Odd>> = {
  'of a page of another origin': { origin: 'https://books.example.com.evil.example' },
  'of the same name on another port': { origin: 'https://books.example.com:8443' },
  'for another host': { rpId: 'evil.example' },
  'of another challenge': { challenge: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' },
  'without the person being verified': { verified: false },
};

const SIGNATURES: Readonly<Record<string, (one: Buffer) => Buffer>> = {
  changed: (one) => Buffer.from([...one.subarray(0, -1), one.at(-1)! ^ 1]),
  empty: () => Buffer.from([0]),
  'no signature at all': () => Buffer.from('3045022100c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7', 'hex'),
};

describe('an answer is refused', () => {
  test.each(Object.entries(ODD))('%s: when it is added', async (_name, odd) => {
    expect(told(await register(new Authenticator(), odd))).toEqual(REFUSED);
  });

  test.each(Object.entries(ODD))('%s: when it signs in', async (_name, odd) => {
    const key = new Authenticator();
    await register(key);
    expect(told(await signIn(key, odd))).toEqual(REFUSED);
    expect((await signIn(key)).status).toBe(200);
  });

  test.each(Object.entries(SIGNATURES))('with a signature that is %s', async (_name, signature) => {
    const key = new Authenticator();
    await register(key);
    expect(told(await signIn(key, { signature }))).toEqual(REFUSED);
  });

  test('of the wrong ceremony', async () => {
    const key = new Authenticator();
    expect(told(await register(key, { type: 'webauthn.get' }))).toEqual(REFUSED);
    await register(key);
    expect(told(await signIn(key, { type: 'webauthn.create' }))).toEqual(REFUSED);
  });

  test('of a credential that nobody has, and of a copy with its own key', async () => {
    const key = new Authenticator();
    await register(key);
    expect(told(await signIn(new Authenticator()))).toEqual(REFUSED);
    expect(told(await signIn(new Authenticator(0, Buffer.from(key.credentialId))))).toEqual(REFUSED);
  });

  test('that names another person', async () => {
    const key = new Authenticator();
    await register(key);
    expect(told(await signIn(key, { userHandle: Buffer.from('usr_other').toString('base64url') }))).toEqual(REFUSED);
  });

  test('that was given before', async () => {
    const key = new Authenticator();
    await register(key);
    const begun = await beginSignIn();
    const response = key.get(begun.page);
    expect((await finish(begun, response)).status).toBe(200);
    expect(told(await finish(begun, response))).toEqual(REFUSED);
  });

  test('in another browser than the one that began, and then in that one too', async () => {
    const key = new Authenticator();
    await register(key);
    const [mine, theirs] = [await beginSignIn(), await beginSignIn()];
    const response = key.get(mine.page);
    expect(told(await finish(theirs, response))).toEqual(REFUSED);
    expect(told(await finish(mine, response))).toEqual(REFUSED);
    expect(told(await api.ask(PAGE, 'POST', '/api/v1/sign-in/passkey', { response: key.get(theirs.page) }))).toEqual(
      REFUSED,
    );
  });

  test('in another session than the one that began to add it', async () => {
    const { challenge, rp, user } = await begin();
    const response = new Authenticator().create({ challenge, rpId: rp.id, origin: ORIGIN, userId: user.id });
    const { person } = await api.hub.principal({ token: { reveal: () => me['cookie']!.split('=')[1]! } as never });
    const again = { ...(await api.sessionOf(person.id)), ...PAGE };
    expect(told(await api.ask(again, 'POST', '/api/v1/passkeys', { name: 'A', response }))).toEqual(REFUSED);
  });

  test('that was made to sign in, when it is to be added, and the other way round', async () => {
    const key = new Authenticator();
    const { user } = await begin();
    const { page } = await beginSignIn();
    const response = key.create({ ...page, userId: user.id });
    expect(told(await api.ask(me, 'POST', '/api/v1/passkeys', { name: 'A', response }))).toEqual(REFUSED);
    await register(key);
    const { challenge } = await begin();
    expect(told(await signIn(key, { challenge }))).toEqual(REFUSED);
  });

  test('that took longer than five minutes', async () => {
    const key = new Authenticator();
    await register(key);
    const begun = await beginSignIn();
    api.hub.clock.move(PASSKEY_CHALLENGE_LIFE_MS);
    expect(told(await finish(begun, key.get(begun.page)))).toEqual(REFUSED);
    expect(PASSKEY_CHALLENGE_LIFE_MS).toBeLessThan(SESSION_IDLE_MS);
  });

  test.each([5, 4, 0])(
    'with a counter that went from 5 to %i: there is a copy of the authenticator',
    async (counter) => {
      const key = new Authenticator(4);
      await register(key);
      expect((await signIn(key)).status).toBe(200);
      expect(told(await signIn(key, { counter }))).toEqual(REFUSED);
      expect(await api.hub.events()).toContain('passkey.copied');
    },
  );

  test('of a person who is disabled', async () => {
    const key = new Authenticator();
    await register(key);
    await asOwner(api.hub.support.owner, (tx) => sql`update memberships set disabled_at = now()`.execute(tx));
    expect(told(await signIn(key))).toEqual(REFUSED);
  });

  test('from another site, whatever it signed', async () => {
    const begun = await beginSignIn();
    const browser = { ...begun.browser, 'sec-fetch-site': 'cross-site' };
    const answer = await api.ask(browser, 'POST', '/api/v1/sign-in/passkey', {
      response: new Authenticator().get(begun.page),
    });
    expect(told(answer)).toEqual([403, 'request.cross_site']);
  });
});

test('of many answers to one challenge at once, one signs in', async () => {
  const key = new Authenticator();
  await register(key);
  const begun = await beginSignIn();
  const response = key.get(begun.page);
  const answers = await Promise.all(Array.from({ length: 10 }, () => finish(begun, response)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
});
