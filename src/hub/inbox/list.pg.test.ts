import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../test/support/postgres.ts';
import { sha256 } from '../../kernel/digest.ts';
import { type DeliveryId, idMaker, type TenantId } from '../../kernel/ids.ts';
import { seededRandom } from '../../kernel/random.ts';
import { at, sql } from '../../platform/store/index.ts';
import { type DeliveryList, type DeliveryQuery, pgDeliveryList } from './list.pg.ts';
import { pgInboxStore } from './store.pg.ts';

const START = Date.UTC(2026, 10, 1);
const ALL: DeliveryQuery = { order: 'newest', after: null, limit: 200, state: null, provider: null };

let support: TestDatabase;
let deliveries: DeliveryList;
let now = START;
const makeId = idMaker({ now: () => now }, seededRandom(1));
const ids: DeliveryId[] = [];

beforeAll(async () => {
  support = await testDatabase();
  deliveries = pgDeliveryList(support.database);
  await addEndpoint('whk_own', support.tenantId);
  await addEndpoint('whk_app', null);
  for (const body of ['one', 'two', 'three', 'four', 'five']) ids.push(await arrive('whk_own', body));
  await arrive('whk_app', 'of nobody');
});
afterAll(() => support.close());

async function addEndpoint(id: string, tenantId: TenantId | null): Promise<void> {
  const provider = tenantId === null ? 'quickbooks' : 'stripe';
  await support.database.tenant(support.tenantId, (tx) =>
    sql`
    insert into webhook_endpoints (id, tenant_id, connection_id, provider, token_hash, url, created_at)
    values (${id}, ${tenantId}, ${tenantId && support.connectionId}, ${provider}, ${sha256(id)}, ${`https://acme.example/${id}`}, ${at(START)})`.execute(
      tx,
    ),
  );
}

async function arrive(endpointId: string, body: string): Promise<DeliveryId> {
  now += 1_000;
  const id = makeId('dlv');
  const tenantId = endpointId === 'whk_app' ? null : support.tenantId;
  await pgInboxStore(support.database, makeId).save([
    {
      id,
      tenantId,
      endpointId,
      provider: tenantId === null ? 'quickbooks' : 'stripe',
      dedupeKey: body,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(body),
      receivedAt: now,
    },
  ]);
  return id;
}

async function listed(query: Partial<DeliveryQuery>): Promise<DeliveryId[]> {
  return (await deliveries.list(support.tenantId, { ...ALL, ...query })).items.map(({ id }) => id);
}

describe('the list of deliveries', () => {
  test('has those of the tenant in the order of arrival, and none of an endpoint of the whole app', async () => {
    expect(await listed({ order: 'oldest' })).toEqual(ids);
    expect(await listed({})).toEqual(ids.toReversed());
  });

  for (const order of ['newest', 'oldest'] as const) {
    test(`comes page by page, ${order} first, each once`, async () => {
      const seen: string[] = [];
      let after: DeliveryQuery['after'] = null;
      do {
        const page = await deliveries.list(support.tenantId, { ...ALL, order, after, limit: 2 });
        seen.push(...page.items.map(({ id }) => id));
        after = page.next;
      } while (after !== null);
      expect(seen).toEqual(order === 'newest' ? ids.toReversed() : ids);
    });
  }

  test('tells a delivery, with the length of its body and its duplicates', async () => {
    await arrive('whk_own', 'three');
    const { items } = await deliveries.list(support.tenantId, { ...ALL, limit: 3 });
    expect(items[2]).toEqual({
      id: ids[2],
      endpointId: 'whk_own',
      provider: 'stripe',
      state: 'received',
      reason: null,
      bytes: 5,
      duplicates: 1,
      receivedAt: START + 3_000,
      settledAt: null,
    });
  });

  test('is filtered by state and provider', async () => {
    await support.database.inbox((tx) =>
      sql`update deliveries set state = 'dead', reason = 'not JSON', settled_at = ${at(now)} where id = ${ids[1]}`.execute(
        tx,
      ),
    );
    expect(await listed({ state: 'dead' })).toEqual([ids[1]]);
    expect(await listed({ state: 'dead', provider: 'stripe' })).toEqual([ids[1]]);
    expect(await listed({ provider: 'quickbooks' })).toEqual([]);
    expect(await listed({ state: 'waiting' })).toEqual([]);
  });

  test('is empty for another tenant', async () => {
    expect(await deliveries.list('ten_stranger', ALL)).toEqual({ items: [], next: null });
  });
});

describe('one delivery', () => {
  beforeAll(() =>
    support.database.tenant(support.tenantId, (tx) =>
      sql`
      insert into events (id, tenant_id, connection_id, delivery_id, dedupe_key, type, touches, wakes, state, reason, received_at, settled_at)
      values ('evt_1', ${support.tenantId}, ${support.connectionId}, ${ids[0]}, 'e1', 'charge.succeeded', '[]', '[]', 'ignored', 'of no meaning', ${at(now)}, ${at(now)})`.execute(
        tx,
      ),
    ),
  );

  test('has its events, and its body only when asked', async () => {
    const event = {
      id: 'evt_1',
      connectionId: support.connectionId,
      type: 'charge.succeeded',
      state: 'ignored',
      reason: 'of no meaning',
      occurredAt: null,
      receivedAt: now,
      settledAt: now,
    };
    const find = (withBody: boolean) => deliveries.find(support.tenantId, ids[0]!, { withBody });
    expect(await find(false)).toMatchObject({ id: ids[0], bytes: 3, events: [event], raw: null });
    const raw = (await find(true))!.raw!;
    expect([raw.headers, Buffer.from(raw.body).toString()]).toEqual([{ 'content-type': 'application/json' }, 'one']);
  });

  test('is not there for another tenant, nor under another id', async () => {
    expect(await deliveries.find('ten_stranger', ids[0]!, { withBody: true })).toBeNull();
    expect(await deliveries.find(support.tenantId, 'dlv_none', { withBody: true })).toBeNull();
  });
});
