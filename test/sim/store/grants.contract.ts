import { describe, expect, test } from 'vitest';
import { CLI_ACTOR } from '../../../src/hub/audit/index.ts';
import type { Connection, ConnectionState } from '../../../src/hub/connections/index.ts';
import type { GrantLease, TokenSet } from '../../../src/hub/connections/oauth/grant.ts';
import { Secret } from '../../../src/kernel/secret.ts';
import { aConnection, MINUTE_MS, NOW, type StoreUnderTest } from './under-test.ts';

const LATER = NOW + MINUTE_MS;
const HOUR_MS = 3_600_000;
const APP = 'client-of-the-app';
const BY = { clientId: APP, actor: CLI_ACTOR };

type Make = () => Promise<StoreUnderTest>;

function tokens(name: string, over: Partial<TokenSet> = {}): TokenSet {
  return {
    access: new Secret(`access ${name}`),
    refresh: new Secret(`refresh ${name}`),
    accessExpiresAt: NOW + HOUR_MS,
    refreshExpiresAt: NOW + 100 * HOUR_MS,
    consentEndsAt: NOW + 1_000 * HOUR_MS,
    ...over,
  };
}

/** What every store of grants does with tokens that end. */
export function describeGrants(name: string, make: Make): void {
  /** A connection whose owner has authorised it with the tokens `one`, at NOW. */
  async function start() {
    const store = await make();
    const connection = await aConnection(store, { provider: 'quickbooks', role: 'ledger' });
    await store.grants.keep(connection, tokens('one'), BY, NOW);
    return { store, connection, ...verbs(store, connection) };
  }

  describe(`${name}: an authorisation that is kept`, () => {
    test('is found with its access token, by its own tenant only', async () => {
      const { store, connection } = await start();
      const found = (await store.grants.find(connection))!;
      expect(found).toMatchObject({ clientId: APP, generation: BigInt(NOW), isProven: false, failures: 0 });
      expect(found).toMatchObject({ accessExpiresAt: NOW + HOUR_MS, refreshedAt: NOW, retryAt: null });
      expect(found.consentEndsAt).toBe(NOW + 1_000 * HOUR_MS);
      expect(found.access.reveal()).toBe('access one');
      expect((await store.connections.token(connection))?.reveal()).toBe('access one');
      expect(await store.grants.find({ ...connection, tenantId: await store.given.tenant() })).toBeNull();
      expect(await store.grants.find(await aConnection(store))).toBeNull();
    });

    test('again raises the generation, ends a lease and forgets failures and the token before', async () => {
      const { store, connection, lease, save, grant } = await start();
      const first = await lease('a');
      await save(first, tokens('two'));
      await store.grants.release(connection, await lease('a'), LATER + MINUTE_MS);
      const held = await lease('b', LATER + 2 * MINUTE_MS);
      await store.grants.keep(connection, tokens('three'), { ...BY, clientId: 'another app' }, LATER);
      expect(await grant()).toMatchObject({
        clientId: 'another app',
        generation: held.generation + 1n,
        failures: 0,
        retryAt: null,
      });
      const next = await lease('c', LATER);
      expect([next.refresh.reveal(), next.lastGood]).toEqual(['refresh three', null]);
      expect(next.fence).toBeGreaterThan(held.fence);
    });

    test('makes a connection active that waited for its owner, and wakes it', async () => {
      const { store, connection } = await start();
      await parked(store, connection, 'access one');
      await store.grants.keep(connection, tokens('two'), BY, LATER);
      expect(await stateOf(store, connection)).toBe('active');
      expect(await openItems(store, connection)).toEqual([]);
      expect(await store.seen.woken()).toEqual([connection.id]);
    });

    test('needs a refresh token', async () => {
      const { store, connection } = await start();
      const bare = tokens('two', { refresh: null });
      await expect(store.grants.keep(connection, bare, BY, LATER)).rejects.toThrow();
      expect((await store.grants.find(connection))!.access.reveal()).toBe('access one');
    });

    test('is forgotten when its owner gives a token by hand', async () => {
      const { store, connection } = await start();
      await store.connections.keep(connection, new Secret('by hand'), LATER);
      expect(await store.grants.find(connection)).toBeNull();
      expect(await store.grants.revocable(connection)).toBeNull();
      expect((await store.connections.token(connection))?.reveal()).toBe('by hand');
    });
  });

  describe(`${name}: the lease of a refresh`, () => {
    test('is given to one at a time, and to the next when it has run out', async () => {
      const { store, connection, lease } = await start();
      const first = await lease('a', NOW);
      expect(first.refresh.reveal()).toBe('refresh one');
      expect(await store.grants.lease(connection, 'b', NOW + MINUTE_MS - 1, MINUTE_MS)).toBeNull();
      expect(await store.grants.lease(connection, 'a', NOW + MINUTE_MS - 1, MINUTE_MS)).toBeNull();
      expect((await lease('b', NOW + MINUTE_MS)).fence).toBe(first.fence + 1n);
    });

    test('is not given to another tenant, nor for a connection without an authorisation', async () => {
      const { store, connection } = await start();
      const foreign = { ...connection, tenantId: await store.given.tenant() };
      expect(await store.grants.lease(foreign, 'a', NOW, MINUTE_MS)).toBeNull();
      expect(await store.grants.lease(await aConnection(store), 'a', NOW, MINUTE_MS)).toBeNull();
    });

    test('that is given back is free at once; after a failure, when it may be tried again', async () => {
      const { store, connection, lease, grant } = await start();
      await store.grants.release(connection, await lease('a'), null);
      expect(await grant()).toMatchObject({ failures: 0, retryAt: null });
      await store.grants.release(connection, await lease('a'), LATER);
      expect(await grant()).toMatchObject({ failures: 1, retryAt: LATER });
      expect(await store.grants.lease(connection, 'a', LATER - 1, MINUTE_MS)).toBeNull();
      expect((await lease('a', LATER)).failures).toBe(1);
    });

    test('is not given back by who has lost it', async () => {
      const { store, connection, lease, grant } = await start();
      const lost = await lease('a', NOW);
      await lease('b', LATER);
      await store.grants.release(connection, lost, LATER + MINUTE_MS);
      expect(await grant()).toMatchObject({ failures: 0, retryAt: null });
      expect(await store.grants.lease(connection, 'c', LATER, MINUTE_MS)).toBeNull();
    });
  });

  describe(`${name}: tokens that a refresh brought`, () => {
    test('take the place of the former, and the refresh token before is kept', async () => {
      const { lease, save, grant } = await start();
      const held = await lease('a');
      expect(await save(held, tokens('two', { accessExpiresAt: LATER + HOUR_MS }))).toBe('saved');
      expect(await grant()).toMatchObject({
        generation: held.generation + 1n,
        isProven: false,
        accessExpiresAt: LATER + HOUR_MS,
        refreshedAt: LATER,
      });
      expect((await grant()).access.reveal()).toBe('access two');
      const next = await lease('b', LATER);
      expect([next.refresh.reveal(), next.lastGood?.reveal()]).toEqual(['refresh two', 'refresh one']);
    });

    test('keep the refresh token when they bring none or the same, and what they do not say', async () => {
      const { store, connection, lease, save, grant } = await start();
      const bare = { refresh: null, refreshExpiresAt: null, consentEndsAt: null };
      await save(await lease('a'), tokens('two', bare));
      await save(await lease('a', LATER), tokens('three', { refresh: new Secret('refresh one') }));
      const next = await lease('a', LATER);
      expect([next.refresh.reveal(), next.lastGood]).toEqual(['refresh one', null]);
      expect((await grant()).consentEndsAt).toBe(NOW + 1_000 * HOUR_MS);
      expect((await store.grants.revocable(connection))?.token.reveal()).toBe('refresh one');
    });

    test('that the token before the newest brought keep that one, and not the newest, which was refused', async () => {
      const { lease, save } = await start();
      await save(await lease('a'), tokens('two'));
      const held = await lease('a', LATER);
      await save({ ...held, refresh: held.lastGood! }, tokens('three'));
      const next = await lease('a', LATER);
      expect([next.refresh.reveal(), next.lastGood?.reveal()]).toEqual(['refresh three', 'refresh one']);
    });

    test('that the token before the newest brought without another put it in the place of the newest', async () => {
      const { lease, save } = await start();
      await save(await lease('a'), tokens('two'));
      const held = await lease('a', LATER);
      await save({ ...held, refresh: held.lastGood! }, tokens('three', { refresh: null }));
      expect((await lease('a', LATER)).refresh.reveal()).toBe('refresh one');
    });

    test('are not stored over newer ones, and give no lease back then', async () => {
      const { store, connection, lease, save, grant } = await start();
      const late = await lease('a', NOW);
      await save(await lease('b', LATER), tokens('two'));
      const held = await lease('c', LATER);
      expect(await save(late, tokens('late'))).toBe('superseded');
      expect((await grant()).access.reveal()).toBe('access two');
      expect(await store.grants.lease(connection, 'd', LATER, MINUTE_MS)).toBeNull();
      expect(await save(held, tokens('three'))).toBe('saved');
    });

    test('by who has lost the lease are stored while there are no newer ones, and the lease stays', async () => {
      const { store, connection, lease, save } = await start();
      const late = await lease('a', NOW);
      await lease('b', LATER);
      expect(await save(late, tokens('two'))).toBe('saved');
      expect(await store.grants.lease(connection, 'c', LATER, MINUTE_MS)).toBeNull();
    });

    test('of a connection that is no longer authorised are not stored', async () => {
      const { store, connection, lease, save } = await start();
      const held = await lease('a');
      await store.connections.keep(connection, new Secret('by hand'), LATER);
      expect(await save(held, tokens('two'))).toBe('gone');
      expect((await store.connections.token(connection))?.reveal()).toBe('by hand');
    });

    for (const [state, after] of [
      ['needs_reconnect', 'active'],
      ['paused', 'paused'],
      ['degraded', 'degraded'],
    ] as const satisfies readonly (readonly [ConnectionState, ConnectionState])[])
      test(`leave a connection that is ${state} ${after}`, async () => {
        const store = await make();
        const connection = await aConnection(store, { provider: 'quickbooks' });
        await store.grants.keep(connection, tokens('one'), BY, NOW);
        await store.given.state(connection, state);
        const { lease, save } = verbs(store, connection);
        await save(await lease('a'), tokens('two'));
        expect(await stateOf(store, connection)).toBe(after);
      });

    test('close what was asked about the connection and about its app', async () => {
      const { store, connection, lease, save } = await start();
      const { tenantId } = connection;
      await parked(store, connection, 'access one');
      const item = { tenantId, connectionId: null, code: 'oauth.app_rejected', detail: 'x' } as const;
      await store.grants.alert({ ...item, subject: APP }, NOW);
      await store.grants.alert({ ...item, subject: 'another app' }, NOW);
      await save(await lease('a'), tokens('two'));
      expect(await openItems(store, connection)).toEqual(['another app']);
    });
  });

  describe(`${name}: tokens that have worked`, () => {
    test('erase the refresh token before them, once and only their own', async () => {
      const { store, connection, lease, save, grant } = await start();
      const held = await lease('a');
      await save(held, tokens('two'));
      await store.grants.prove(connection, held.generation);
      await store.grants.prove({ ...connection, tenantId: await store.given.tenant() }, held.generation + 1n);
      const still = await lease('a', LATER);
      expect([(await grant()).isProven, still.lastGood?.reveal()]).toEqual([false, 'refresh one']);
      await store.grants.release(connection, still, null);
      await store.grants.prove(connection, held.generation + 1n);
      expect([(await grant()).isProven, (await lease('a', LATER)).lastGood]).toEqual([true, null]);
    });
  });

  describe(`${name}: connections whose tokens`, () => {
    async function several() {
      const store = await make();
      const tenantId = await store.given.tenant();
      const made: Connection[] = [];
      for (const [index, state] of (['active', 'paused', 'needs_reconnect', 'degraded'] as const).entries()) {
        const connection = await aConnection(store, { tenantId, provider: 'quickbooks' });
        const consentEndsAt = index === 0 ? null : NOW + 10 - index;
        await store.grants.keep(connection, tokens('one', { consentEndsAt }), BY, NOW + 10 - index);
        await store.given.state(connection, state);
        made.push(connection);
      }
      const [active, paused, , degraded] = made.map(({ id }) => id);
      return { store, tenantId, active, paused, degraded };
    }

    test('nobody renewed since then, oldest first: those that work or are paused', async () => {
      const { store, tenantId, active, paused, degraded } = await several();
      const unused = async (before: number, limit = 9) =>
        (await store.grants.unused(tenantId, before, limit)).map(({ id }) => id);
      expect(await unused(NOW + 11)).toEqual([degraded, paused, active]);
      expect(await unused(NOW + 10)).toEqual([degraded, paused]);
      expect(await unused(NOW + 11, 1)).toEqual([degraded]);
      expect(await store.grants.unused(await store.given.tenant(), NOW + 11, 9)).toEqual([]);
    });

    test('end with their consent before then, first ones first', async () => {
      const { store, tenantId, paused, degraded } = await several();
      const ending = async (instant: number) =>
        (await store.grants.endingBefore(tenantId, instant)).map((one) => [one.connection.id, one.endsAt]);
      expect(await ending(NOW + 10)).toEqual([
        [degraded, NOW + 7],
        [paused, NOW + 9],
      ]);
      expect(await ending(NOW + 9)).toEqual([[degraded, NOW + 7]]);
    });
  });
}

function verbs(store: StoreUnderTest, connection: Connection) {
  return {
    grant: async () => (await store.grants.find(connection))!,
    lease: async (owner: string, now = NOW) => (await store.grants.lease(connection, owner, now, MINUTE_MS))!,
    save: (held: GrantLease, fresh: TokenSet) => store.grants.save(connection, held, fresh, LATER),
  };
}

async function parked(store: StoreUnderTest, connection: Connection, refused: string): Promise<void> {
  const { tenantId, id } = connection;
  const event = { tenantId, kind: 'connection.credential_refused', detail: { connectionId: id } } as const;
  const trouble = {
    code: 'oauth.grant_rejected',
    token: new Secret(refused),
    reason: 'x',
    detail: 'x',
    event,
  } as const;
  expect(await store.connections.needsOwner(connection, trouble, NOW)).toBe(true);
}

async function stateOf(store: StoreUnderTest, { tenantId, id }: Connection): Promise<ConnectionState> {
  return (await store.connections.find(tenantId, id))!.state;
}

async function openItems(store: StoreUnderTest, { tenantId }: Connection): Promise<string[]> {
  const items = await store.seen.attention(tenantId);
  return items.flatMap(({ subject, resolvedAt }) => (resolvedAt === null ? [subject] : []));
}
