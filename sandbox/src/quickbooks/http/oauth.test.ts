import { beforeEach, describe, expect, test } from 'vitest';
import { type Bench, bench, REALM, type Reply } from '../support.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const CALLBACK = 'https://app.example/oauth/callback/quickbooks';
const BASIC = { authorization: `Basic ${btoa('sandbox-quickbooks-client:sandbox-quickbooks-client-secret')}` };
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

let b: Bench;
beforeEach(() => {
  b = bench();
});

const token = (form: Record<string, string>, headers: Record<string, string> = {}): Promise<Reply> =>
  b.post('/oauth2/v1/tokens/bearer', new URLSearchParams(form).toString(), { ...FORM, ...BASIC, ...headers });
const refresh = (refresh_token: string) => token({ grant_type: 'refresh_token', refresh_token });
const read = async (accessToken: string): Promise<number> => {
  const request = new Request(`http://q.test/v3/company/${REALM}/item/1`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  return (await b.qbo.fetch(request)).status;
};
const consentUrl = (more: Record<string, string> = {}): string => {
  const query = {
    client_id: 'sandbox-quickbooks-client',
    response_type: 'code',
    scope: 'com.intuit.quickbooks.accounting',
  };
  return `/connect/oauth2?${new URLSearchParams({ ...query, redirect_uri: CALLBACK, state: 's&1', ...more })}`;
};
const authorize = (more: Record<string, string> = {}): Promise<Reply> => b.get(consentUrl(more));
const decide = (decision: string, more: Record<string, string> = {}): Promise<Reply> =>
  b.post(consentUrl(more), `decision=${decision}`, FORM);

describe('consent', () => {
  test('shows the company, then returns with code, state and realm', async () => {
    const page = await authorize();
    expect(page.text).toContain('Acme LLC');
    expect(page.headers.get('x-frame-options')).toBe('DENY');
    expect(page.text).toContain('<form method="post"');
    const back = new URL((await decide('connect')).headers.get('location') ?? '');
    expect(back.href.startsWith(`${CALLBACK}?`)).toBe(true);
    expect(Object.fromEntries(back.searchParams)).toMatchObject({ state: 's&1', realmId: REALM });
    const form = {
      grant_type: 'authorization_code',
      redirect_uri: CALLBACK,
      code: back.searchParams.get('code') ?? '',
    };
    const issued = await token(form);
    expect(issued.json).toMatchObject({
      token_type: 'bearer',
      expires_in: 3600,
      x_refresh_token_expires_in: 8_726_400,
    });
    expect(issued.json.realmId).toBeUndefined();
    expect(await read(issued.json.access_token)).toBe(200);
  });

  test('that is refused returns access_denied', async () => {
    const back = new URL((await decide('cancel')).headers.get('location') ?? '');
    expect(Object.fromEntries(back.searchParams)).toEqual({ error: 'access_denied', state: 's&1' });
  });

  test('is not shown for a wrong app, state, scope or redirect address', async () => {
    b = bench({ redirectUris: [CALLBACK] });
    for (const wrong of [
      { client_id: 'x' },
      { state: '' },
      { scope: '' },
      { redirect_uri: 'https://evil.example/' },
      { response_type: 'token' },
    ]) {
      expect((await authorize(wrong)).status).toBe(400);
      expect((await decide('connect', wrong)).status).toBe(400);
    }
  });

  test('gives a code that is good once; a second use ends what the first one gave', async () => {
    const form = { grant_type: 'authorization_code', redirect_uri: CALLBACK, code: b.qbo.issueCode(CALLBACK) };
    const first = await token(form);
    const second = await token(form);
    expect([second.status, second.json.error]).toEqual([400, 'invalid_grant']);
    expect(await read(first.json.access_token)).toBe(401);
    const other = { ...form, code: b.qbo.issueCode(CALLBACK), redirect_uri: `${CALLBACK}/x` };
    expect((await token(other)).json.error).toBe('invalid_grant');
  });
});

describe('tokens', () => {
  test('of access live one hour', async () => {
    const issued = b.qbo.issueTokens();
    b.now += HOUR - 1;
    expect(await read(issued.accessToken)).toBe(200);
    b.now += 1;
    expect(await read(issued.accessToken)).toBe(401);
  });

  test('of refresh stay the same within a day and rotate after it; the old one is then refused', async () => {
    const { refreshToken } = b.qbo.issueTokens();
    b.now += HOUR;
    expect((await refresh(refreshToken)).json.refresh_token).toBe(refreshToken);
    b.now += DAY;
    const rotated = (await refresh(refreshToken)).json;
    expect(rotated.refresh_token).not.toBe(refreshToken);
    expect(await read(rotated.access_token)).toBe(200);
    const old = await refresh(refreshToken);
    expect([old.status, old.json]).toEqual([400, { error: 'invalid_grant', error_description: expect.any(String) }]);
    expect((await refresh(rotated.refresh_token)).status).toBe(200);
  });

  test('can leave a grace to the rotated one', async () => {
    b = bench({ refreshTokenGraceMs: HOUR });
    const { refreshToken } = b.qbo.issueTokens();
    b.now += DAY;
    const rotated = (await refresh(refreshToken)).json.refresh_token;
    expect((await refresh(refreshToken)).json.refresh_token).toBe(rotated);
    b.now += HOUR;
    expect((await refresh(refreshToken)).status).toBe(400);
  });

  test('of refresh end after 101 idle days, and after five years in any case', async () => {
    const idle = b.qbo.issueTokens();
    b.now += 101 * DAY;
    expect((await refresh(idle.refreshToken)).status).toBe(400);
    let current = b.qbo.issueTokens().refreshToken;
    for (let turn = 0; turn < 18; turn += 1) {
      b.now += 100 * DAY;
      current = (await refresh(current)).json.refresh_token;
    }
    const hard = await token(
      { grant_type: 'refresh_token', refresh_token: current },
      { 'x-include-refresh-token-hard-expires-in': 'true' },
    );
    expect(hard.json.x_refresh_token_hard_expires_in).toBe((25 * DAY) / 1000);
    b.now += 25 * DAY;
    expect((await refresh(hard.json.refresh_token)).status).toBe(400);
  });

  test('need the right client', async () => {
    const reply = await b.post('/oauth2/v1/tokens/bearer', 'grant_type=refresh_token&refresh_token=x', {
      ...FORM,
      authorization: 'Basic eDp5',
    });
    expect([reply.status, reply.json]).toEqual([401, { error: 'invalid_client' }]);
    expect((await token({ grant_type: 'password' })).json.error).toBe('unsupported_grant_type');
  });

  test('are revoked by JSON or form, and by the company', async () => {
    const first = b.qbo.issueTokens();
    const json = await b.post('/v2/oauth2/tokens/revoke', { token: first.refreshToken }, BASIC);
    expect([json.status, json.text]).toEqual([200, '']);
    expect([(await refresh(first.refreshToken)).status, await read(first.accessToken)]).toEqual([400, 401]);
    const second = b.qbo.issueTokens();
    await b.post('/v2/oauth2/tokens/revoke', `token=${second.accessToken}`, { ...FORM, ...BASIC });
    expect(await read(second.accessToken)).toBe(401);
    const third = b.qbo.issueTokens();
    b.qbo.disconnect();
    expect((await refresh(third.refreshToken)).json.error).toBe('invalid_grant');
  });

  test('of access can all be ended while refresh tokens stay good', async () => {
    const issued = b.qbo.issueTokens();
    b.qbo.expireAccessToken();
    expect(await read(issued.accessToken)).toBe(401);
    expect(await read((await refresh(issued.refreshToken)).json.access_token)).toBe(200);
  });
});
