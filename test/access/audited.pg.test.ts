import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Answer,
  type Credential,
  credentialOf,
  type PeopleApi,
  peopleApi,
} from '../../src/edge/http/fixtures/people-api.ts';
import { PASSWORD } from '../../src/hub/access/fixtures/access.ts';
import { firstStartCode, resetCode } from '../../src/hub/access/index.ts';
import { codeAt } from '../../src/hub/access/totp.ts';
import { type AuditEntry, pgAuditLog } from '../../src/hub/audit/index.ts';
import { arriveAtPairing, receiveGrant } from '../../src/hub/connections/index.ts';
import { Secret } from '../../src/kernel/secret.ts';
import { Authenticator } from '../support/authenticator.ts';
import { consent } from '../support/authorise.ts';
import { allow, grantOf } from '../support/pair.ts';

const OTHER_PASSWORD = 'saffron-glacier-27-violin';
const COMPANY = { provider: 'quickbooks', environment: 'sandbox' };

/** Operations that leave no entry, each with its reason. */
const NOT_AUDITED: Readonly<Record<string, string>> = {
  signIn: 'a security event; no setting changes',
  signOut: 'a security event; no setting changes',
  endSession: 'a security event; no setting changes',
  endOtherSessions: 'a security event; no setting changes',
  beginSecondFactor: 'the seed is asked for by nothing until it is confirmed',
  beginPasskey: 'nothing is asked for the passkey until it is added',
  beginPasskeySignIn: 'a security event; no setting changes',
  signInWithPasskey: 'a security event; no setting changes',
  beginOidcSignIn: 'a security event; no setting changes',
};

let api: PeopleApi;
let owner: Credential = {};
let connectionId = '';
const seen = new Map<string, readonly AuditEntry[]>();
/** What an operation told its successors: ids, tokens, seeds. */
const kept: Record<string, string> = {};

/** Does one operation as a person does; answers what it was answered. */
type Step = readonly [operation: string, action: string, act: () => Promise<Answer>];

const post = (url: string, body: object = {}, more: Credential = {}) =>
  api.ask({ ...owner, ...more }, 'POST', url, body);
const code = () => codeAt(new Secret(kept['seed']!), api.hub.clock.now());

/** As the browser that begins keeps it, beside the cookie of the session. */
async function beginAuthorisation(url: string, body: object): Promise<Answer> {
  const answer = await post(url, body);
  const { authorizeUrl, id } = answer.json<{ authorizeUrl: string; id: string }>();
  const bound = String(answer.headers['set-cookie']).split(';')[0]!;
  const back = await consent(api.books.sandbox, authorizeUrl);
  Object.assign(kept, { authorisation: id, bound, address: back.href });
  return answer;
}

const answerAuthorisation = () =>
  post(
    `/api/v1/authorisations/${kept['authorisation']}/answer`,
    { address: kept['address'] },
    {
      cookie: `${owner['cookie']}; ${kept['bound']}`,
    },
  );

async function remember(answer: Promise<Answer>, ...names: readonly string[]): Promise<Answer> {
  const done = await answer;
  const body = done.json<Record<string, string>>();
  for (const name of names) kept[name] = body[name]!;
  return done;
}

/** Up to the choice among the stores that a granted key reaches. */
async function grantKey(): Promise<void> {
  const answer = await post('/api/v1/authorisations', { provider: 'btcpay', environment: 'sandbox' });
  const { authorizeUrl, id } = answer.json<{ authorizeUrl: string; id: string }>();
  const bound = String(answer.headers['set-cookie']).split(';')[0]!;
  const { oauth, sandbox } = api.books;
  const received = await receiveGrant(oauth, grantOf(await allow(sandbox, authorizeUrl, [])));
  const parameters = new URL(received.kind === 'continue' ? received.location : '').searchParams;
  const binding = new Secret(bound.slice(bound.indexOf('=') + 1));
  const step = await arriveAtPairing(oauth, { provider: 'btcpay', parameters, binding });
  expect(step.kind).toBe('choose');
  Object.assign(kept, { authorisation: id, bound });
}

