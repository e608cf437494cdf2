import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../test/support/postgres.ts';
import type { SourceEvent } from '../../connectors/sdk/index.ts';
import { systemClock } from '../../kernel/clock.ts';
import { type DeliveryId, idMaker } from '../../kernel/ids.ts';
import { systemRandom } from '../../kernel/random.ts';
import { stateAfter } from '../../kernel/state-table.ts';
import { addWork, type Lease, pgWorkStore } from '../../platform/engine/index.ts';
import { asOwner, at, rows, sql } from '../../platform/store/index.ts';
import { reopenDeliveries, reopenEvents } from '../operate/replay.pg.ts';
import { takeLedgerEvents } from '../posting/ledger-events.pg.ts';
import { pgSyncStore } from '../sync/index.ts';
import { DELIVERY_STATES, type DeliveryState, pgInboxStore } from './index.ts';
import { type Settlement, settleDelivery } from './settle.pg.ts';
import { DELIVERY_TABLE, EVENT_TABLE } from './states.ts';
import type { InboxStore, Opened } from './store.ts';

const NOW = Date.UTC(2026, 10, 1);
const DELIVERY = 'dlv_1' as DeliveryId;
const EVENT = 'evt_1';
const SETTLEMENTS: readonly Settlement[] = ['finish', 'leave_out', 'fail'];

let made: TestDatabase;
let store: InboxStore;
let lease: Lease;
const makeId = idMaker(systemClock, systemRandom);
beforeAll(async () => {
  made = await testDatabase();
  store = pgInboxStore(made.database, makeId);
  await made.database.tenant(made.tenantId, (tx) => addWork(tx, made.tenantId, made.connectionId, NOW));
  lease = (await pgWorkStore(made.database).claimOne({
    connectionId: made.connectionId,
    owner: 'a',
    now: NOW,
    lease_ms: 60_000,
  }))!;
  await query(sql`
    insert into webhook_endpoints (id, tenant_id, connection_id, provider, token_hash, url, created_at)
    values ('whk_1', ${made.tenantId}, ${made.connectionId}, 'stripe', '\\x00', 'http://127.0.0.1/', ${at(NOW)})`);
});
afterAll(() => made.close());
beforeEach(async () => {
  await query(sql`delete from events`);
  await query(sql`delete from deliveries`);
});

interface Row {
  readonly state: DeliveryState;
  readonly reason: string | null;
  readonly settled: boolean;
}

const query = <R>(statement: ReturnType<typeof sql<R>>) => asOwner(made.owner, (tx) => rows<R>(tx, statement));
const delivery = async () =>
  (await query(sql<Row>`select state, reason, settled_at is not null as settled from deliveries order by id`))[0]!;
const event = async () =>
  (await query(sql<Row>`select state, reason, settled_at is not null as settled from events order by id`))[0]!;
const putDelivery = (state: DeliveryState) =>
  query(sql`
    insert into deliveries (id, tenant_id, endpoint_id, provider, dedupe_key, headers, body, received_at, state, reason)
    values (${DELIVERY}, ${made.tenantId}, 'whk_1', 'stripe', 'd', '{}', '', ${at(NOW)}, ${state}, 'before')`);
const putEvent = (state: DeliveryState) =>
  query(sql`
    insert into events (id, tenant_id, connection_id, delivery_id, dedupe_key, type, touches, wakes, state, reason, received_at)
    values (${EVENT}, ${made.tenantId}, ${made.connectionId}, ${DELIVERY}, 'e', 'charge.succeeded', '[]', '[]', ${state}, 'before', ${at(NOW)})`);

const arrive = () =>
  store.save([
    {
      id: DELIVERY,
      tenantId: made.tenantId,
      endpointId: 'whk_1',
      provider: 'stripe',
      dedupeKey: 'd',
      headers: {},
      body: new Uint8Array(),
      receivedAt: NOW,
    },
  ]);

