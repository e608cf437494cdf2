import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ACME, type Bench, bench, TRADING } from '../support.ts';

const APP = { authorization: `Basic ${btoa('sandbox-xero-client:sandbox-xero-client-secret')}` };
const BACK = 'https://hub.example/callback';
const SCOPES = 'openid offline_access accounting.settings.read accounting.invoices';

const authorise = (more: Record<string, string> = {}) =>
  `/identity/connect/authorize?${new URLSearchParams({ response_type: 'code', client_id: 'sandbox-xero-client', redirect_uri: BACK, scope: SCOPES, state: 's1', ...more })}`;

async function codeOf({ ask }: Bench, form: string, more: Record<string, string> = {}): Promise<string> {
  const sent = await ask('POST', authorise(more), form);
  return new URL(sent.headers.get('location') ?? '').searchParams.get('code') ?? '';
}

function token({ ask }: Bench, form: Record<string, string>, headers: Record<string, string> = APP) {
  return ask('POST', '/connect/token', new URLSearchParams(form).toString(), headers);
}

const exchange = (made: Bench, code: string, more: Record<string, string> = {}) =>
  token(made, { grant_type: 'authorization_code', code, redirect_uri: BACK, ...more });
const refresh = (made: Bench, value: unknown) =>
  token(made, { grant_type: 'refresh_token', refresh_token: String(value) });
const tenants = async ({ ask }: Bench, access: unknown, query = '') =>
  JSON.parse((await ask('GET', `/connections${query}`, undefined, { authorization: `Bearer ${access}` })).text) as {
    tenantId: string;
    id: string;
  }[];

describe('consent', () => {
  test('the page offers each organisation, and the chosen ones are connected by the code', async () => {
    const made = bench({ connected: false });
    const page = await made.ask('GET', authorise());
    expect(page.text).toContain('Acme Trading LLC');
    const code = await codeOf(made, `decision=connect&tenant=${TRADING}`);
    const { json } = await exchange(made, code);
    expect(json).toMatchObject({ expires_in: 1_800, token_type: 'Bearer', scope: SCOPES });
    expect((await tenants(made, json.access_token)).map(({ tenantId }) => tenantId)).toEqual([TRADING]);
    expect((await exchange(made, code)).json.error).toBe('invalid_grant');
  });

  test('a second consent adds to the first, and its event finds only the new one', async () => {
    const made = bench({ connected: false });
    const first = await exchange(made, await codeOf(made, `decision=connect&tenant=${ACME}`));
    const second = await exchange(made, await codeOf(made, `decision=connect&tenant=${TRADING}`));
    expect(await tenants(made, first.json.access_token)).toHaveLength(2);
    const claims = JSON.parse(atob(String(second.json.access_token).split('.')[1]!)) as {
      authentication_event_id: string;
    };
    const fresh = await tenants(made, second.json.access_token, `?authEventId=${claims.authentication_event_id}`);
    expect(fresh.map(({ tenantId }) => tenantId)).toEqual([TRADING]);
  });

  test('saying no, and wrong requests', async () => {
    const { ask } = bench();
    const no = await ask('POST', authorise(), 'decision=cancel');
    expect(no.headers.get('location')).toBe(`${BACK}?error=access_denied&state=s1`);
    const wrong: Record<string, string>[] = [
      { client_id: 'other' },
      { response_type: 'token' },
      { scope: 'accounting.transactions' },
      { redirect_uri: 'http://127.0.0.1/callback' },
      { code_challenge: 'x', code_challenge_method: 'plain' },
    ];
    for (const more of wrong) expect((await ask('GET', authorise(more))).status).toBe(400);
    expect((await ask('GET', authorise({ redirect_uri: 'http://localhost:3000/callback' }))).status).toBe(200);
    expect(
      (await bench({ broadScopes: true }).ask('GET', authorise({ scope: 'accounting.transactions' }))).status,
    ).toBe(200);
  });

  test('a code lives five minutes, and its challenge must be proved', async () => {
    const made = bench();
    const code = await codeOf(made, 'decision=connect');
    made.doors.pass(300_000);
    expect((await exchange(made, code)).json.error).toBe('invalid_grant');
    const challenge = {
      code_challenge: createHash('sha256').update('v'.repeat(43)).digest('base64url'),
      code_challenge_method: 'S256',
    };
    const first = await codeOf(made, 'decision=connect', challenge);
    expect((await exchange(made, first, { code_verifier: 'w'.repeat(43) })).status).toBe(400);
    const second = await codeOf(made, 'decision=connect', challenge);
    expect((await exchange(made, second, { code_verifier: 'v'.repeat(43) })).status).toBe(200);
  });
});