/** On a page with https, as passkeys need one. */
async function addPasskey(): Promise<Answer> {
  const origin = 'https://books.example.com';
  const page = { origin, host: 'books.example.com' };
  const begun = await post('/api/v1/passkeys/options', { password: OTHER_PASSWORD }, page);
  const { challenge, rp, user } = begun.json<{ challenge: string; rp: { id: string }; user: { id: string } }>();
  const response = new Authenticator().create({ challenge, rpId: rp.id, origin, userId: user.id });
  const added = await post('/api/v1/passkeys', { name: 'My key', response }, page);
  kept['passkey'] = added.json<{ id: string }>().id;
  return added;
}

/** Every operation that changes something, in an order in which each can succeed. */
const STORY: readonly Step[] = [
  [
    'firstStart',
    'member.first_owner',
    async () => {
      const given = (await firstStartCode(api.hub.doors))!.reveal();
      return post('/api/v1/first-start', {
        code: given,
        email: 'olive@example.com',
        name: 'Olive',
        password: PASSWORD,
      });
    },
  ],
  [
    'changePassword',
    'password.changed',
    () => post('/api/v1/password', { current: PASSWORD, password: OTHER_PASSWORD }),
  ],
  [
    'confirmSecondFactor',
    'second_factor.on',
    async () => {
      await remember(post('/api/v1/second-factor', { password: OTHER_PASSWORD }), 'seed');
      return post('/api/v1/second-factor/confirm', { code: code() });
    },
  ],
  [
    'removeSecondFactor',
    'second_factor.off',
    () => {
      api.hub.clock.move(60_000);
      return post('/api/v1/second-factor/remove', { password: OTHER_PASSWORD, code: code() });
    },
  ],
  ['addPasskey', 'passkey.added', addPasskey],
  ['removePasskey', 'passkey.removed', () => api.ask(owner, 'DELETE', `/api/v1/passkeys/${kept['passkey']}`)],
  [
    'invite',
    'member.invited',
    () => remember(post('/api/v1/invitations', { email: 'guest@example.com', role: 'auditor' }), 'token'),
  ],
  [
    'acceptInvitation',
    'member.joined',
    () =>
      api.ask({}, 'POST', '/api/v1/invitations/accept', { token: kept['token'], name: 'Guest', password: PASSWORD }),
  ],
  [
    'revokeInvitation',
    'member.invitation_revoked',
    async () => {
      const invited = await post('/api/v1/invitations', { email: 'other@example.com', role: 'auditor' });
      const { items } = (await api.ask(owner, 'GET', '/api/v1/invitations')).json<{ items: { id: string }[] }>();
      expect(invited.status).toBe(200);
      return api.ask(owner, 'DELETE', `/api/v1/invitations/${items[0]!.id}`);
    },
  ],
  [
    'changeUser',
    'member.changed',
    async () => {
      const members = await api.hub.doors.stores.members.list(api.hub.tenantId);
      const guest = members.find(({ email }) => email === 'guest@example.com')!;
      return api.ask(owner, 'PATCH', `/api/v1/users/${guest.id}`, { role: 'operator' });
    },
  ],
  ['createApiKey', 'api_key.created', () => post('/api/v1/api-keys', { name: 'a program', scopes: ['books.read'] })],
  [
    'revokeApiKey',
    'api_key.revoked',
    async () => {
      const [key] = await api.hub.doors.stores.apiKeys.list(api.hub.tenantId);
      return api.ask(owner, 'DELETE', `/api/v1/api-keys/${key!.id}`);
    },
  ],
  ['beginAuthorisation', 'authorisation.begun', () => beginAuthorisation('/api/v1/authorisations', COMPANY)],
  [
    'answerAuthorisation',
    'connection.connected',
    async () => {
      const answer = await remember(answerAuthorisation(), 'connectionId');
      connectionId = kept['connectionId']!;
      return answer;
    },
  ],
  ['pauseConnection', 'connection.paused', () => post(`/api/v1/connections/${connectionId}/pause`)],
  ['resumeConnection', 'connection.resumed', () => post(`/api/v1/connections/${connectionId}/resume`)],
  ['disconnectConnection', 'connection.disconnected', () => post(`/api/v1/connections/${connectionId}/disconnect`)],
  [
    'reconnectConnection',
    'authorisation.begun',
    () => beginAuthorisation(`/api/v1/connections/${connectionId}/reconnect`, {}),
  ],
  [
    'chooseAccounts',
    'connection.connected',
    async () => {
      await grantKey();
      const accountIds = [api.books.sandbox.btcpay.settings.stores[0]!.id];
      const url = `/api/v1/authorisations/${kept['authorisation']}/accounts`;
      const answer = await post(url, { accountIds }, { cookie: `${owner['cookie']}; ${kept['bound']}` });
      kept['store'] = answer.json<{ connectionIds: string[] }>().connectionIds[0]!;
      return answer;
    },
  ],
  ['checkWebhook', 'webhook_endpoint.made', () => post(`/api/v1/connections/${kept['store']}/webhook/check`)],
  [
    'rotateWebhook',
    'webhook_endpoint.secret_rotated',
    () => post(`/api/v1/connections/${kept['store']}/webhook/rotate`),
  ],
  [
    'resetPassword',
    'password.reset',
    async () => {
      const { doors, machine, tenantId } = api.hub;
      const member = (await doors.stores.members.list(tenantId)).find(({ email }) => email === 'guest@example.com')!;
      const given = await resetCode(doors, machine, { member, dropsSecondFactor: false });
      return api.ask({}, 'POST', '/api/v1/password-reset', { code: given.code.reveal(), password: OTHER_PASSWORD });
    },
  ],
];

