import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { begin, consent } from '../../../../test/support/authorise.ts';
import { type TestHub, testHub } from '../../../../test/support/hub.ts';
import { registry } from '../../../connectors/registry.ts';
import { sha256 } from '../../../kernel/digest.ts';
import type { ErrorCode } from '../../../kernel/error-codes.ts';
import type { TenantId } from '../../../kernel/ids.ts';
import { Secret } from '../../../kernel/secret.ts';
import { asOwner, rows, sql } from '../../../platform/store/index.ts';
import { createLog } from '../../../platform/telemetry/index.ts';
import type { FetchDoor } from '../../../platform/transport/index.ts';
import { ManualClock } from '../../../platform/transport/manual-clock.ts';
import { arriveAtCallback } from './arrive.ts';
import { AUTHORISATION_LIFE_MS, MAX_OPEN_AUTHORISATIONS } from './authorisation.ts';
import { newBinding } from './begin.ts';
import type { Callback } from './check-callback.ts';
import type { OAuthDoors } from './doors.ts';
import { finishAuthorisation, pastedCallback } from './finish.ts';
import { oauthProviders } from './provider.ts';

const OWN = 'http://127.0.0.1:4171/oauth/callback';
const LISTED = 'https://books.example.com/oauth/back';
const HOME = 'https://books.example.com';

let hub: TestHub;
let clock: ManualClock;
let logged = '';
/** Every request that reached a provider, in order. */
let asked: { readonly url: string; readonly body: string }[] = [];

beforeAll(async () => {
  clock = new ManualClock({ skipsSleep: true });
  const record =
    (fetch: FetchDoor): FetchDoor =>
    async (request, ...more) => {
      asked.push({ url: request.url, body: await request.clone().text() });
      return fetch(request, ...more);
    };
  const write = (text: string) => {
    logged += text;
  };
  hub = await testHub({
    clock,
    through: record,
    log: createLog({ level: 'debug', format: 'json', destination: { write }, clock }),
    oauth: { redirectUris: [LISTED], returnOrigins: [HOME] },
  });
});
beforeEach(() => {
  asked = [];
  // What earlier tests left open would count against the limit.
  clock.advance(AUTHORISATION_LIFE_MS);
});
afterAll(() => hub.close());

const exchanges = () => asked.filter(({ body }) => body.includes('grant_type=authorization_code')).length;
const query = <R>(statement: ReturnType<typeof sql<R>>) => asOwner(hub.test.owner, (tx) => rows<R>(tx, statement));
const countOf = async (table: string, condition = sql`true`) => {
  const [row] = await query(sql<{ count: bigint }>`select count(*) from ${sql.table(table)} where ${condition}`);
  return Number(row!.count);
};

test('every provider at which people sign in is attacked here', () => {
  expect(oauthProviders(registry)).toEqual(['quickbooks']);
});