describe('tokens', () => {
  const call = ({ api }: Bench, access: unknown, path = 'Organisation') =>
    api('GET', path, undefined, { authorization: `Bearer ${access}` });

  test('an access token lives half an hour, a refresh token sixty days without use', async () => {
    const made = bench();
    const { accessToken, refreshToken } = made.xero.issueTokens();
    made.doors.pass(1_799_000);
    expect((await call(made, accessToken)).status).toBe(200);
    made.doors.pass(1_000);
    const expired = await call(made, accessToken);
    expect([expired.status, expired.json.Title]).toEqual([401, 'Unauthorized']);
    expect(expired.json.Detail).toContain('TokenExpired');
    made.doors.pass(60 * 86_400_000 - 1_801_000);
    expect((await refresh(made, refreshToken)).status).toBe(200);
    const late = bench();
    const { refreshToken: old } = late.xero.issueTokens();
    late.doors.pass(60 * 86_400_000);
    expect((await refresh(late, old)).json.error).toBe('invalid_grant');
  });

  test('each refresh gives a new refresh token; the old one works for thirty minutes more', async () => {
    const made = bench();
    const { refreshToken } = made.xero.issueTokens();
    const first = await refresh(made, refreshToken);
    expect(first.json.refresh_token).not.toBe(refreshToken);
    made.doors.pass(1_799_000);
    const again = await refresh(made, refreshToken);
    expect(again.status).toBe(200);
    made.doors.pass(1_000);
    expect((await refresh(made, refreshToken)).json.error).toBe('invalid_grant');
    expect((await refresh(made, again.json.refresh_token)).status).toBe(200);
  });

  test('no refresh token without offline_access', async () => {
    const made = bench();
    const { json } = await exchange(made, await codeOf(made, 'decision=connect', { scope: 'accounting.contacts' }));
    expect(json.refresh_token).toBeUndefined();
    expect((await call(made, json.access_token, 'Contacts')).status).toBe(200);
  });

  test('a missing scope is told apart from an expired token', async () => {
    const made = bench();
    const { json } = await exchange(made, await codeOf(made, 'decision=connect'));
    expect((await call(made, json.access_token)).status).toBe(200);
    const refused = await call(made, json.access_token, 'Payments');
    expect([refused.status, refused.json.Detail]).toEqual([401, 'AuthorizationUnsuccessful']);
    const write = await made.api('PUT', 'Accounts', {}, { authorization: `Bearer ${json.access_token}` });
    expect(write.json.Detail).toBe('AuthorizationUnsuccessful');
    expect((await call(made, 'forged')).json.Detail).toBe('TokenInvalidSignature');
  });

  test('a wrong secret is refused', async () => {
    const made = bench();
    const wrong = await token(made, { grant_type: 'refresh_token' }, { authorization: `Basic ${btoa('a:b')}` });
    expect([wrong.status, wrong.json.error]).toEqual([400, 'invalid_client']);
  });
});

test('connections name their organisation, and their instants are UTC without saying so', async () => {
  const made = bench();
  const { accessToken } = made.xero.issueTokens([TRADING]);
  const [, trading] = (await tenants(made, accessToken)) as readonly object[];
  expect(trading).toMatchObject({
    tenantId: TRADING,
    tenantName: 'Acme Trading LLC',
    tenantType: 'ORGANISATION',
    createdDateUtc: '2026-11-20T12:00:00.0000000',
  });
});

describe('disconnecting', () => {
  test('one organisation, by the app or by a person: 403 there, and the other goes on', async () => {
    const made = bench();
    const { accessToken } = made.xero.issueTokens();
    const authorization = `Bearer ${accessToken}`;
    const [first] = await tenants(made, accessToken);
    expect((await made.ask('DELETE', `/connections/${first?.id}`, undefined, { authorization })).status).toBe(204);
    expect((await made.ask('DELETE', `/connections/${first?.id}`, undefined, { authorization })).status).toBe(404);
    const refused = await made.api('GET', 'Organisation');
    expect([refused.status, refused.json.Title, refused.json.Detail]).toEqual([
      403,
      'Forbidden',
      'AuthenticationUnsuccessful',
    ]);
    const other = { 'xero-tenant-id': TRADING };
    expect((await made.api('GET', 'Organisation', undefined, other)).status).toBe(200);
    made.xero.disconnect(TRADING);
    expect((await made.api('GET', 'Organisation', undefined, other)).status).toBe(403);
    expect((await made.api('GET', 'Organisation', undefined, { 'xero-tenant-id': '' })).status).toBe(403);
  });

  test('revoking a refresh token ends every connection and token of the user', async () => {
    const made = bench();
    const { accessToken, refreshToken } = made.xero.issueTokens();
    const revoked = await made.ask('POST', '/connect/revocation', `token=${refreshToken}`, APP);
    expect(revoked.status).toBe(200);
    expect((await refresh(made, refreshToken)).json.error).toBe('invalid_grant');
    expect((await made.api('GET', 'Organisation', undefined, { authorization: `Bearer ${accessToken}` })).status).toBe(
      401,
    );
    expect((await made.api('GET', 'Organisation')).status).toBe(403);
  });
});
