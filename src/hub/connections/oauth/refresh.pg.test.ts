import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { authorise } from '../../../../test/support/authorise.ts';
import { type TestHub, type TestHubOptions, testHub } from '../../../../test/support/hub.ts';
import { CounterfoilError } from '../../../kernel/errors.ts';
import { Secret } from '../../../kernel/secret.ts';
import { rows, sql } from '../../../platform/store/index.ts';
import type { FetchDoor } from '../../../platform/transport/index.ts';
import { ManualClock } from '../../../platform/transport/manual-clock.ts';
import { type Connection, callerOf, testConnection } from '../index.ts';
import type { OAuthDoors } from './doors.ts';
import type { GrantStore } from './grant-store.ts';
import { keepAlive } from './keep-alive.ts';
import { refreshed } from './refresh.ts';
import { oauthTokenDoor } from './token-door.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** What happens to the next requests for tokens; then they pass. */
type Fate =
  | 'lost before'
  | 'lost after'
  | '500'
  | '429'
  | 'invalid_client'
  | 'no refresh token'
  | 'no token answer'
  | 'passes';

let hub: TestHub;
let clock: ManualClock;
let fates: Fate[];
/** How often the provider was asked for tokens by refreshing. */
let refreshes: number;

async function start(options: TestHubOptions = {}): Promise<void> {
  clock = new ManualClock({ skipsSleep: true });
  fates = [];
  refreshes = 0;
  hub = await testHub({ clock, through: meddling, ...options });
}
beforeEach(() => start());
afterEach(() => hub.close());

const meddling =
  (fetch: FetchDoor): FetchDoor =>
  async (request, ...more) => {
    const isToken = new URL(request.url).pathname.endsWith('/tokens/bearer');
    if (!isToken || !(await request.clone().text()).includes('grant_type=refresh_token'))
      return fetch(request, ...more);
    refreshes += 1;
    const fate = fates.shift();
    if (fate === 'lost before') throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
    if (fate === '500') return new Response('', { status: 500 });
    if (fate === '429') return new Response('', { status: 429, headers: { 'retry-after': '90' } });
    if (fate === 'invalid_client') return Response.json({ error: 'invalid_client' }, { status: 401 });
    const answer = await fetch(request, ...more);
    if (fate === 'lost after') throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
    if (fate === 'no token answer') return new Response('<html>', { status: 200 });
    if (fate !== 'no refresh token') return answer;
    const { refresh_token: _, ...rest } = (await answer.json()) as Record<string, unknown>;
    return Response.json(rest);
  };

const connect = () => authorise({ oauth: hub.oauth, sandbox: hub.sandbox, tenantId: hub.test.tenantId });
const stored = async ({ tenantId, id }: Connection) => (await hub.doors.connections.find(tenantId, id))!;
const call = async (connection: Connection) =>
  testConnection(hub.doors, await callerOf(hub.doors, await stored(connection)));
const failure = (work: Promise<unknown>): Promise<CounterfoilError> =>
  work.then(
    () => null as never,
    (error) => error,
  );
const grant = async (connection: Connection) => (await hub.oauth.grants.find(connection))!;
const credentialFields = async (connection: Connection) =>
  (
    await hub.test.database.tenant(hub.test.tenantId, (tx) =>
      rows(
        tx,
        sql<{ field: string }>`select field from credentials where connection_id = ${connection.id} order by field`,
      ),
    )
  ).map(({ field }) => field);
const openItems = () =>
  hub.test.database.tenant(hub.test.tenantId, (tx) =>
    rows(
      tx,
      sql<{
        code: string;
        subject: string;
      }>`select code, subject from attention_items where resolved_at is null order by id`,
    ),
  );