for (const provider of oauthProviders(registry)) {
  const connector =
    registry.providers.find((one) => one.provider === provider)?.role === 'ledger'
      ? registry.ledger(provider)
      : registry.source(provider);
  const dialect = connector.oauth!;
  const parts = () => ({ oauth: hub.oauth, tenantId: hub.test.tenantId });
  const start = (own: Parameters<typeof begin>[1] = {}) => begin(parts(), { provider, ...own });
  const callbackOf = (back: URL, binding: Secret | null, own: Partial<Callback> = {}): Callback => {
    return { parameters: back.searchParams, provider, pastedUri: null, tenantId: null, binding, ...own };
  };
  const back = async (own: Parameters<typeof begin>[1] = {}) => {
    const begun = await start(own);
    return { begun, url: await consent(hub.sandbox, begun.authorizeUrl) };
  };
  const codeOf = (work: Promise<unknown>): Promise<ErrorCode | 'accepted'> =>
    work.then(
      () => 'accepted' as const,
      (error) => error.code,
    );

  describe(`${provider}: a redirect address`, () => {
    const own = `${OWN}/${provider}`;
    const variants = [
      `${own}/`,
      `${own}//`,
      `${own}/x`,
      `${own}?`,
      `${own}?x=1`,
      `${own}#`,
      `${own}#x`,
      `${own}%2f`,
      `${own}/..`,
      `${own}.`,
      own.replace('callback', 'Callback'),
      own.replace('4171', '4172'),
      own.replace(':4171', ''),
      own.replace('127.0.0.1', 'localhost'),
      own.replace('127.0.0.1', '127.0.0.1.'),
      own.replace('127.0.0.1', '127.0.0.1.evil.example'),
      own.replace('127.0.0.1', 'evil.example#127.0.0.1'),
      own.replace('//', '//user@'),
      own.replace('//', '//evil.example@'),
      own.replace('http', 'https'),
      own.replace('http', 'HTTP'),
      LISTED.replace('books', 'BOOKS'),
      LISTED.replace('example.com', 'example.com.'),
      LISTED.replace('example.com', 'example.com:8443'),
      LISTED.replace('https', 'http'),
      LISTED.replace('/oauth', '/x/../oauth'),
      LISTED.replace('oauth', '%6fauth'),
      `${LISTED}\\`,
      ` ${LISTED}`,
      'https://evil.example/oauth/back',
      'javascript:alert(1)',
      '',
    ];
    test.each(variants)('%j is refused', async (redirectUri) => {
      expect(await codeOf(start({ redirectUri }))).toBe('oauth.address_not_allowed');
    });

    test('that is listed is taken as it is', async () => {
      const { authorizeUrl } = await start({ redirectUri: LISTED });
      expect(new URL(authorizeUrl).searchParams.get('redirect_uri')).toBe(LISTED);
    });
  });

  describe(`${provider}: an address to return to`, () => {
    test.each([
      'https://evil.example/',
      '//books.example.com',
      'https://books.example.com@evil.example/',
      'https://books.example.com.evil.example/',
      'https://books.example.com:8443/',
      'http://books.example.com/',
      'https:\\\\books.example.com\\',
      'https://books.example.com\\@evil.example/',
      'javascript:alert(1)',
      'data:text/html,x',
      '/relative',
      '',
      'https://user@books.example.com/',
      'https://books.example.com/\r\nx: y',
      'https://evil.example?https://books.example.com/',
    ])('%j is refused', async (returnTo) => {
      expect(await codeOf(start({ returnTo }))).toBe('oauth.address_not_allowed');
    });
  });

  describe(`${provider}: the address that a person is sent to`, () => {
    test('holds what the protocol needs and no more', async () => {
      const { authorizeUrl } = await start();
      const { searchParams } = new URL(authorizeUrl);
      const pkce = dialect.usesPkce ? ['code_challenge', 'code_challenge_method'] : [];
      expect([...searchParams.keys()].sort()).toEqual(
        ['client_id', 'redirect_uri', 'response_type', 'scope', 'state', ...pkce].sort(),
      );
      expect(searchParams.get('scope')).toBe(Object.keys(dialect.scopes).join(' '));
      expect(authorizeUrl).not.toContain(hub.sandbox.quickbooks.app.clientSecret);
    });

    test('has another state of 256 bits each time, of which only the hash is kept', async () => {
      const states = new Set<string>();
      for (let i = 0; i < 5; i += 1) states.add(new URL((await start()).authorizeUrl).searchParams.get('state')!);
      expect(states.size).toBe(5);
      for (const state of states) {
        expect(state).toMatch(/^[0-9a-z]{52}$/);
        expect(await countOf('oauth_flows', sql`state_hash = ${sha256(state)}`)).toBe(1);
        expect(await countOf('oauth_flows', sql`oauth_flows::text like ${`%${state}%`}`)).toBe(0);
      }
    });

    test('is given to no more than so many at once, and to the next when those are over', async () => {
      for (let i = 0; i < MAX_OPEN_AUTHORISATIONS; i += 1) await start();
      expect(await codeOf(start())).toBe('oauth.too_many');
      clock.advance(AUTHORISATION_LIFE_MS);
      expect(await codeOf(start())).toBe('accepted');
      clock.advance(25 * 3_600_000);
      await start();
      expect(await countOf('oauth_flows')).toBe(1);
    });

    test('carries an S256 challenge where the provider takes PKCE, and the exchange proves it', async () => {
      const proved = withPkce(hub.oauth, provider);
      const begun = await begin({ ...parts(), oauth: proved }, { provider });
      const { searchParams } = new URL(begun.authorizeUrl);
      expect(searchParams.get('code_challenge_method')).toBe('S256');
      const url = await consent(hub.sandbox, begun.authorizeUrl);
      await finishAuthorisation(proved, callbackOf(url, begun.binding));
      const body = new URLSearchParams(asked.find((one) => one.body.includes('grant_type=authorization_code'))!.body);
      const verifier = body.get('code_verifier') ?? '';
      expect(Buffer.from(sha256(verifier)).toString('base64url')).toBe(searchParams.get('code_challenge'));
    });
  });

  /** Each changes a good callback into one that must be refused, before any code is exchanged. */
  const ATTACKS: Readonly<Record<string, readonly [change: (back: URL) => void, code: ErrorCode]>> = {
    'no state': [(url) => url.searchParams.delete('state'), 'oauth.state_unknown'],
    'an empty state': [(url) => url.searchParams.set('state', ''), 'oauth.state_unknown'],
    'an invented state': [(url) => url.searchParams.set('state', 'a'.repeat(52)), 'oauth.state_unknown'],
    'the state in capitals': [
      (url) => url.searchParams.set('state', url.searchParams.get('state')!.toUpperCase()),
      'oauth.state_unknown',
    ],
    'two states': [(url) => url.searchParams.append('state', 'other'), 'oauth.state_unknown'],
    'two codes': [(url) => url.searchParams.append('code', 'other'), 'oauth.callback_incomplete'],
    'no code': [(url) => url.searchParams.delete('code'), 'oauth.callback_incomplete'],
    'an empty code': [(url) => url.searchParams.set('code', ''), 'oauth.callback_incomplete'],
    'another issuer': [(url) => url.searchParams.set('iss', 'https://evil.example'), 'oauth.mixed_up'],
    'an issuer that only begins right': [(url) => url.searchParams.set('iss', `${dialect.issuer}/x`), 'oauth.mixed_up'],
    'an error': [(url) => url.searchParams.set('error', 'access_denied'), 'oauth.denied'],
    'an error without a code': [
      (url) => {
        url.searchParams.delete('code');
        url.searchParams.set('error', 'access_denied');
      },
      'oauth.denied',
    ],
  };
  const { account } = dialect;
  const ACCOUNT_ATTACKS: typeof ATTACKS =
    account.from !== 'callback'
      ? {}
      : {
          'no account': [(url) => url.searchParams.delete(account.parameter), 'oauth.callback_incomplete'],
          'an account that leaves the path': [
            (url) => url.searchParams.set(account.parameter, '1/../../x'),
            'oauth.callback_incomplete',
          ],
          'two accounts': [(url) => url.searchParams.append(account.parameter, '2'), 'oauth.callback_incomplete'],
        };

  describe(`${provider}: a callback`, () => {
    for (const [name, [change, code]] of Object.entries({ ...ATTACKS, ...ACCOUNT_ATTACKS }))
      test(`with ${name} is refused before anything is exchanged, and recorded`, async () => {
        const { begun, url } = await back();
        const events = await countOf('security_events');
        const before = await countOf('connections');
        change(url);
        expect(await codeOf(finishAuthorisation(hub.oauth, callbackOf(url, begun.binding)))).toBe(code);
        expect(exchanges()).toBe(0);
        expect(await countOf('security_events')).toBe(events + 1);
        expect(await countOf('connections')).toBe(before);
      });

    const OTHERS: Readonly<Record<string, readonly [own: () => Partial<Callback>, code: ErrorCode]>> = {
      'another session': [() => ({ binding: newBinding(hub.oauth) }), 'oauth.other_session'],
      'no session': [() => ({ binding: null }), 'oauth.other_session'],
      'the hash of the session': [() => ({ binding: new Secret('') }), 'oauth.other_session'],
      'another tenant': [() => ({ tenantId: 'ten_other' as TenantId }), 'oauth.other_session'],
      'another provider’s address': [() => ({ provider: 'stripe' }), 'oauth.mixed_up'],
      'another address': [() => ({ pastedUri: 'https://evil.example/back' }), 'oauth.mixed_up'],
    };
    for (const [name, [own, code]] of Object.entries(OTHERS))
      test(`by ${name} is refused, and the authorisation is over for everybody`, async () => {
        const { begun, url } = await back();
        const events = await countOf('security_events');
        expect(await codeOf(finishAuthorisation(hub.oauth, { ...callbackOf(url, begun.binding), ...own() }))).toBe(
          code,
        );
        expect(await codeOf(finishAuthorisation(hub.oauth, callbackOf(url, begun.binding)))).toBe('oauth.state_used');
        expect(exchanges()).toBe(0);
        expect(await countOf('security_events')).toBe(events + 2);
      });

    test('after ten minutes is refused, at the last moment it is good', async () => {
      const late = await back();
      clock.advance(AUTHORISATION_LIFE_MS);
      expect(await codeOf(finishAuthorisation(hub.oauth, callbackOf(late.url, late.begun.binding)))).toBe(
        'oauth.state_expired',
      );
      const begun = await start();
      clock.advance(AUTHORISATION_LIFE_MS - 1);
      const url = await consent(hub.sandbox, begun.authorizeUrl);
      expect(await codeOf(finishAuthorisation(hub.oauth, callbackOf(url, begun.binding)))).toBe('accepted');
    });

    test('is good once', async () => {
      const { begun, url } = await back();
      const { connection } = await finishAuthorisation(hub.oauth, callbackOf(url, begun.binding));
      expect(await codeOf(finishAuthorisation(hub.oauth, callbackOf(url, begun.binding)))).toBe('oauth.state_used');
      expect(exchanges()).toBe(1);
      expect((await hub.doors.connections.find(connection.tenantId, connection.id))?.state).toBe('active');
    });

    test('1,000 times at once is good once', async () => {
      const { begun, url } = await back();
      const all = await Promise.all(
        Array.from({ length: 1_000 }, () => codeOf(finishAuthorisation(hub.oauth, callbackOf(url, begun.binding)))),
      );
      expect(all.filter((code) => code === 'accepted')).toHaveLength(1);
      expect(new Set(all)).toEqual(new Set(['accepted', 'oauth.state_used']));
      expect(exchanges()).toBe(1);
    });

    test('that comes in another order than it was begun is judged by its own authorisation', async () => {
      const [one, two] = [await back(), await back()];
      expect(await codeOf(finishAuthorisation(hub.oauth, callbackOf(two.url, one.begun.binding)))).toBe(
        'oauth.other_session',
      );
      expect(await codeOf(finishAuthorisation(hub.oauth, callbackOf(one.url, one.begun.binding)))).toBe('accepted');
    });

    test('with a code of nobody is refused by the provider, and nothing is connected', async () => {
      const { begun, url } = await back();
      const before = await countOf('connections');
      url.searchParams.set('code', 'made-up');
      expect(await codeOf(finishAuthorisation(hub.oauth, callbackOf(url, begun.binding)))).toBe('oauth.grant_rejected');
      expect(await countOf('connections')).toBe(before);
      expect(await codeOf(finishAuthorisation(hub.oauth, callbackOf(url, begun.binding)))).toBe('oauth.state_used');
    });

    test('with a code that was given for another redirect address is refused by the provider', async () => {
      const other = await back({ redirectUri: LISTED });
      const { begun, url } = await back();
      url.searchParams.set('code', other.url.searchParams.get('code')!);
      expect(await codeOf(finishAuthorisation(hub.oauth, callbackOf(url, begun.binding)))).toBe('oauth.grant_rejected');
    });

    test('of another account than the token’s is found out by asking; the tokens are revoked and not kept', async () => {
      if (account.from !== 'callback') return;
      const { begun, url } = await back();
      const before = await countOf('connections');
      url.searchParams.set(account.parameter, '9130350000000099');
      expect(await codeOf(finishAuthorisation(hub.oauth, callbackOf(url, begun.binding)))).not.toBe('accepted');
      expect(await countOf('connections')).toBe(before);
      expect(asked.at(-1)!.url).toContain(new URL(dialect.revoke.url).pathname);
    });

    test('of a terminal is handed over once, and only the terminal can use it', async () => {
      const { begun, url } = await back();
      const arrival = { provider, parameters: url.searchParams, binding: null };
      expect(await arriveAtCallback(hub.oauth, arrival)).toEqual({ kind: 'handed_over' });
      const authorisation = (await hub.oauth.authorisations.find(hub.test.tenantId, begun.authorisationId))!;
      const second = new URLSearchParams({ state: url.searchParams.get('state')!, code: 'of-an-attacker' });
      expect(await hub.oauth.authorisations.handOver(authorisation, new Secret(second.toString()), clock.now())).toBe(
        false,
      );
      const answer = (await hub.oauth.authorisations.handedOver(authorisation))!;
      expect(answer.reveal()).toBe(url.searchParams.toString());
      expect(exchanges()).toBe(0);
    });

    test('that is pasted may not be longer or shorter than it was', async () => {
      const { begun, url } = await back();
      const given = { provider, tenantId: hub.test.tenantId, binding: begun.binding };
      expect(() => pastedCallback('callback?code=1', given)).toThrowError(/no address/);
      const wrong = pastedCallback(url.href.replace('/oauth/', '/other/'), given);
      expect(await codeOf(finishAuthorisation(hub.oauth, wrong))).toBe('oauth.mixed_up');
    });
  });

  test(`${provider}: no token, code, secret or state is in a log line or in an address that we call`, async () => {
    logged = '';
    const { begun, url } = await back();
    const { connection } = await finishAuthorisation(hub.oauth, callbackOf(url, begun.binding));
    await codeOf(finishAuthorisation(hub.oauth, callbackOf(url, begun.binding)));
    const grant = (await hub.oauth.grants.find(connection))!;
    const lease = (await hub.oauth.grants.lease(connection, 'test', clock.now(), 1))!;
    const secrets = [
      grant.access.reveal(),
      lease.refresh.reveal(),
      begun.binding.reveal(),
      hub.sandbox.quickbooks.app.clientSecret,
      url.searchParams.get('code')!,
      url.searchParams.get('state')!,
    ];
    for (const secret of secrets) {
      for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]) {
        expect(logged).not.toContain(form);
        for (const request of asked) expect(request.url).not.toContain(form);
      }
    }
  });
}

/** The same provider, if it took PKCE. */
function withPkce(doors: OAuthDoors, provider: string): OAuthDoors {
  const ledger = (name: string) => {
    const found = registry.ledger(name);
    return name === provider ? { ...found, oauth: { ...found.oauth!, usesPkce: true } } : found;
  };
  return { ...doors, work: { ...doors.work, registry: { ...registry, ledger } } };
}
