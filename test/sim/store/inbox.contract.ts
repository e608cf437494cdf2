import { describe, expect, test } from 'vitest';
import type { SourceEvent } from '../../../src/connectors/sdk/index.ts';
import type { Opened, StoredDelivery } from '../../../src/hub/inbox/store.ts';
import type { EndpointRow } from './rows.ts';
import { anEvent } from './sync-fixtures.ts';
import { aConnection, aDelivery, anEndpoint, MINUTE_MS, makeId, NOW, type StoreUnderTest } from './under-test.ts';

const LATER = NOW + MINUTE_MS;
const opened = (...events: Partial<SourceEvent>[]): Opened => ({ kind: 'events', events: events.map(anEvent) });

/** What every inbox does. `make` gives one without deliveries. */
export function describeInboxStore(name: string, make: () => Promise<StoreUnderTest>): void {
  async function start() {
    const store = await make();
    const connection = await aConnection(store);
    const endpoint = await anEndpoint(store, connection);
    return { store, connection, endpoint };
  }

  /** Stores one delivery for each key and opens them all; `meaning` says what is in them, by their key. */
  async function deliver(
    store: StoreUnderTest,
    endpoint: EndpointRow,
    meaning: Readonly<Record<string, Opened>>,
    now = LATER,
  ) {
    const deliveries = Object.keys(meaning).map((key) => aDelivery(endpoint, key));
    await store.inbox.save(deliveries);
    const keyOf = ({ body }: StoredDelivery) => new TextDecoder().decode(body);
    return store.inbox.fanOut(100, now, (delivery) => meaning[keyOf(delivery)]!);
  }

  describe(`${name}: an endpoint`, () => {
    test('is found by the hash of its token, with its secrets, the newest first', async () => {
      const { store, connection } = await start();
      const id = makeId('whk');
      const tokenHash = Buffer.from(id).toString('hex');
      const endpoint = { ...(await anEndpoint(store, connection)), id, tokenHash };
      const secret = (secretId: string, createdAt: number) => ({
        tenantId: connection.tenantId,
        endpointId: endpoint.id,
        secretId,
        ciphertext: new TextEncoder().encode(secretId),
        keyVersion: 1,
        createdAt,
      });
      await store.given.endpoint(endpoint, [secret('0', NOW), secret('b', NOW + 1), secret('a', NOW + 1)]);
      const found = await store.inbox.endpointByToken(Buffer.from(tokenHash, 'hex'));
      expect(found).toMatchObject({
        id: endpoint.id,
        provider: 'stripe',
        url: endpoint.url,
        tenantId: connection.tenantId,
        connectionId: connection.id,
      });
      const secrets = found!.secrets.map(({ ciphertext, ...rest }) => ({
        ...rest,
        text: `${Buffer.from(ciphertext)}`,
      }));
      const { tenantId } = connection;
      expect(secrets).toEqual(['a', 'b', '0'].map((text) => ({ tenantId, keyVersion: 1, text })));
    });

    test('of the whole app belongs to nobody; a token that nobody gave out leads nowhere', async () => {
      const { store } = await start();
      const endpoint = await anEndpoint(store, null);
      expect(await store.inbox.endpointByToken(Buffer.from(endpoint.tokenHash, 'hex'))).toMatchObject({
        tenantId: null,
        connectionId: null,
        secrets: [],
      });
      expect(await store.inbox.endpointByToken(new Uint8Array(32))).toBeNull();
    });
  });

  describe(`${name}: deliveries`, () => {
    test('are stored once; what repeats a stored one is counted there', async () => {
      const { store, endpoint } = await start();
      const first = aDelivery(endpoint, 'a');
      expect(await store.inbox.save([first])).toEqual([true]);
      expect(await store.inbox.save([aDelivery(endpoint, 'a'), aDelivery(endpoint, 'b')])).toEqual([false, true]);
      expect(await store.inbox.save([aDelivery(endpoint, 'a')])).toEqual([false]);
      expect(await store.seen.deliveries(endpoint.id)).toMatchObject([
        { id: first.id, state: 'received', reason: null, duplicates: 2, settledAt: null },
        { state: 'received', duplicates: 0 },
      ]);
      expect(await store.inbox.save([])).toEqual([]);
    });

    test('that repeat one of the same batch are no news; the first one is', async () => {
      const { store, endpoint } = await start();
      const batch = [aDelivery(endpoint, 'a'), aDelivery(endpoint, 'b'), aDelivery(endpoint, 'a')];
      expect(await store.inbox.save(batch)).toEqual([true, true, false]);
      expect(await store.inbox.save([aDelivery(endpoint, 'a'), aDelivery(endpoint, 'a')])).toEqual([false, false]);
      expect((await store.seen.deliveries(endpoint.id)).map(({ duplicates }) => duplicates)).toEqual([1, 0]);
    });

    test('of two endpoints with the same key are two', async () => {
      const { store, endpoint, connection } = await start();
      const other = await anEndpoint(store, connection);
      expect(await store.inbox.save([aDelivery(endpoint, 'a'), aDelivery(other, 'a')])).toEqual([true, true]);
    });

    for (const [what, over] of [
      ['key', { dedupeKey: 'evt_\0' }],
      ['headers', { headers: { 'x-odd': '\0' } }],
    ] as const)
      test(`in one batch with one that has a NUL in its ${what} are not stored`, async () => {
        const { store, endpoint } = await start();
        const batch = [aDelivery(endpoint, 'a'), aDelivery(endpoint, 'bad', over)];
        await expect(store.inbox.save(batch)).rejects.toThrow();
        expect(await store.seen.deliveries(endpoint.id)).toEqual([]);
      });
  });

  describe(`${name}: opening`, () => {
    test('gives the opener what arrived, the oldest first and no more than asked for, each once', async () => {
      const { store, endpoint, connection } = await start();
      const [late, b, a] = [
        aDelivery(endpoint, 'late', { receivedAt: NOW + 1 }),
        aDelivery(endpoint, 'b', { id: `dlv_${makeId('req')}b` }),
        aDelivery(endpoint, 'a', { id: `dlv_${makeId('req')}a` }),
      ];
      await store.inbox.save([late, b, a]);
      const seen: StoredDelivery[] = [];
      const open = (delivery: StoredDelivery) => {
        seen.push(delivery);
        return opened();
      };
      expect(await store.inbox.fanOut(2, LATER, open)).toEqual({ deliveries: 2, events: 0 });
      expect(await store.inbox.fanOut(2, LATER, open)).toEqual({ deliveries: 1, events: 0 });
      expect(await store.inbox.fanOut(2, LATER, open)).toEqual({ deliveries: 0, events: 0 });
      expect(seen.map(({ id }) => id)).toEqual([b.id, a.id, late.id]);
      const { body, ...rest } = seen[0]!;
      expect(new Uint8Array(body)).toEqual(b.body);
      expect(rest).toEqual({
        id: b.id,
        provider: 'stripe',
        tenantId: connection.tenantId,
        connectionId: connection.id,
        url: endpoint.url,
        headers: b.headers,
      });
    });

    test('writes events of the connection and wakes it', async () => {
      const { store, endpoint, connection } = await start();
      const touches = [{ stream: 'charges', externalId: 'ch_1' }];
      const event = { dedupeKey: 'e', type: 'charge.updated', occurredAt: NOW, touches, wakes: ['charges'] };
      expect(await deliver(store, endpoint, { a: opened(event) })).toEqual({ deliveries: 1, events: 1 });
      const [delivery] = await store.seen.deliveries(endpoint.id);
      expect(delivery).toMatchObject({ state: 'done', reason: null, settledAt: LATER });
      expect(await store.seen.events(connection.id)).toEqual([
        { ...event, deliveryId: delivery!.id, state: 'received', reason: null, settledAt: null },
      ]);
      expect(await store.seen.woken()).toEqual([connection.id]);
    });

    test('wakes each connection once, at the instant of the opening', async () => {
      const { store, endpoint, connection } = await start();
      await store.given.work(connection.tenantId, connection.id, NOW);
      const [lease] = await store.work.claim({ owner: 'a', now: NOW, limit: 1, lease_ms: MINUTE_MS });
      await store.work.release(lease!, { dueAt: LATER * 2, priority: 50, failures: 0 });
      await deliver(store, endpoint, { a: opened({}), b: opened({ dedupeKey: 'other' }) });
      expect(await store.work.claim({ owner: 'a', now: LATER - 1, limit: 1, lease_ms: 1 })).toEqual([]);
      expect(await store.work.claim({ owner: 'a', now: LATER, limit: 1, lease_ms: 1 })).toMatchObject([{ wakes: 2n }]);
    });

    test('of an event that is there already adds nothing and wakes nobody', async () => {
      const { store, endpoint, connection } = await start();
      await store.given.work(connection.tenantId, connection.id, NOW);
      await deliver(store, endpoint, { a: opened({ type: 'first' }, {}, {}) });
      await store.work.claim({ owner: 'a', now: LATER, limit: 1, lease_ms: 1 });
      const count = await deliver(store, endpoint, { b: opened({ type: 'second' }) });
      expect(count).toEqual({ deliveries: 1, events: 0 });
      expect(await store.seen.events(connection.id)).toHaveLength(3);
      expect(await store.seen.events(connection.id)).toMatchObject([{ type: 'first' }, {}, {}]);
      expect(await store.seen.woken()).toEqual([]);
      expect(await store.seen.deliveries(endpoint.id)).toMatchObject([
        { state: 'done' },
        { state: 'done', reason: null },
      ]);
    });

    test('leaves out what has no meaning, with the reason, and wakes nobody', async () => {
      const { store, endpoint, connection } = await start();
      const ignoredBecause = 'a type that nobody knows';
      const count = await deliver(store, endpoint, { a: opened({ ignoredBecause }, { ignoredBecause: 'other' }) });
      expect(count).toEqual({ deliveries: 1, events: 2 });
      expect(await store.seen.deliveries(endpoint.id)).toMatchObject([{ state: 'ignored', reason: ignoredBecause }]);
      const left = { state: 'ignored', settledAt: LATER };
      expect(await store.seen.events(connection.id)).toMatchObject([
        { ...left, reason: ignoredBecause },
        { ...left, reason: 'other' },
      ]);
      expect(await store.seen.woken()).toEqual([]);
    });

    test('takes what has a meaning beside what has none', async () => {
      const { store, endpoint, connection } = await start();
      await deliver(store, endpoint, { a: opened({ ignoredBecause: 'unknown' }, {}) });
      expect(await store.seen.deliveries(endpoint.id)).toMatchObject([{ state: 'done', reason: null }]);
      expect(await store.seen.events(connection.id)).toMatchObject([{ state: 'ignored' }, { state: 'received' }]);
    });

    test('of what cannot be read makes a dead letter and goes on', async () => {
      const { store, endpoint, connection } = await start();
      const meaning = { a: { kind: 'dead', reason: 'it is no JSON' }, b: opened({}) } as const;
      expect(await deliver(store, endpoint, meaning)).toEqual({ deliveries: 2, events: 1 });
      expect(await store.seen.deliveries(endpoint.id)).toMatchObject([
        { state: 'dead', reason: 'it is no JSON', settledAt: LATER },
        { state: 'done' },
      ]);
      expect(await store.seen.events(connection.id)).toHaveLength(1);
    });

    for (const [what, bad] of [
      ['a NUL in its type', { type: 'charge.\0' }],
      ['a NUL in its key', { dedupeKey: '\0' }],
      ['a NUL in what it touches', { touches: [{ stream: 's', externalId: 'ch_\0' }] }],
      ['half a character in what it touches', { touches: [{ stream: 's', externalId: 'ch_\ud800' }] }],
      ['a time that no calendar has', { occurredAt: 9e17 }],
    ] as const)
      test(`of what cannot be stored for ${what} makes a dead letter as a whole, and goes on`, async () => {
        const { store, endpoint, connection } = await start();
        const meaning = { a: opened({}), bad: opened({ dedupeKey: 'good' }, bad), c: opened({ dedupeKey: 'c' }) };
        expect(await deliver(store, endpoint, meaning)).toEqual({ deliveries: 3, events: 2 });
        expect(await store.seen.deliveries(endpoint.id)).toMatchObject([
          { state: 'done' },
          { state: 'dead', reason: expect.stringContaining('it cannot be stored'), settledAt: LATER },
          { state: 'done' },
        ]);
        expect((await store.seen.events(connection.id)).map(({ dedupeKey }) => dedupeKey)).toEqual(['c', 'event 0']);
      });

    test('keeps text that only looks like a NUL', async () => {
      const { store, endpoint, connection } = await start();
      const touches = [{ stream: 's', externalId: '\\u0000 \\\\ud800 😀' }];
      await deliver(store, endpoint, { a: opened({ touches }) });
      expect(await store.seen.events(connection.id)).toMatchObject([{ touches }]);
    });
  });

  describe(`${name}: a delivery of the whole app`, () => {
    async function startApp() {
      const store = await make();
      const endpoint = await anEndpoint(store, null);
      const [one, two] = [await aConnection(store), await aConnection(store)];
      return { store, endpoint, one, two };
    }

    test('reaches every connection of the company it names and nobody else', async () => {
      const { store, endpoint, one, two } = await startApp();
      const same = await aConnection(store, { accountId: one.accountId });
      await aConnection(store, { accountId: one.accountId, provider: 'btcpay' });
      const gone = await aConnection(store, { accountId: one.accountId, state: 'disconnected' });
      const paused = await aConnection(store, { accountId: one.accountId, state: 'paused' });
      const events = [{ accountId: one.accountId }, { accountId: two.accountId }];
      expect(await deliver(store, endpoint, { a: opened(...events) })).toEqual({ deliveries: 1, events: 4 });
      for (const reached of [one, same, paused])
        expect(await store.seen.events(reached.id)).toMatchObject([{ dedupeKey: 'event 0' }]);
      expect(await store.seen.events(two.id)).toMatchObject([{ dedupeKey: 'event 1' }]);
      expect(await store.seen.events(gone.id)).toEqual([]);
      expect(await store.seen.woken()).toEqual([one.id, two.id, same.id, paused.id].sort());
    });

    test('that names strangers too names them in its reason, each once', async () => {
      const { store, endpoint, one } = await startApp();
      const companies = ['strange', one.accountId, 'odd', 'strange', null];
      await deliver(store, endpoint, { a: opened(...companies.map((accountId) => ({ accountId }))) });
      expect(await store.seen.deliveries(endpoint.id)).toMatchObject([
        { state: 'done', reason: 'for companies that are not connected: strange, odd, (no company named)' },
      ]);
      expect(await store.seen.events(one.id)).toHaveLength(1);
    });

    test('for strangers alone is left out', async () => {
      const { store, endpoint } = await startApp();
      expect(await deliver(store, endpoint, { a: opened({ accountId: 'strange' }) })).toEqual({
        deliveries: 1,
        events: 0,
      });
      expect(await store.seen.deliveries(endpoint.id)).toMatchObject([
        { state: 'ignored', reason: 'for companies that are not connected: strange', settledAt: LATER },
      ]);
    });
  });
}
