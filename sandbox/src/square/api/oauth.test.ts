import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Answer, DAY } from '../../core/testing.ts';
import { testSquare } from '../testing.ts';

const REDIRECT = 'https://hub.example.com/oauth/square';
const SECRET = 'sandbox-sq0csb-square-client-secret';
const CLIENT = 'sandbox-sq0idb-square-client';
const VERIFIER = 'a-verifier-that-is-long-enough-to-be-taken-seriously';
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

type Seller = ReturnType<typeof testSquare>;

function pageOf(more: Record<string, string> = {}): string {
  const query = { client_id: CLIENT, scope: 'PAYMENTS_READ ORDERS_READ', state: 's1', redirect_uri: REDIRECT, ...more };
  return `/oauth2/authorize?${new URLSearchParams(query)}`;
}

/** Where the person is sent after pressing a button. */
async function pressed({ ask }: Seller, decision: string, more: Record<string, string> = {}): Promise<URL> {
  const answer = await ask('POST', pageOf(more), `decision=${decision}`);
  return new URL(answer.headers.get('location') ?? 'about:blank');
}

async function codeOf(seller: Seller, more: Record<string, string> = {}): Promise<string> {
  return (await pressed(seller, 'allow', more)).searchParams.get('code') ?? '';
}

function obtain({ post }: Seller, body: Record<string, unknown>): Promise<Answer> {
  return post('/oauth2/token', { client_id: CLIENT, ...body }, { authorization: '' });
}

function withCode(seller: Seller, code: string, more: Record<string, unknown> = { client_secret: SECRET }) {
  return obtain(seller, { grant_type: 'authorization_code', code, redirect_uri: REDIRECT, ...more });
}

async function connected(seller: Seller): Promise<Answer> {
  return withCode(seller, await codeOf(seller));
}

const bearer = (answer: Answer) => ({ authorization: `Bearer ${String(answer.at('access_token'))}` });

describe('the consent page', () => {
  test('names the business and what is wanted, and may not be framed', async () => {
    const page = await testSquare().get(pageOf());
    expect(page.text).toContain('Acme LLC');
    expect(page.text).toContain('<li>ORDERS_READ</li>');
    expect(page.headers.get('x-frame-options')).toBe('DENY');
  });

  test('sends back with a code, or with the refusal', async () => {
    const seller = testSquare();
    const allowed = await pressed(seller, 'allow');
    expect([allowed.origin + allowed.pathname, allowed.searchParams.get('state')]).toEqual([REDIRECT, 's1']);
    const denied = await pressed(seller, 'deny');
    expect(Object.fromEntries(denied.searchParams)).toEqual({
      error: 'access_denied',
      error_description: 'user_denied',
      state: 's1',
    });
  });

  test('sends nobody to an address that is not registered, nor for an app or a permission that it does not know', async () => {
    const { get } = testSquare({ redirectUris: [REDIRECT] });
    const wrong = [{ redirect_uri: 'https://evil.example' }, { client_id: 'x' }, { scope: 'EVERYTHING' }];
    for (const more of wrong) expect((await get(pageOf(more as unknown as Record<string, string>))).status).toBe(400);
    expect((await get(pageOf())).status).toBe(200);
  });
});

describe('tokens with the secret', () => {
  test('live thirty days; the refresh token stays the same and never ends', async () => {
    const seller = testSquare();
    const first = await connected(seller);
    expect(first.json).toMatchObject({
      token_type: 'bearer',
      expires_at: '2026-11-04T10:00:00.000Z',
      merchant_id: 'MLSANDBOXACME',
      short_lived: false,
    });
    expect(first.at('refresh_token_expires_at')).toBeUndefined();
    seller.doors.pass(400 * DAY * 1000);
    const refresh = { grant_type: 'refresh_token', refresh_token: first.at('refresh_token'), client_secret: SECRET };
    const second = await obtain(seller, refresh);
    expect(second.at('refresh_token')).toBe(first.at('refresh_token'));
    expect((await seller.get('/v2/payments', bearer(first))).at('errors.0.code')).toBe('ACCESS_TOKEN_EXPIRED');
    expect((await seller.get('/v2/payments', bearer(second))).status).toBe(200);
    expect((await obtain(seller, { ...refresh, short_lived: true })).at('expires_at')).toBe('2027-11-10T10:00:00.000Z');
  });

  test('stay good beside newer ones, and may be for less than was agreed to', async () => {
    const seller = testSquare();
    const first = await connected(seller);
    const refresh = { grant_type: 'refresh_token', refresh_token: first.at('refresh_token'), client_secret: SECRET };
    const narrow = await obtain(seller, { ...refresh, scopes: ['ORDERS_READ'] });
    expect((await seller.get('/v2/payments', bearer(first))).status).toBe(200);
    const refused = await seller.get('/v2/payments', bearer(narrow));
    expect([refused.status, refused.at('errors.0.code')]).toEqual([403, 'INSUFFICIENT_SCOPES']);
    expect((await obtain(seller, { ...refresh, scopes: ['ITEMS_READ'] })).status).toBe(400);
  });

  test('come for a code once, within five minutes, to the same address', async () => {
    const seller = testSquare();
    const code = await codeOf(seller);
    expect(
      (await withCode(seller, code, { client_secret: SECRET, redirect_uri: 'https://other.example' })).status,
    ).toBe(401);
    expect((await withCode(seller, code)).status).toBe(200);
    const again = await withCode(seller, code);
    expect([again.status, again.at('type')]).toEqual([401, 'service.not_authorized']);
    const late = await codeOf(seller);
    seller.doors.pass(300_000);
    expect((await withCode(seller, late)).status).toBe(401);
  });

  test('are not given for a wrong secret, nor for none', async () => {
    const seller = testSquare();
    const code = await codeOf(seller);
    expect((await withCode(seller, code, { client_secret: 'wrong' })).status).toBe(401);
    expect((await withCode(seller, code, {})).json).toMatchObject({ type: 'bad_request' });
  });
});

