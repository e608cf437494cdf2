import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { consent } from '../../../test/support/authorise.ts';
import { type TestHub, testHub } from '../../../test/support/hub.ts';
import { arriveAtCallback } from '../../hub/connections/index.ts';
import { createAuthorisations, createConnectionChanges } from '../../hub/operate/index.ts';
import { createApiServer } from './api-server.ts';
import { authorisationCookie } from './authorisation-cookie.ts';
import { createEdgeServer } from './edge-server.ts';
import { httpDoors } from './fixtures/doors.ts';
import { recordingInbox } from './fixtures/inbox.ts';
import { apiDoors, WITH_TOKEN } from './fixtures/verbs.ts';

const HOME = 'https://books.example.com';

let hub: TestHub;
let api: Awaited<ReturnType<typeof createApiServer>>;
let edge: ReturnType<typeof createEdgeServer>;
const failures: unknown[] = [];

beforeAll(async () => {
  hub = await testHub({ oauth: { returnOrigins: [HOME] } });
  const cookie = authorisationCookie('http://127.0.0.1:4171');
  const { oauth } = hub;
  api = await createApiServer(
    apiDoors({
      tenantOf: () => hub.test.tenantId,
      connectionChanges: createConnectionChanges(hub.doors, oauth),
      authorisations: createAuthorisations(oauth),
      cookie,
    }),
  );
  edge = createEdgeServer({
    ...httpDoors(),
    inbox: recordingInbox(),
    providers: ['quickbooks'],
    callback: {
      arrive: (arrival) => arriveAtCallback(oauth, arrival),
      cookie,
      providers: ['quickbooks'],
      onFailure: (error) => failures.push(error),
    },
  });
});
afterAll(async () => {
  await Promise.all([api.close(), edge.close()]);
  await hub.close();
});

const post = (url: string, payload: object = {}, cookie = '') =>
  api.inject({ method: 'POST', url, payload, headers: { ...WITH_TOKEN, ...(cookie === '' ? {} : { cookie }) } });
const begin = async (more: object = {}) => {
  const answer = await post('/api/v1/authorisations', { provider: 'quickbooks', environment: 'sandbox', ...more });
  return { ...answer.json(), cookie: String(answer.headers['set-cookie']).split(';')[0]!, answer };
};
const comeBack = (back: URL, cookie: string) => edge.inject({ url: back.pathname + back.search, headers: { cookie } });
const standing = async (id: string) =>
  (await api.inject({ url: `/api/v1/authorisations/${id}`, headers: WITH_TOKEN })).json();