describe('tokens are renewed', () => {
  test('before they end, and not sooner than twice that time before', async () => {
    const connection = await connect();
    clock.advance(HOUR - 10 * 60_000 - 1);
    await call(connection);
    expect(refreshes).toBe(0);
    clock.advance(5 * 60_000 + 1);
    await call(connection);
    expect(refreshes).toBe(1);
    expect((await grant(connection)).accessExpiresAt).toBeGreaterThan(clock.now() + HOUR - 60_000);
  });

  test('in the middle of a long piece of work, which goes on with the new one', async () => {
    const connection = await connect();
    const caller = await callerOf(hub.doors, connection);
    clock.advance(2 * HOUR);
    await testConnection(hub.doors, caller);
    await testConnection(hub.doors, caller);
    expect(refreshes).toBe(1);
  });

  test('once when a call is refused, and the call is made again', async () => {
    const connection = await connect();
    const caller = await callerOf(hub.doors, connection);
    hub.sandbox.quickbooks.expireAccessToken();
    await testConnection(hub.doors, caller);
    expect(refreshes).toBe(1);
  });

  test('once for calls that find out side by side in several processes', async () => {
    const connection = await connect();
    clock.advance(2 * HOUR);
    const doorsOf = (owner: string) => ({ ...hub.doors, tokens: oauthTokenDoor(hub.oauth, owner) });
    const processes = ['one', 'two', 'three'].map(doorsOf);
    const calls = Array.from({ length: 30 }, async (_, index) => {
      const doors = processes[index % processes.length]!;
      await testConnection(doors, await callerOf(doors, connection));
    });
    await Promise.all(calls);
    expect(refreshes).toBe(1);
  });
});

describe('the refresh token', () => {
  test('before the newest is kept until a call with the newest has worked', async () => {
    const connection = await connect();
    clock.advance(DAY);
    const caller = await callerOf(hub.doors, connection);
    expect(await credentialFields(connection)).toEqual(['refresh_token', 'refresh_token_last_good', 'token']);
    await testConnection(hub.doors, caller);
    expect(await credentialFields(connection)).toEqual(['refresh_token', 'token']);
    expect((await grant(connection)).isProven).toBe(true);
  });

  test('stays when an answer brings none', async () => {
    const connection = await connect();
    fates = ['no refresh token'];
    clock.advance(HOUR);
    await call(connection);
    clock.advance(HOUR);
    await call(connection);
    expect(refreshes).toBe(2);
    expect((await stored(connection)).state).toBe('active');
  });

  /** Stores tokens that the provider does not know, in place of good ones. */
  async function storeWorthless(connection: Connection): Promise<void> {
    const lease = (await hub.oauth.grants.lease(connection, 'test', clock.now(), 60_000))!;
    const worthless = {
      access: new Secret('worthless-access'),
      refresh: new Secret('worthless-refresh'),
      accessExpiresAt: clock.now() + 1,
      refreshExpiresAt: null,
      consentEndsAt: null,
    };
    expect(await hub.oauth.grants.save(connection, lease, worthless, clock.now())).toBe('saved');
  }

  test('that is the last one known good is tried when the newest is refused', async () => {
    const connection = await connect();
    await storeWorthless(connection);
    await call(connection);
    expect(refreshes).toBe(2);
    expect((await stored(connection)).state).toBe('active');
  });

  test('that was the last one known good takes the place of a refused one when its answer brings none', async () => {
    const connection = await connect();
    await storeWorthless(connection);
    fates = ['passes', 'no refresh token'];
    await call(connection);
    clock.advance(HOUR);
    await call(connection);
    expect(refreshes).toBe(3);
    expect((await stored(connection)).state).toBe('active');
  });

  test('whose successor was lost on the way is good for another try where the provider leaves a grace', async () => {
    await hub.close();
    await start({ sandbox: { quickbooks: { limits: null, refreshTokenGraceMs: HOUR } } });
    const connection = await connect();
    clock.advance(DAY);
    fates = ['lost after'];
    expect((await failure(call(connection))).kind).toBe('retryable');
    clock.advance(15 * 60_000);
    await call(connection);
    expect((await stored(connection)).state).toBe('active');
  });

  test('whose successor was lost without a grace parks the connection, says what may have happened, and asks once', async () => {
    const connection = await connect();
    clock.advance(DAY);
    fates = ['lost after'];
    await failure(call(connection));
    clock.advance(15 * 60_000);
    const refused = await failure(call(connection));
    expect([refused.code, refused.outcome]).toEqual(['oauth.grant_rejected', 'not_applied']);
    expect(refused.message).toContain('may have been lost');
    await failure(call(connection));
    expect((await stored(connection)).state).toBe('needs_reconnect');
    expect(await openItems()).toEqual([{ code: 'oauth.grant_rejected', subject: connection.id }]);
  });
});

