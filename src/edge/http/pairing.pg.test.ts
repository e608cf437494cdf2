import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestHub, testHub } from '../../../test/support/hub.ts';
import { allow, type PostedForm } from '../../../test/support/pair.ts';
import { CLI_ACTOR } from '../../hub/audit/index.ts';
import { arriveAtCallback, arriveAtPairing, receiveGrant } from '../../hub/connections/index.ts';
import { createAuthorisations, createConnectionChanges, createWebhooks } from '../../hub/operate/index.ts';
import { ManualClock } from '../../platform/transport/manual-clock.ts';
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
const doors = httpDoors();

beforeAll(async () => {
  hub = await testHub({
    clock: new ManualClock({ now: Date.now(), skipsSleep: true }),
    oauth: { returnOrigins: [HOME] },
    sandbox: { btcpay: { stores: [{ name: 'Coffee bar' }, { name: 'Tea <house>' }] } },
  });
  const cookie = authorisationCookie('http://127.0.0.1:4171');
  const { oauth } = hub;
  api = await createApiServer(
    apiDoors({
      tenantOf: () => hub.test.tenantId,
      connectionChanges: createConnectionChanges(hub.doors, oauth),
      authorisations: createAuthorisations(oauth),
      webhooks: createWebhooks(hub.doors),
      cookie,
    }),
  );
  edge = createEdgeServer({
    ...doors,
    inbox: recordingInbox(),
    providers: ['quickbooks', 'btcpay'],
    callback: {
      arrive: (arrival) => arriveAtCallback(oauth, arrival),
      cookie,
      providers: ['quickbooks'],
      onFailure: (error) => failures.push(error),
      pairing: {
        receive: (grant) => receiveGrant(oauth, grant),
        arrive: (arrival) => arriveAtPairing(oauth, arrival),
        providers: ['btcpay'],
      },
    },
  });
});
afterAll(async () => {
  await Promise.all([api.close(), edge.close()]);
  await hub.close();
});

const stores = () => hub.sandbox.btcpay.settings.stores.map(({ id }) => id);
const post = (url: string, payload: object = {}, cookie = '') =>
  api.inject({ method: 'POST', url, payload, headers: { ...WITH_TOKEN, ...(cookie === '' ? {} : { cookie }) } });
const begin = async (more: object = {}) => {
  const answer = await post('/api/v1/authorisations', { provider: 'btcpay', environment: 'sandbox', ...more });
  return { ...answer.json(), cookie: String(answer.headers['set-cookie']).split(';')[0]!, answer };
};
/** As the browser posts it from the server's page: from another site, without a cookie. */
const postForm = ({ target, form }: PostedForm) =>
  edge.inject({
    method: 'POST',
    url: target.pathname + target.search,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      origin: 'https://btcpay.example.com',
      'sec-fetch-site': 'cross-site',
    },
    payload: form.toString(),
  });
const follow = (location: unknown, cookie: string) => {
  const { pathname, search } = new URL(String(location));
  return edge.inject({ url: pathname + search, headers: cookie === '' ? {} : { cookie } });
};
const standing = async (id: string) =>
  (await api.inject({ url: `/api/v1/authorisations/${id}`, headers: WITH_TOKEN })).json();
const pairFor = async (chosen: readonly string[], more: object = {}) => {
  const begun = await begin(more);
  const posted = await allow(hub.sandbox, begun.authorizeUrl, chosen);
  const sent = await postForm(posted);
  return { begun, posted, sent, page: await follow(sent.headers.location, begun.cookie) };
};