describe('a browser', () => {
  test('that authorises comes back to a page that loads nothing, and the connection is there', async () => {
    const begun = await begin();
    expect(await standing(begun.id)).toMatchObject({ state: 'open', connectionId: null });
    const page = await comeBack(await consent(hub.sandbox, begun.authorizeUrl), begun.cookie);
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('Acme LLC is connected');
    expect(page.body).not.toMatch(/<script|<link|<img|src=|href=|style=|url\(|@import/);
    expect(page.headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    const after = await standing(begun.id);
    expect(after).toMatchObject({ state: 'connected', connectionId: expect.stringMatching(/^con_/) });
  });

  test('gets a cookie that scripts do not see', async () => {
    const { answer } = await begin();
    expect(String(answer.headers['set-cookie'])).toMatch(
      /^counterfoil_authorisation=[0-9a-z]{52}; Path=\/; Max-Age=900; HttpOnly; SameSite=Lax$/,
    );
    expect(authorisationCookie(HOME).write(hub.oauth && createAuthorisations(hub.oauth).newBinding())).toMatch(
      /^__Host-.*; Secure$/,
    );
  });

  test('without the cookie is refused, and the authorisation is over', async () => {
    const begun = await begin();
    const back = await consent(hub.sandbox, begun.authorizeUrl);
    const page = await comeBack(back, '');
    expect([page.statusCode, page.body.includes('oauth.other_session')]).toEqual([422, true]);
    expect(page.body).toContain('Your books were not changed.');
    expect(page.body).not.toContain(back.searchParams.get('code'));
    expect(await standing(begun.id)).toMatchObject({ state: 'refused', reason: { code: 'oauth.other_session' } });
    expect((await comeBack(back, begun.cookie)).statusCode).toBe(422);
  });

  test('goes where it began only when that origin is listed', async () => {
    const begun = await begin({ returnTo: `${HOME}/connections?new=1` });
    const away = await comeBack(await consent(hub.sandbox, begun.authorizeUrl), begun.cookie);
    expect([away.statusCode, away.headers.location]).toEqual([303, `${HOME}/connections?new=1`]);
    const refused = await post('/api/v1/authorisations', {
      provider: 'quickbooks',
      environment: 'sandbox',
      returnTo: 'https://books.example.com.evil.example/',
    });
    expect([refused.statusCode, refused.json()]).toMatchObject([
      422,
      { code: 'oauth.address_not_allowed', field: 'returnTo' },
    ]);
  });

  test('may paste what it was sent to', async () => {
    const begun = await begin();
    const back = await consent(hub.sandbox, begun.authorizeUrl);
    const url = `/api/v1/authorisations/${begun.id}/answer`;
    const done = await post(url, { address: ` ${back.href}\n` }, begun.cookie);
    expect(done.json()).toEqual({ connectionId: expect.stringMatching(/^con_/) });
    const again = await post(url, { address: back.href }, begun.cookie);
    expect([again.statusCode, again.json().code]).toEqual([422, 'oauth.state_used']);
  });

  test('that comes to another provider, or with HTML for an error, sees a page of ours', async () => {
    const other = await edge.inject({ url: '/oauth/callback/stripe?code=1&state=2' });
    expect([other.statusCode, other.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
    const begun = await begin();
    const state = new URL(begun.authorizeUrl).searchParams.get('state');
    const page = await edge.inject({
      url: `/oauth/callback/quickbooks?state=${state}&error=${encodeURIComponent('<script>alert(1)</script>')}`,
      headers: { cookie: begun.cookie },
    });
    expect(page.body).not.toContain('<script>');
    expect(page.body).toContain('oauth.denied');
    expect(failures).toEqual([]);
  });
});

describe('a connection over the API', () => {
  test('is paused, resumed, ended, and connected again under its id', async () => {
    const begun = await begin();
    await comeBack(await consent(hub.sandbox, begun.authorizeUrl), begun.cookie);
    const id = (await standing(begun.id)).connectionId;
    const states = [];
    for (const verb of ['pause', 'resume', 'disconnect'])
      states.push((await post(`/api/v1/connections/${id}/${verb}`)).json());
    expect(states).toEqual([
      { id, state: 'paused' },
      { id, state: 'active' },
      { id, state: 'disconnected', leftAtProvider: [] },
    ]);
    const refused = await post(`/api/v1/connections/${id}/resume`);
    expect([refused.statusCode, refused.json().code]).toEqual([409, 'connection.state_refused']);
    const again = await post(`/api/v1/connections/${id}/reconnect`);
    const cookie = String(again.headers['set-cookie']).split(';')[0]!;
    await comeBack(await consent(hub.sandbox, again.json().authorizeUrl), cookie);
    expect(await standing(again.json().id)).toMatchObject({ state: 'connected', connectionId: id });
  });

  test('that is not there, or not one of ours, is not found', async () => {
    for (const verb of ['pause', 'resume', 'disconnect', 'reconnect']) {
      const answer = await post(`/api/v1/connections/con_nobody/${verb}`);
      expect([answer.statusCode, answer.json().code]).toEqual([404, 'connection.not_found']);
    }
    expect((await post('/api/v1/connections/con_nobody/pause', {}, '')).statusCode).toBe(404);
    expect((await api.inject({ method: 'POST', url: '/api/v1/connections/con_x/pause' })).statusCode).toBe(401);
  });
});