describe('trouble that passes never costs a token:', () => {
  for (const fate of ['lost before', '500', '429', 'invalid_client', 'no token answer'] as const)
    test(fate, async () => {
      const connection = await connect();
      fates = [fate];
      clock.advance(HOUR);
      const error = await failure(call(connection));
      expect(['retryable', 'throttled']).toContain(error.kind);
      expect(error.outcome).toBe('not_applied');
      await failure(call(connection));
      expect(refreshes).toBe(1);
      clock.advance(15 * 60_000);
      await call(connection);
      expect(refreshes).toBe(2);
      expect((await stored(connection)).state).toBe('active');
      expect(await openItems()).toEqual([]);
    });

  for (const fate of ['500', '429', 'lost before'] as const)
    test(`${fate}, also when the access token is refused before its end`, async () => {
      const connection = await connect();
      hub.sandbox.quickbooks.expireAccessToken();
      fates = [fate];
      const error = await failure(call(connection));
      expect(['retryable', 'throttled']).toContain(error.kind);
      expect(error.outcome).toBe('not_applied');
      expect(refreshes).toBe(1);
      expect((await stored(connection)).state).toBe('active');
      clock.advance(15 * 60_000);
      await call(connection);
      expect(await openItems()).toEqual([]);
    });

  test('while the old access token is good it is used', async () => {
    const connection = await connect();
    fates = ['500'];
    clock.advance(HOUR - 4 * 60_000);
    await call(connection);
    expect(refreshes).toBe(1);
  });

  test('keys of the app that are refused are one question for all connections', async () => {
    const connection = await connect();
    fates = ['invalid_client'];
    clock.advance(HOUR);
    await failure(call(connection));
    expect(await openItems()).toEqual([{ code: 'oauth.app_rejected', subject: hub.sandbox.quickbooks.app.clientId }]);
  });
});

describe('tokens that cannot be stored', () => {
  const away = () => new CounterfoilError('store.unavailable', { detail: 'The database cannot be used: it is away.' });
  /** The store of grants, with what becomes of the next tries to save. */
  const withSaves = (...results: ('fails before' | 'fails after')[]) => {
    const { grants } = hub.oauth;
    const save: GrantStore['save'] = async (...input) => {
      const result = results.shift();
      if (result === 'fails before') throw away();
      const outcome = await grants.save(...input);
      if (result === 'fails after') throw away();
      return outcome;
    };
    return { ...hub.oauth, grants: { ...grants, save } };
  };
  const refresh = (oauth: OAuthDoors, connection: Connection, generation: bigint) =>
    refreshed(oauth, connection, { owner: 'test', isGood: (grant) => grant.generation > generation });

  test.each([
    ['for a while', ['fails before', 'fails before', 'fails before']],
    ['as far as anybody knows', ['fails after']],
  ] as const)('%s are stored later, for the provider takes no others', async (_, results) => {
    const connection = await connect();
    clock.advance(DAY);
    const { generation } = await grant(connection);
    const renewed = await refresh(withSaves(...results), connection, generation);
    expect((await grant(connection)).access.reveal()).toBe(renewed.access.reveal());
    clock.advance(2 * HOUR);
    await call(connection);
    expect(refreshes).toBe(2);
    expect((await stored(connection)).state).toBe('active');
  });

  test('for a quarter of an hour are given up, and the call is not sent', async () => {
    const connection = await connect();
    clock.advance(DAY);
    const { generation } = await grant(connection);
    const never = withSaves(...Array.from({ length: 1_000 }, () => 'fails before' as const));
    const before = clock.now();
    const error = await failure(refresh(never, connection, generation));
    expect([error.code, error.outcome]).toEqual(['store.unavailable', 'not_applied']);
    expect(clock.now() - before).toBeGreaterThanOrEqual(15 * 60_000);
    expect(refreshes).toBe(1);
  });
});