async function entries(): Promise<readonly AuditEntry[]> {
  const query = { order: 'oldest', after: null, limit: 200, action: null, subject: null, actor: null } as const;
  return (await pgAuditLog(api.hub.support.database).list(api.hub.tenantId, query)).items;
}

beforeAll(async () => {
  api = await peopleApi();
  for (const [operation, , act] of STORY) {
    api.hub.clock.move(1_000);
    const before = await entries();
    const answer = await act();
    expect([operation, answer.status, answer.code]).toEqual([operation, 200, undefined]);
    const token = /counterfoil=([0-9a-z]{52})/.exec(String(answer.headers['set-cookie']))?.[1];
    if (token !== undefined && operation !== 'acceptInvitation') owner = credentialOf(token);
    seen.set(operation, (await entries()).slice(before.length));
  }
}, 60_000);
afterAll(() => api.close());

describe('the audit', () => {
  test('has every operation that changes something, or a reason why not', async () => {
    const { paths } = (await api.ask({}, 'GET', '/api/v1/openapi.json')).json<{
      paths: Record<string, Record<string, { operationId: string }>>;
    }>();
    const changing = Object.values(paths).flatMap((methods) =>
      Object.entries(methods).flatMap(([method, { operationId }]) => (method === 'get' ? [] : [operationId])),
    );
    const told = [...STORY.map(([operation]) => operation), ...Object.keys(NOT_AUDITED)];
    expect(changing.sort()).toEqual(told.sort());
  });

  test.each(STORY.map(([operation, action]) => [operation, action]))(
    'of %s says %s, and who did it',
    (operation, action) => {
      const entry = seen.get(operation)!.findLast((one) => one.action === action);
      expect(entry, operation).toBeDefined();
      expect(entry!.actor).toEqual({ kind: 'user', id: expect.stringMatching(/^usr_/) });
    },
  );

  test('of a connection tells its states and no secret', () => {
    const diffOf = (operation: string) => JSON.parse(seen.get(operation)!.at(-1)!.diff);
    expect(diffOf('answerAuthorisation')).toMatchObject({ state: [null, 'active'], provider: [null, 'quickbooks'] });
    expect(diffOf('pauseConnection')).toEqual({ state: ['active', 'paused'] });
    expect(diffOf('disconnectConnection')).toEqual({ state: ['active', 'disconnected'] });
    expect(seen.get('pauseConnection')!.map(({ subject }) => subject)).toEqual([connectionId]);
  });

  test('has no entry of what changed nothing', async () => {
    const before = (await entries()).length;
    await post(`/api/v1/connections/${connectionId}/disconnect`);
    const checked = await post(`/api/v1/connections/${kept['store']}/webhook/check`);
    expect(checked.json()).toEqual({ standing: 'good' });
    expect((await post(`/api/v1/connections/${connectionId}/pause`)).status).toBe(409);
    expect(await entries()).toHaveLength(before);
  });

  test('is one unbroken chain after all of it', async () => {
    expect(await pgAuditLog(api.hub.support.database).verify(api.hub.tenantId)).toMatchObject({ breaks: [] });
  });
});
