import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../test/support/postgres.ts';
import { systemClock } from '../../kernel/clock.ts';
import { sha256Hex } from '../../kernel/digest.ts';
import { idMaker } from '../../kernel/ids.ts';
import { seededRandom, systemRandom } from '../../kernel/random.ts';
import { asOwner, rows, sql } from '../../platform/store/index.ts';
import { pgInboxStore } from './index.ts';
import type { NewDelivery } from './store.ts';

const makeId = idMaker(systemClock, systemRandom);
let made: TestDatabase;
beforeAll(async () => {
  made = await testDatabase();
  await asOwner(made.owner, (tx) =>
    sql`
      insert into webhook_endpoints (id, provider, token_hash, url, created_at)
      values ('whk_test', 'stripe', ${new Uint8Array([1])}, 'http://127.0.0.1/webhooks/stripe/', now())`.execute(tx),
  );
});
afterAll(() => made.close());

const deliveryOf = (dedupeKey: string, body: Uint8Array): NewDelivery => ({
  id: makeId('dlv'),
  tenantId: null,
  endpointId: 'whk_test',
  provider: 'stripe',
  dedupeKey,
  headers: {},
  body,
  receivedAt: systemClock.now(),
});

test('the bodies of a batch are stored byte for byte, each with its own delivery', async () => {
  const random = seededRandom(7);
  const bodies = [0, 1, 4_096, 0, 17, 300_000, 2].map((length) => random.bytes(length));
  bodies.push(new Uint8Array(5), new TextEncoder().encode('{"name":"Zoë \\\\x41"}'));
  const deliveries = bodies.map((body, index) => deliveryOf(`evt_${index}`, body));
  const again = deliveryOf('evt_2', random.bytes(9));
  const saved = await pgInboxStore(made.database, makeId).save([...deliveries, again]);
  expect(saved).toEqual([...deliveries.map(() => true), false]);
  const stored = await asOwner(made.owner, (tx) =>
    rows(tx, sql<{ id: string; body: Uint8Array }>`select id, body from deliveries order by id`),
  );
  expect(new Map(stored.map(({ id, body }) => [id, sha256Hex(body)]))).toEqual(
    new Map(deliveries.map(({ id, body }) => [id, sha256Hex(body)])),
  );
});