describe('a browser', () => {
  test('that posts a key is sent on, and lands on a page that loads nothing', async () => {
    const { begun, posted, sent, page } = await pairFor([stores()[0]!]);
    expect([sent.statusCode, sent.body]).toEqual([303, '']);
    expect(String(sent.headers.location)).toMatch(
      /^http:\/\/127\.0\.0\.1:4171\/oauth\/callback\/btcpay\?state=\w+&ticket=\w{52}$/,
    );
    expect(String(sent.headers.location)).not.toContain(posted.form.get('apiKey'));
    expect(sent.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('Coffee bar is connected');
    expect(page.body).not.toMatch(/<script|<link|<img|src=|href=|style=|url\(|@import|<form/);
    expect(page.headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
    });
    expect(await standing(begun.id)).toMatchObject({
      state: 'connected',
      connectionId: expect.stringMatching(/^con_/),
    });
    expect(JSON.stringify(doors.log.lines)).not.toContain(posted.form.get('apiKey'));
  });

  test('without the cookie is refused, and the key is gone', async () => {
    const begun = await begin();
    const posted = await allow(hub.sandbox, begun.authorizeUrl, [stores()[0]!]);
    const { location } = (await postForm(posted)).headers;
    const page = await follow(location, '');
    expect([page.statusCode, page.body.includes('oauth.other_session')]).toEqual([422, true]);
    expect(page.body).toContain('delete the key named Counterfoil');
    expect(page.body).not.toContain(posted.form.get('apiKey'));
    expect((await follow(location, begun.cookie)).statusCode).toBe(422);
    expect(await standing(begun.id)).toMatchObject({ state: 'refused', reason: { code: 'oauth.other_session' } });
  });

  test('chooses among several stores in Counterfoil, and only there', async () => {
    const { begun, page } = await pairFor([]);
    expect(page.body).toContain('Choose what to connect');
    expect(page.body).toContain('Tea &#60;house&#62;');
    const open = await standing(begun.id);
    expect(open).toMatchObject({ state: 'choosing', choices: [{ name: 'Coffee bar' }, { name: 'Tea <house>' }] });
    const url = `/api/v1/authorisations/${begun.id}/accounts`;
    const wrong = await post(url, { accountIds: ['x'] }, begun.cookie);
    expect([wrong.statusCode, wrong.json()]).toMatchObject([422, { code: 'connection.unusable', field: 'accountIds' }]);
    const done = await post(url, { accountIds: stores() }, begun.cookie);
    expect(done.json()).toMatchObject({ connectionIds: [expect.any(String), expect.any(String)], notes: [] });
    expect((await post(url, { accountIds: stores() }, begun.cookie)).json().code).toBe('oauth.state_used');
    expect(await standing(begun.id)).toMatchObject({ state: 'connected', choices: [] });
  });

  test('goes where it began only when that origin is listed', async () => {
    const { page } = await pairFor([stores()[0]!], { returnTo: `${HOME}/connections` });
    expect([page.statusCode, page.headers.location]).toEqual([303, `${HOME}/connections`]);
  });

  test('that posts to a provider that posts nothing, or a form of nobody, sees a page of ours', async () => {
    for (const [url, status] of [
      ['/oauth/callback/quickbooks?state=1', 404],
      ['/oauth/callback/nobody', 404],
      ['/oauth/callback/btcpay', 422],
      ['/oauth/callback/btcpay?state=%3Cscript%3E', 422],
    ] as const) {
      const page = await edge.inject({ method: 'POST', url, payload: 'apiKey=<script>' });
      expect([url, page.statusCode, page.headers['content-type']]).toEqual([url, status, 'text/html; charset=utf-8']);
      expect(page.body).not.toContain('<script');
    }
    expect(failures).toEqual([]);
  });
});

test('a server that may not be reached is refused with the field', async () => {
  const { btcpay: _sandbox, ...baseUrls } = hub.doors.settings.baseUrls;
  const work = { ...hub.oauth.work, settings: { ...hub.oauth.work.settings, baseUrls } };
  const begun = createAuthorisations({ ...hub.oauth, work }).begin({
    tenantId: hub.test.tenantId,
    actor: CLI_ACTOR,
    provider: 'btcpay',
    environment: 'sandbox',
    binding: createAuthorisations(hub.oauth).newBinding(),
    since: null,
    server: 'https://127.0.0.1',
    browserUrl: null,
    returnTo: null,
    redirectUri: null,
  });
  await expect(begun).rejects.toMatchObject({ code: 'transport.private_address' });
});

test('a connection is disconnected, reconnected under its id, and its webhook looked at and given a new secret', async () => {
  const { begun } = await pairFor([stores()[0]!]);
  const id = (await standing(begun.id)).connectionId;
  expect((await post(`/api/v1/connections/${id}/webhook/check`)).json()).toEqual({ standing: 'made' });
  const rotated = (await post(`/api/v1/connections/${id}/webhook/rotate`)).json();
  expect(rotated).toMatchObject({ byHand: null, url: null, secret: null, oldEndsAt: expect.any(String) });
  expect((await post(`/api/v1/connections/${id}/disconnect`)).json()).toMatchObject({ leftAtProvider: [] });
  expect(hub.sandbox.btcpay.context.state.webhooks.all()).toEqual([]);
  const again = await post(`/api/v1/connections/${id}/reconnect`);
  const cookie = String(again.headers['set-cookie']).split(';')[0]!;
  const sent = await postForm(await allow(hub.sandbox, again.json().authorizeUrl, [stores()[0]!]));
  await follow(sent.headers.location, cookie);
  expect(await standing(again.json().id)).toMatchObject({ state: 'connected', connectionId: id });
});