describe('a refresh is fenced:', () => {
  const lease = (connection: Connection) => hub.oauth.grants.lease(connection, 'other', clock.now(), 60_000);
  const tokens = (name: string) => ({
    access: new Secret(`${name}-access`),
    refresh: new Secret(`${name}-refresh`),
    accessExpiresAt: clock.now() + HOUR,
    refreshExpiresAt: null,
    consentEndsAt: null,
  });

  test('who died with the lease is waited for, and then replaced', async () => {
    const connection = await connect();
    clock.advance(HOUR);
    expect(await lease(connection)).not.toBeNull();
    const before = clock.now();
    await call(connection);
    expect(refreshes).toBe(1);
    expect(clock.now() - before).toBeGreaterThanOrEqual(60_000);
  });

  test('an answer that comes after another was stored does not replace it', async () => {
    const connection = await connect();
    const slow = (await lease(connection))!;
    clock.advance(HOUR);
    await call(connection);
    const { access } = await grant(connection);
    expect(await hub.oauth.grants.save(connection, slow, tokens('slow'), clock.now())).toBe('superseded');
    expect((await grant(connection)).access.reveal()).toBe(access.reveal());
  });

  test('an answer that comes late, and is still the newest, heals what another has parked meanwhile', async () => {
    const connection = await connect();
    const slow = (await lease(connection))!;
    hub.sandbox.quickbooks.disconnect();
    clock.advance(HOUR);
    await failure(call(connection));
    expect((await stored(connection)).state).toBe('needs_reconnect');
    expect(await hub.oauth.grants.save(connection, slow, tokens('slow'), clock.now())).toBe('saved');
    expect((await stored(connection)).state).toBe('active');
    expect(await openItems()).toEqual([]);
  });

  test('who was replaced does not give back the lease of the other', async () => {
    const connection = await connect();
    const first = (await hub.oauth.grants.lease(connection, 'first', clock.now(), 1))!;
    clock.advance(1);
    expect(await lease(connection)).not.toBeNull();
    await hub.oauth.grants.release(connection, first, null);
    expect(await lease(connection)).toBeNull();
  });

  test('what others stored meanwhile is taken over without asking the provider', async () => {
    const connection = await connect();
    clock.advance(2 * HOUR);
    const others = (await lease(connection))!;
    const waiting = refreshed(hub.oauth, connection, {
      owner: 'test',
      isGood: ({ generation }) => generation > others.generation,
    });
    await hub.oauth.grants.save(connection, others, tokens('others'), clock.now());
    expect((await waiting).access.reveal()).toBe('others-access');
    expect(refreshes).toBe(0);
  });
});

test('a token that is given by hand takes the place of an authorisation', async () => {
  const connection = await connect();
  const byHand = new Secret(hub.sandbox.quickbooks.issueTokens().accessToken);
  await hub.doors.connections.keep(connection, byHand, clock.now());
  expect(await hub.oauth.grants.find(connection)).toBeNull();
  expect(await credentialFields(connection)).toEqual(['token']);
  await call(connection);
});

test('a provider without authorisations is not looked up among the grants', async () => {
  const connection = await connect();
  let looks = 0;
  const find: GrantStore['find'] = (one) => {
    looks += 1;
    return hub.oauth.grants.find(one);
  };
  const door = oauthTokenDoor({ ...hub.oauth, grants: { ...hub.oauth.grants, find } }, 'test');
  const source = { ...connection, provider: 'stripe', role: 'source' } as const;
  expect((await door.open(source))?.token.reveal()).toBe((await grant(connection)).access.reveal());
  expect(looks).toBe(0);
  await door.open(connection);
  expect(looks).toBe(1);
});

describe('a connection', () => {
  test('whose company ended the authorisation waits for its owner, with one question, and goes on when authorised again', async () => {
    const connection = await connect();
    hub.sandbox.quickbooks.disconnect();
    const caller = await callerOf(hub.doors, connection);
    for (let i = 0; i < 3; i += 1) expect((await failure(testConnection(hub.doors, caller))).kind).toBe('auth');
    expect((await stored(connection)).state).toBe('needs_reconnect');
    expect(await openItems()).toHaveLength(1);
    const again = await authorise(
      { oauth: hub.oauth, sandbox: hub.sandbox, tenantId: hub.test.tenantId },
      { reconnect: connection },
    );
    expect(again).toMatchObject({ id: connection.id, state: 'active' });
    expect(await openItems()).toEqual([]);
    await call(connection);
  });

  test('that nobody uses is kept alive beyond its 100 days', async () => {
    const connection = await connect();
    for (let days = 0; days < 210; days += 7) {
      clock.advance(7 * DAY + 1);
      await keepAlive(hub.oauth, hub.test.tenantId, 'test');
    }
    expect(refreshes).toBe(30);
    await call(connection);
  });

  test('whose consent ends after five years says so a month before', async () => {
    const connection = await connect();
    for (let days = 0; days < 5 * 365 - 31; days += 90) {
      clock.advance(90 * DAY);
      await keepAlive(hub.oauth, hub.test.tenantId, 'test');
    }
    await keepAlive(hub.oauth, hub.test.tenantId, 'test');
    expect(await openItems()).toEqual([{ code: 'oauth.consent_ends', subject: connection.id }]);
  });
});