describe('tokens without the secret (PKCE)', () => {
  async function paired(seller: Seller): Promise<Answer> {
    return withCode(seller, await codeOf(seller, { code_challenge: CHALLENGE }), { code_verifier: VERIFIER });
  }

  test('need the verifier of the challenge', async () => {
    const seller = testSquare();
    const code = await codeOf(seller, { code_challenge: CHALLENGE });
    expect((await withCode(seller, code, { code_verifier: 'another' })).status).toBe(401);
    expect((await withCode(seller, code, { code_verifier: VERIFIER })).status).toBe(200);
  });

  test('have refresh tokens that are good once and for ninety days', async () => {
    const seller = testSquare();
    const first = await paired(seller);
    expect(first.at('refresh_token_expires_at')).toBe('2027-01-03T10:00:00.000Z');
    const refresh = (from: Answer) =>
      obtain(seller, { grant_type: 'refresh_token', refresh_token: from.at('refresh_token') });
    const second = await refresh(first);
    expect(second.at('refresh_token')).not.toBe(first.at('refresh_token'));
    expect((await refresh(first)).status).toBe(401);
    seller.doors.pass(90 * DAY * 1000);
    expect((await refresh(second)).status).toBe(401);
  });
});

describe('the end of access', () => {
  test('by the app, with its secret: all tokens, or the one alone', async () => {
    const seller = testSquare();
    const first = await connected(seller);
    const second = await connected(seller);
    const revoke = (body: Record<string, unknown>, authorization = `Client ${SECRET}`) =>
      seller.post('/oauth2/revoke', { client_id: CLIENT, ...body }, { authorization });
    const one = { access_token: first.at('access_token') };
    expect((await revoke(one, 'Bearer x')).status).toBe(401);
    expect((await revoke({ ...one, revoke_only_access_token: true })).json).toEqual({ success: true });
    expect((await seller.get('/v2/payments', bearer(first))).at('errors.0.code')).toBe('ACCESS_TOKEN_REVOKED');
    expect((await seller.get('/v2/payments', bearer(second))).status).toBe(200);
    expect((await revoke({ merchant_id: 'MLSANDBOXACME' })).status).toBe(200);
    expect((await seller.get('/v2/payments', bearer(second))).status).toBe(401);
    const refresh = { grant_type: 'refresh_token', refresh_token: second.at('refresh_token'), client_secret: SECRET };
    expect((await obtain(seller, refresh)).status).toBe(401);
  });

  test('by the seller, with an event', async () => {
    const seller = testSquare();
    const tokens = await connected(seller);
    seller.square.revokeApp();
    expect((await seller.get('/v2/payments', bearer(tokens))).at('errors.0.code')).toBe('ACCESS_TOKEN_REVOKED');
    const events = await seller.post('/v2/events', {
      query: { filter: { event_types: ['oauth.authorization.revoked'] } },
    });
    expect(events.at('events.0.data.object.revocation.revoker_type')).toBe('MERCHANT');
  });
});

test('the status of a token names its permissions and its end', async () => {
  const seller = testSquare();
  const tokens = await connected(seller);
  expect((await seller.post('/oauth2/token/status', undefined, bearer(tokens))).json).toEqual({
    scopes: ['PAYMENTS_READ', 'ORDERS_READ'],
    expires_at: '2026-11-04T10:00:00.000Z',
    client_id: CLIENT,
    merchant_id: 'MLSANDBOXACME',
  });
});
