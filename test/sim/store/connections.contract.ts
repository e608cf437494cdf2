import { describe, expect, test } from 'vitest';
import type { Connection, ConnectionState, Trouble } from '../../../src/hub/connections/index.ts';
import type { NewEndpoint } from '../../../src/hub/connections/store.ts';
import { sha256 } from '../../../src/kernel/digest.ts';
import type { ConnectionId, TenantId } from '../../../src/kernel/ids.ts';
import { Secret } from '../../../src/kernel/secret.ts';
import { aConnection, MINUTE_MS, makeId, NOW, type StoreUnderTest } from './under-test.ts';

const LATER = NOW + MINUTE_MS;

type Make = () => Promise<StoreUnderTest>;

function aDraft(tenantId: TenantId, over: Partial<Connection> = {}): Connection {
  return {
    id: makeId('con'),
    tenantId,
    provider: 'stripe',
    role: 'source',
    accountId: 'acct_1',
    displayName: 'Acme LLC',
    environment: 'sandbox',
    baseUrl: null,
    timeZone: 'UTC',
    state: 'active',
    stateReason: null,
    since: NOW,
    ...over,
  };
}

function aTrouble({ id, tenantId }: Connection, over: Partial<Trouble> = {}): Trouble {
  return {
    code: 'provider.unauthorized',
    token: null,
    reason: 'It was refused.',
    detail: 'Acme LLC: it was refused.',
    event: { tenantId, kind: 'connection.credential_refused', detail: { connectionId: id } },
    ...over,
  };
}

const tokenOf = async (store: StoreUnderTest, connection: Connection) =>
  (await store.connections.token(connection))?.reveal() ?? null;
const stateOf = async (store: StoreUnderTest, { tenantId, id }: Connection) => {
  const { state, stateReason } = (await store.connections.find(tenantId, id))!;
  return { state, stateReason };
};

/** What every store of connections does with a connection and its credential. */
export function describeConnections(name: string, make: Make): void {
  describeKeep(name, make);
  describeNeedsOwner(name, make);
}

