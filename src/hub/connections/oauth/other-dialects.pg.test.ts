import { afterAll, beforeAll, expect, test } from 'vitest';
import { begin } from '../../../../test/support/authorise.ts';
import { type TestHub, testHub } from '../../../../test/support/hub.ts';
import { registry } from '../../../connectors/registry.ts';
import { type OAuthDialect, standardRefusal } from '../../../connectors/sdk/index.ts';
import { sha256 } from '../../../kernel/digest.ts';
import { Secret } from '../../../kernel/secret.ts';
import { CLI_ACTOR } from '../../audit/index.ts';
import { callerOf, disconnect, testConnection } from '../index.ts';
import type { OAuthDoors } from './doors.ts';
import { finishAuthorisation } from './finish.ts';
import { oauthTokenDoor } from './token-door.ts';

/** A source that takes PKCE, names the account in the token answer, and revokes by form: as Square and others do. */
const dialect: OAuthDialect = {
  issuer: 'https://connect.example.com',
  authorizeUrl: 'https://connect.example.com/oauth/authorize',
  tokenUrl: 'https://connect.example.com/oauth/token',
  revoke: { url: 'https://connect.example.com/oauth/revoke', body: 'form' },
  scopes: { read: 'payments' },
  usesPkce: true,
  tokenHeaders: {},
  account: { from: 'token', field: 'account' },
  lives: {
    access_ms: 3_600_000,
    ahead_ms: 300_000,
    refreshIdle_ms: null,
    refreshCap_ms: null,
    keepAlive_ms: 86_400_000,
  },
  lifeFields: { refreshIdle: null, refreshCap: null },
  refusal: standardRefusal,
};

let hub: TestHub;
let oauth: OAuthDoors;
/** The account that the token answer names. */
let named: string;
/** Bodies of requests to the token and revocation addresses. */
const asked: { readonly path: string; readonly form: URLSearchParams }[] = [];

beforeAll(async () => {
  hub = await testHub({
    through: (fetch) => async (request) => {
      const { pathname } = new URL(request.url);
      if (!pathname.startsWith('/stripe/oauth/')) return fetch(request);
      asked.push({ path: pathname, form: new URLSearchParams(await request.text()) });
      if (pathname.endsWith('/revoke')) return new Response('');
      const access_token = hub.sandbox.stripe.settings.apiKey;
      return Response.json({ access_token, refresh_token: 'refresh-1', token_type: 'bearer', account: named });
    },
  });
  named = hub.sandbox.stripe.settings.accountId;
  const source = (name: string) => ({ ...registry.source(name), oauth: dialect });
  const sandbox = { clientId: 'app', clientSecret: new Secret('secret-of-a-test') };
  oauth = {
    ...hub.oauth,
    work: { ...hub.oauth.work, registry: { ...registry, source } },
    oauth: { apps: { stripe: { sandbox } }, redirectUris: [], returnOrigins: [] },
  };
});
afterAll(() => hub.close());

async function authorise() {
  const begun = await begin({ oauth, tenantId: hub.test.tenantId }, { provider: 'stripe' });
  const { searchParams } = new URL(begun.authorizeUrl);
  const parameters = new URLSearchParams({ code: 'code-1', state: searchParams.get('state')!, iss: dialect.issuer });
  const callback = { parameters, provider: 'stripe', pastedUri: null, tenantId: null, binding: begun.binding };
  return { challenge: searchParams.get('code_challenge'), finished: finishAuthorisation(oauth, callback) };
}

test('a source whose account is named in the token answer is connected by its dialect alone', async () => {
  const { challenge, finished } = await authorise();
  const { connection } = await finished;
  expect(connection).toMatchObject({ provider: 'stripe', role: 'source', accountId: named, state: 'active' });
  const { form } = asked.at(-1)!;
  expect(Buffer.from(sha256(form.get('code_verifier')!)).toString('base64url')).toBe(challenge);
  const doors = { ...hub.doors, ...oauth.work, tokens: oauthTokenDoor(oauth, 'test') };
  await testConnection(doors, await callerOf(doors, connection));
  expect((await oauth.grants.find(connection))?.consentEndsAt).toBeNull();

  const { leftAtProvider } = await disconnect(doors, oauth, connection, CLI_ACTOR);
  expect(leftAtProvider).toEqual([]);
  expect(asked.at(-1)).toMatchObject({ path: '/stripe/oauth/revoke' });
  expect(asked.at(-1)!.form.get('token')).toBe('refresh-1');
});

test('an answer that names an account which the token does not reach is refused, and revoked', async () => {
  named = 'acct_other';
  const { finished } = await authorise();
  await expect(finished).rejects.toMatchObject({ code: 'connection.unusable' });
  expect(asked.at(-1)!.path).toBe('/stripe/oauth/revoke');
});