const found = (ignoredBecause: string | null): SourceEvent => ({
  dedupeKey: 'e',
  type: 'charge.succeeded',
  occurredAt: NOW,
  accountId: null,
  touches: [],
  wakes: [],
  ignoredBecause,
});

const openAs = (opened: Opened) => store.fanOut(10, NOW + 1, () => opened);

describe('a delivery that is not there yet', () => {
  test('is received when it arrives', async () => {
    await arrive();
    expect((await delivery()).state).toBe(stateAfter(DELIVERY_TABLE, 'absent', 'arrive'));
  });
});

describe.each(DELIVERY_STATES)('a delivery that is %s', (state) => {
  beforeEach(() => putDelivery(state));

  test.each(SETTLEMENTS)('goes where the table says at %s, or is left as it is', async (settlement) => {
    const before = await delivery();
    const changed = await made.database.inbox((tx) => settleDelivery(tx, DELIVERY, settlement, 'after', NOW + 1));
    const next = stateAfter(DELIVERY_TABLE, state, settlement);
    expect(changed).toBe(next !== null);
    expect(await delivery()).toEqual(next === null ? before : { state: next, reason: 'after', settled: true });
  });

  test('goes where the table says at a replay, or is left as it is', async () => {
    const before = await delivery();
    const reopened = await made.database.inbox((tx) => reopenDeliveries(tx, made.tenantId, [DELIVERY]));
    const next = stateAfter(DELIVERY_TABLE, state, 'replay');
    expect(reopened).toBe(next === null ? 0 : 1);
    expect(await delivery()).toEqual(next === null ? before : { state: next, reason: null, settled: false });
  });

  test('is left as it is when the same arrives again', async () => {
    const before = await delivery();
    expect(await arrive()).toEqual([false]);
    expect(await delivery()).toEqual(before);
  });

  test('is opened only when it is received', async () => {
    const before = await delivery();
    await openAs({ kind: 'dead', reason: 'after' });
    expect(await delivery()).toEqual(
      state === 'received'
        ? { state: stateAfter(DELIVERY_TABLE, 'received', 'fail'), reason: 'after', settled: true }
        : before,
    );
  });
});

describe('an event that is not there yet', () => {
  test.each([
    ['arrive', null],
    ['leave_out', 'nothing is booked for it'],
  ] as const)('is written as the table says at %s', async (what, ignoredBecause) => {
    await putDelivery('received');
    await openAs({ kind: 'events', events: [found(ignoredBecause)] });
    expect((await event()).state).toBe(stateAfter(EVENT_TABLE, 'absent', what));
  });
});

describe.each(DELIVERY_STATES)('an event that is %s', (state) => {
  beforeEach(async () => {
    await putDelivery('received');
    await putEvent(state);
  });

  test.each([
    ['a source', () => pgSyncStore(made.database, { makeId }).takeEvents(lease, NOW + 1)],
    ['a ledger', () => made.database.tenant(made.tenantId, (tx) => takeLedgerEvents(tx, lease, () => [], NOW + 1))],
  ] as const)('is taken by the turn of %s only when it is received', async (_, take) => {
    const before = await event();
    await take();
    const next = state === 'received' ? stateAfter(EVENT_TABLE, state, 'finish') : null;
    expect(await event()).toEqual(next === null ? before : { ...before, state: next, settled: true });
  });

  test('goes where the table says at a replay, or is left as it is', async () => {
    const before = await event();
    const reopened = await made.database.inbox((tx) => reopenEvents(tx, made.tenantId, [EVENT], NOW + 1));
    const next = stateAfter(EVENT_TABLE, state, 'replay');
    expect(reopened).toBe(next === null ? 0 : 1);
    expect(await event()).toEqual(next === null ? before : { state: next, reason: null, settled: false });
  });

  test.each([null, 'nothing is booked for it'])(
    'is left as it is when it comes again, left out: %s',
    async (because) => {
      const before = await event();
      await openAs({ kind: 'events', events: [found(because)] });
      expect(await event()).toEqual(before);
      expect(await query(sql`select 1 from events`)).toHaveLength(1);
    },
  );
});