function describeKeep(name: string, make: Make): void {
  /** A connection that was kept once, with the credential `first`. */
  async function start(over: Partial<Connection> = {}) {
    const store = await make();
    const tenantId = await store.given.tenant();
    const draft = aDraft(tenantId, over);
    const kept = await store.connections.keep(draft, new Secret('first'), NOW);
    return { store, tenantId, draft, kept };
  }

  describe(`${name}: a connection that is kept`, () => {
    test('is found by its own tenant only', async () => {
      const { store, tenantId, draft, kept } = await start({ baseUrl: 'https://pay.example.com' });
      expect(kept).toEqual(draft);
      expect(await store.connections.find(tenantId, draft.id)).toEqual(draft);
      expect(await store.connections.find(await store.given.tenant(), draft.id)).toBeNull();
      expect(await store.connections.find(tenantId, makeId('con'))).toBeNull();
    });

    test('is active, whatever the draft says', async () => {
      const { kept } = await start({ state: 'pending', stateReason: 'sent to the provider' });
      expect(kept).toMatchObject({ state: 'active', stateReason: null });
    });

    test('is known to the engine and due', async () => {
      const { store, kept } = await start();
      expect(await store.seen.woken()).toEqual([kept.id]);
      const request = { owner: 'a', limit: 9, lease_ms: MINUTE_MS };
      expect(await store.work.claim({ ...request, now: NOW - 1 })).toEqual([]);
      expect(await store.work.claim({ ...request, now: NOW })).toMatchObject([{ connectionId: kept.id, failures: 0 }]);
    });

    test('again, is the same one with the new name, address and credential', async () => {
      const { store, tenantId, draft, kept } = await start({ baseUrl: 'https://old.example.com' });
      const changed = { displayName: 'Acme Shop', baseUrl: 'https://new.example.com' };
      const again = aDraft(tenantId, { ...changed, role: 'ledger', timeZone: 'Asia/Tokyo', state: 'pending' });
      expect(await store.connections.keep(again, new Secret('second'), LATER)).toEqual({ ...draft, ...changed });
      expect(await store.connections.find(tenantId, kept.id)).toEqual({ ...draft, ...changed });
      expect(await store.connections.find(tenantId, again.id)).toBeNull();
      expect(await tokenOf(store, kept)).toBe('second');
    });

    test('again, reads from the earlier of both instants', async () => {
      const { store, tenantId } = await start();
      const keep = (since: number) => store.connections.keep(aDraft(tenantId, { since }), new Secret('x'), LATER);
      expect((await keep(NOW + 1)).since).toBe(NOW);
      expect((await keep(NOW - 1)).since).toBe(NOW - 1);
      expect((await keep(NOW)).since).toBe(NOW - 1);
    });

    test('again, is active without a reason, and what was asked about it is closed', async () => {
      const { store, tenantId, draft, kept } = await start();
      const other = await store.connections.keep(aDraft(tenantId, { accountId: 'acct_2' }), new Secret('x'), NOW);
      await store.connections.needsOwner(kept, aTrouble(kept, { token: new Secret('first') }), NOW);
      await store.connections.needsOwner(other, aTrouble(other, { token: new Secret('x') }), NOW);
      expect(await store.connections.keep(draft, new Secret('second'), LATER)).toEqual(draft);
      const asked = await store.seen.attention(tenantId);
      expect(asked.map(({ subject, resolvedAt }) => [subject, resolvedAt])).toEqual([
        [kept.id, LATER],
        [other.id, null],
      ]);
      expect(await stateOf(store, other)).toMatchObject({ state: 'needs_reconnect' });
    });

    for (const state of ['pending', 'degraded', 'needs_reconnect', 'paused', 'disconnected'] as const)
      test(`again, is active when it was ${state}`, async () => {
        const store = await make();
        const was = await aConnection(store, { state });
        const draft = aDraft(was.tenantId, { accountId: was.accountId });
        const kept = await store.connections.keep(draft, new Secret('x'), LATER);
        expect(kept).toMatchObject({ id: was.id, state: 'active', stateReason: null });
      });

    test('again, is due at once after it had been put off', async () => {
      const { store, kept, draft } = await start();
      const request = { owner: 'a', limit: 9, lease_ms: MINUTE_MS };
      const [lease] = await store.work.claim({ ...request, now: NOW });
      await store.work.release(lease!, { dueAt: LATER + MINUTE_MS, priority: 1, failures: 3 });
      expect(await store.work.claim({ ...request, now: LATER })).toEqual([]);
      await store.connections.keep(draft, new Secret('second'), LATER);
      expect(await store.work.claim({ ...request, now: LATER })).toMatchObject([
        { connectionId: kept.id, failures: 3 },
      ]);
    });

    for (const [what, over] of [
      ['account', { accountId: 'acct_2' }],
      ['environment', { environment: 'production' }],
      ['provider', { provider: 'btcpay' }],
    ] as const)
      test(`for another ${what} is another one`, async () => {
        const { store, tenantId, kept } = await start();
        const draft = aDraft(tenantId, over);
        expect((await store.connections.keep(draft, new Secret('second'), LATER)).id).toBe(draft.id);
        expect(await tokenOf(store, kept)).toBe('first');
      });

    test('for another tenant is another one', async () => {
      const { store, kept } = await start();
      const draft = aDraft(await store.given.tenant());
      expect(await store.connections.keep(draft, new Secret('second'), LATER)).toEqual(draft);
      expect([await tokenOf(store, kept), await tokenOf(store, draft)]).toEqual(['first', 'second']);
    });
  });

  describe(`${name}: a credential`, () => {
    test('is the tenant’s own; a connection without one has none', async () => {
      const { store, kept } = await start();
      expect(await tokenOf(store, kept)).toBe('first');
      expect(await store.connections.token({ ...kept, tenantId: await store.given.tenant() })).toBeNull();
      expect(await store.connections.token(await aConnection(store))).toBeNull();
    });
  });
}

