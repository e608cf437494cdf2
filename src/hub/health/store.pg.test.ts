import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../test/support/postgres.ts';
import { TEST_PASSWORDS } from '../../../test/support/test-server.ts';
import { sha256 } from '../../kernel/digest.ts';
import type { ConnectionId } from '../../kernel/ids.ts';
import { addWork, pgWorkStore } from '../../platform/engine/index.ts';
import { at, Database, sql } from '../../platform/store/index.ts';
import { type ConnectionList, pgConnectionList } from './connections.pg.ts';
import { type HealthStore, pgHealthStore } from './store.pg.ts';

const NOW = Date.UTC(2026, 10, 20);
const ALL = { order: 'oldest', after: null, limit: 200 } as const;

let support: TestDatabase;
let store: HealthStore;
let connections: ConnectionList;

beforeAll(async () => {
  support = await testDatabase();
  store = pgHealthStore(support.database);
  connections = pgConnectionList(support.database);
});
afterAll(() => support.close());

describe('the health of the database', () => {
  test('is there when it answers', async () => {
    await expect(store.ping()).resolves.toBeUndefined();
  });

  test('is an outage when nothing listens', async () => {
    const nowhere = {
      host: '127.0.0.1',
      port: 9,
      database: 'none',
      ssl: false,
      passwords: TEST_PASSWORDS,
      appConnections: 1,
    };
    const gone = new Database(nowhere);
    await expect(pgHealthStore(gone).ping()).rejects.toMatchObject({ code: 'store.unavailable' });
    await gone.close();
  });
});

describe('the queue', () => {
  test('is empty at first', async () => {
    expect(await store.queue(NOW)).toEqual({ oldestWorkAt: null, oldestDeliveryAt: null });
  });

  test('tells the oldest work that is due and that nobody does', async () => {
    const work = pgWorkStore(support.database);
    await support.database.tenant(support.tenantId, (tx) =>
      addWork(tx, support.tenantId, support.connectionId, NOW - 5_000),
    );
    expect((await store.queue(NOW)).oldestWorkAt).toBe(NOW - 5_000);
    expect((await store.queue(NOW - 6_000)).oldestWorkAt).toBeNull();
    const [lease] = await work.claim({ owner: 'worker-1', now: NOW, limit: 1, lease_ms: 30_000 });
    expect((await store.queue(NOW)).oldestWorkAt).toBeNull();
    expect(await store.busyWorkers(NOW)).toEqual([{ owner: 'worker-1', connections: 1 }]);
    expect((await store.queue(NOW + 30_000)).oldestWorkAt).toBe(NOW - 5_000);
    expect(await store.busyWorkers(NOW + 30_000)).toEqual([]);
    await work.release(lease!, { dueAt: NOW + 60_000, priority: 10, failures: 2 });
    expect((await store.queue(NOW)).oldestWorkAt).toBeNull();
  });

  test('tells the oldest delivery that nobody opened, of any tenant', async () => {
    await support.database.tenant(support.tenantId, (tx) =>
      sql`
      insert into webhook_endpoints (id, tenant_id, connection_id, provider, token_hash, url, created_at)
      values ('whk_1', ${support.tenantId}, ${support.connectionId}, 'stripe', ${sha256('token')}, 'https://acme.example', ${at(NOW)})`.execute(
        tx,
      ),
    );
    await support.database.inbox((tx) =>
      sql`
      insert into deliveries (id, tenant_id, endpoint_id, provider, dedupe_key, headers, body, received_at, state)
      values ('dlv_1', ${support.tenantId}, 'whk_1', 'stripe', '1', '{}', '', ${at(NOW - 9_000)}, 'done'),
        ('dlv_2', ${support.tenantId}, 'whk_1', 'stripe', '2', '{}', '', ${at(NOW - 7_000)}, 'received'),
        ('dlv_3', null, 'whk_1', 'stripe', '3', '{}', '', ${at(NOW - 8_000)}, 'received')`.execute(tx),
    );
    expect((await store.queue(NOW)).oldestDeliveryAt).toBe(NOW - 8_000);
  });
});

