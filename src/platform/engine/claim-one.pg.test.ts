import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../test/support/postgres.ts';
import { sql } from '../store/index.ts';
import { addWork, pgWorkStore } from './index.ts';

const NOW = Date.UTC(2026, 10, 1);
const LEASE_MS = 30_000;

let made: TestDatabase;
beforeAll(async () => {
  made = await testDatabase();
});
afterAll(() => made.close());
beforeEach(async () => {
  const { database, tenantId, connectionId } = made;
  await database.tenant(tenantId, async (tx) => {
    await sql`delete from work_wakes`.execute(tx);
    await sql`delete from work`.execute(tx);
    await addWork(tx, tenantId, connectionId, NOW + 60_000);
  });
});

const claimOne = (owner: string, now: number) =>
  pgWorkStore(made.database).claimOne({ connectionId: made.connectionId, owner, now, lease_ms: LEASE_MS });

test('a connection that nobody has is claimed, though it is not due', async () => {
  expect(await claimOne('a', NOW)).toMatchObject({
    connectionId: made.connectionId,
    tenantId: made.tenantId,
    fence: 1n,
  });
});

test('a connection that somebody has is not claimed until the lease has ended or was given back', async () => {
  const store = pgWorkStore(made.database);
  const first = await claimOne('a', NOW);
  expect(await claimOne('b', NOW + LEASE_MS - 1)).toBeNull();
  const second = await claimOne('b', NOW + LEASE_MS);
  expect(second).toMatchObject({ fence: 2n });
  await store.release(first!, { dueAt: NOW, priority: 0, failures: 0 });
  expect(await claimOne('c', NOW + LEASE_MS + 1)).toBeNull();
  await store.release(second!, { dueAt: NOW, priority: 0, failures: 0 });
  expect(await claimOne('c', NOW + LEASE_MS + 1)).toMatchObject({ fence: 3n });
});

test('of many that want it at once one gets it', async () => {
  const got = await Promise.all(Array.from({ length: 8 }, (_, i) => claimOne(`w${i}`, NOW)));
  expect(got.filter((lease) => lease !== null)).toHaveLength(1);
});

test('a connection without work is not claimed', async () => {
  const store = pgWorkStore(made.database);
  expect(await store.claimOne({ connectionId: 'con_none', owner: 'a', now: NOW, lease_ms: LEASE_MS })).toBeNull();
});