function describeNeedsOwner(name: string, make: Make): void {
  const asked = async (store: StoreUnderTest, { tenantId }: Connection) =>
    (await store.seen.attention(tenantId)).map(({ subject, detail, resolvedAt }) => [subject, detail, resolvedAt]);

  describe(`${name}: a refused credential`, () => {
    const outcomes: readonly (readonly [ConnectionState, ConnectionState | null])[] = [
      ['pending', null],
      ['active', 'needs_reconnect'],
      ['degraded', 'needs_reconnect'],
      ['needs_reconnect', 'needs_reconnect'],
      ['paused', null],
      ['disconnected', null],
    ];
    for (const [state, next] of outcomes)
      test(`of a connection that is ${state} ${next === null ? 'changes nothing' : 'waits for its owner'}`, async () => {
        const store = await make();
        const connection = await aConnection(store, { state });
        const trouble = aTrouble(connection);
        expect(await store.connections.needsOwner(connection, trouble, LATER)).toBe(next !== null);
        expect(await stateOf(store, connection)).toEqual({
          state: next ?? state,
          stateReason: next === null ? null : trouble.reason,
        });
        const item = {
          connectionId: connection.id,
          code: trouble.code,
          subject: connection.id,
          detail: trouble.detail,
          openedAt: LATER,
          resolvedAt: null,
        };
        expect(await store.seen.attention(connection.tenantId)).toEqual(next === null ? [] : [item]);
        expect(await store.seen.securityEvents()).toEqual(next === null ? [] : [trouble.event]);
      });

    test('asks once, however often it is refused', async () => {
      const store = await make();
      const connection = await aConnection(store);
      expect(await store.connections.needsOwner(connection, aTrouble(connection), NOW)).toBe(true);
      const again = aTrouble(connection, { detail: 'again' });
      expect(await store.connections.needsOwner(connection, again, LATER)).toBe(false);
      expect(await asked(store, connection)).toEqual([[connection.id, 'Acme LLC: it was refused.', null]]);
      expect(await store.seen.securityEvents()).toHaveLength(1);
    });

    test('for another reason is news, and still one question', async () => {
      const store = await make();
      const connection = await aConnection(store);
      await store.connections.needsOwner(connection, aTrouble(connection), NOW);
      const other = aTrouble(connection, { reason: 'It expired.', detail: 'It expired.' });
      expect(await store.connections.needsOwner(connection, other, LATER)).toBe(true);
      expect(await stateOf(store, connection)).toEqual({ state: 'needs_reconnect', stateReason: 'It expired.' });
      expect(await asked(store, connection)).toEqual([[connection.id, 'It expired.', null]]);
      expect(await store.seen.securityEvents()).toHaveLength(2);
    });

    test('after the owner had connected again is another question', async () => {
      const store = await make();
      const connection = await aConnection(store);
      await store.connections.needsOwner(connection, aTrouble(connection), NOW);
      await store.connections.keep(connection, new Secret('new'), NOW + 1);
      const trouble = aTrouble(connection, { token: new Secret('new') });
      expect(await store.connections.needsOwner(connection, trouble, LATER)).toBe(true);
      expect((await asked(store, connection)).map(([, , resolvedAt]) => resolvedAt)).toEqual([NOW + 1, null]);
    });

    for (const [what, stored, refused] of [
      ['an older one', 'new', 'old'],
      ['none, while there is one', 'new', null],
      ['one that is no longer there', null, 'old'],
    ] as const)
      test(`that is ${what} changes nothing`, async () => {
        const store = await make();
        const connection = await aConnection(store);
        if (stored !== null) await store.connections.keep(connection, new Secret(stored), NOW);
        const trouble = aTrouble(connection, { token: refused === null ? null : new Secret(refused) });
        expect(await store.connections.needsOwner(connection, trouble, LATER)).toBe(false);
        expect(await stateOf(store, connection)).toEqual({ state: 'active', stateReason: null });
        expect(await asked(store, connection)).toEqual([]);
        expect(await store.seen.securityEvents()).toEqual([]);
      });

    test('of another tenant’s connection, or of none, changes nothing', async () => {
      const store = await make();
      const connection = await aConnection(store);
      const foreign = { ...connection, tenantId: await store.given.tenant() };
      expect(await store.connections.needsOwner(foreign, aTrouble(foreign), LATER)).toBe(false);
      const unknown = { ...connection, id: makeId('con') };
      expect(await store.connections.needsOwner(unknown, aTrouble(unknown), LATER)).toBe(false);
      expect(await stateOf(store, connection)).toEqual({ state: 'active', stateReason: null });
      expect(await store.seen.securityEvents()).toEqual([]);
    });
  });
}