test('breakers are told by the clock of the database, those in trouble first', async () => {
  await support.database.engine((tx) =>
    sql`
    insert into breakers (key, failures, open_until, updated_at)
    values ('a:closed', 2, null, now()), ('b:open', 5, now() + interval '1 hour', now()), ('c:half', 6, now() - interval '1 second', now()), ('d:well', 0, null, now())`.execute(
      tx,
    ),
  );
  const found = await store.breakers();
  expect(found.map(({ key, state, failures }) => [key, state, failures])).toEqual([
    ['b:open', 'open', 5],
    ['c:half', 'half_open', 6],
    ['a:closed', 'closed', 2],
  ]);
  expect(found[2]!.openUntil).toBeNull();
});

describe('the connections', () => {
  const ledger = 'con_0000' as ConnectionId;

  beforeAll(() =>
    support.database.tenant(support.tenantId, async (tx) => {
      const { tenantId, connectionId } = support;
      await sql`
        insert into connections (id, tenant_id, provider, role, account_id, display_name, environment, time_zone, state, state_reason, since, created_at, updated_at)
        values (${ledger}, ${tenantId}, 'quickbooks', 'ledger', '9130', 'Books of Acme', 'sandbox', 'UTC', 'needs_reconnect', 'refused', ${at(NOW)}, ${at(NOW)}, ${at(NOW)})`.execute(
        tx,
      );
      await sql`
        insert into ledger_companies (tenant_id, connection_id, company_name, home_currency, multi_currency, enforces_numbers, read_at)
        values (${tenantId}, ${ledger}, 'Acme LLC', 'USD', false, true, ${at(NOW - 1)})`.execute(tx);
      await sql`
        insert into sync_runs (id, tenant_id, connection_id, state, records, changed, error_code, error_detail, started_at, finished_at)
        values ('run_1', ${tenantId}, ${connectionId}, 'done', 10, 4, null, null, ${at(NOW - 60_000)}, ${at(NOW - 59_000)}),
          ('run_2', ${tenantId}, ${connectionId}, 'stopped', 1, 0, 'provider.timeout', 'No answer.', ${at(NOW - 30_000)}, ${at(NOW - 29_000)})`.execute(
        tx,
      );
    }),
  );

  test('are told with their last sync run, and when they were last read to the end', async () => {
    const { items } = await connections.list(support.tenantId, ALL);
    expect(items).toHaveLength(2);
    expect(items[0]).toMatchObject({
      id: ledger,
      role: 'ledger',
      state: 'needs_reconnect',
      stateReason: 'refused',
      lastReadAt: NOW - 1,
      lastSync: null,
      nextTurnAt: null,
      failures: 0,
    });
    expect(items[1]).toMatchObject({
      id: support.connectionId,
      displayName: 'Acme LLC',
      accountId: 'acct_test',
      state: 'active',
      lastReadAt: NOW - 59_000,
      nextTurnAt: NOW + 60_000,
      failures: 2,
    });
    expect(items[1]!.lastSync).toEqual({
      id: 'run_2',
      state: 'stopped',
      records: 1,
      changed: 0,
      errorCode: 'provider.timeout',
      errorDetail: 'No answer.',
      startedAt: NOW - 30_000,
      finishedAt: NOW - 29_000,
    });
  });

  test('come page by page', async () => {
    const first = await connections.list(support.tenantId, { ...ALL, order: 'newest', limit: 1 });
    const second = await connections.list(support.tenantId, { ...ALL, order: 'newest', limit: 1, after: first.next });
    expect([first, second].map((page) => page.items.map(({ id }) => id))).toEqual([[support.connectionId], [ledger]]);
    expect(second.next).toBeNull();
  });

  test('are those of one tenant', async () => {
    expect((await connections.list('ten_stranger', ALL)).items).toEqual([]);
  });
});