/** What every store of connections does with the endpoints of webhooks. */
export function describeEndpoints(name: string, make: Make): void {
  async function start() {
    const store = await make();
    const connection = await aConnection(store);
    return { store, connection };
  }
  const newEndpoint = (tenantId: TenantId, connectionId: ConnectionId | null): NewEndpoint => {
    const token = makeId('whk');
    const url = `https://example.com/webhooks/stripe/${token}`;
    return { tenantId, connectionId, provider: 'stripe', registrationId: 'we_1', token, url, secret: new Secret('s') };
  };
  const byToken = async (store: StoreUnderTest, { token }: NewEndpoint) =>
    (await store.inbox.endpointByToken(sha256(token)))!;

  describe(`${name}: an endpoint that is added`, () => {
    test('is known by its address without the token; its secret opens again', async () => {
      const { store, connection } = await start();
      const { tenantId, id: connectionId } = connection;
      const endpoint = newEndpoint(tenantId, connectionId);
      expect(await store.connections.endpoint(connection)).toBeNull();
      const id = await store.connections.addEndpoint(endpoint, NOW);
      const url = 'https://example.com/webhooks/stripe/';
      expect(await store.connections.endpoint(connection)).toEqual({ id, url, registrationId: 'we_1' });
      const { secrets, ...found } = await byToken(store, endpoint);
      expect(found).toEqual({ id, url, provider: 'stripe', tenantId, connectionId });
      expect(secrets).toHaveLength(1);
      const place = { table: 'endpoint_secrets', rowId: id, field: 'secret' };
      const { tenantId: sealedBy, ...sealed } = secrets[0]!;
      expect((await store.vault.open(sealedBy, place, sealed)).reveal()).toBe('s');
    });

    test('last is the one of its connection', async () => {
      const { store, connection } = await start();
      const add = (now: number, registrationId: string | null) =>
        store.connections.addEndpoint({ ...newEndpoint(connection.tenantId, connection.id), registrationId }, now);
      await add(NOW, 'we_1');
      const newest = await add(LATER, null);
      await add(NOW + 1, 'we_3');
      expect(await store.connections.endpoint(connection)).toMatchObject({ id: newest, registrationId: null });
    });

    test('is not another connection’s, nor another tenant’s', async () => {
      const { store, connection } = await start();
      const { tenantId, id } = connection;
      await store.connections.addEndpoint(newEndpoint(tenantId, id), NOW);
      expect(await store.connections.endpoint(await aConnection(store, { tenantId }))).toBeNull();
      expect(await store.connections.endpoint({ ...connection, tenantId: await store.given.tenant() })).toBeNull();
    });

    test('for the whole app belongs to nobody, and the tenant’s key seals its secret', async () => {
      const { store, connection } = await start();
      const { tenantId } = connection;
      const endpoint = newEndpoint(tenantId, null);
      const id = await store.connections.addEndpoint(endpoint, NOW);
      expect(await store.connections.endpoint(connection)).toBeNull();
      const { secrets, ...found } = await byToken(store, endpoint);
      expect(found).toMatchObject({ id, tenantId: null, connectionId: null });
      expect(secrets).toMatchObject([{ tenantId }]);
      const place = { table: 'endpoint_secrets', rowId: id, field: 'secret' };
      expect((await store.vault.open(tenantId, place, secrets[0]!)).reveal()).toBe('s');
    });
  });
}
