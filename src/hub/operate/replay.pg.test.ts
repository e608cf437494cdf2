import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestHub, testHub } from '../../../test/support/hub.ts';
import type { TenantId } from '../../kernel/ids.ts';
import { rows, sql } from '../../platform/store/index.ts';
import { createTenant } from '../access/index.ts';
import type { ReplayFilter } from './replay.pg.ts';
import { estimateReplay, replay } from './replay.ts';

const ALL: ReplayFilter = { provider: null, state: null, since: null, until: null, ids: null };
const RECEIVED_AT = '2026-11-01T00:00:00Z';

describe('replay', () => {
  let hub: TestHub;
  let other: TenantId;
  beforeAll(async () => {
    hub = await testHub();
    const { database, makeId, clock } = hub.doors;
    other = (await createTenant(database, { makeId, now: clock.now() }, 'Other LLC')).id;
    await fill(hub.test.tenantId, 'ours');
    await fill(other, 'theirs');
  });
  afterAll(() => hub.close());

  /** A connection with an endpoint, a done, a dead and an ignored delivery, and an event in the first. */
  async function fill(tenantId: TenantId, name: string): Promise<void> {
    const id = (kind: string) => `${kind}_${name}`;
    await hub.doors.database.tenant(tenantId, async (tx) => {
      await sql`
        insert into connections (id, tenant_id, provider, role, account_id, display_name, environment, time_zone, state, since, created_at, updated_at)
        values (${id('con')}, ${tenantId}, 'btcpay', 'source', ${name}, ${name}, 'sandbox', 'UTC', 'active', ${RECEIVED_AT}, ${RECEIVED_AT}, ${RECEIVED_AT})`.execute(
        tx,
      );
      await sql`insert into work (connection_id, tenant_id, priority, due_at) values (${id('con')}, ${tenantId}, 10, ${RECEIVED_AT})`.execute(
        tx,
      );
      await sql`
        insert into webhook_endpoints (id, tenant_id, connection_id, provider, token_hash, url, created_at)
        values (${id('whk')}, ${tenantId}, ${id('con')}, 'btcpay', ${Buffer.from(name)}, 'http://127.0.0.1/', ${RECEIVED_AT})`.execute(
        tx,
      );
      for (const state of ['done', 'dead', 'ignored']) {
        await sql`
          insert into deliveries (id, tenant_id, endpoint_id, provider, dedupe_key, headers, body, received_at, state, settled_at)
          values (${id(`dlv_${state}`)}, ${tenantId}, ${id('whk')}, 'btcpay', ${state}, '{}', '', ${RECEIVED_AT}, ${state}, ${RECEIVED_AT})`.execute(
          tx,
        );
      }
      for (const state of ['done', 'ignored']) {
        await sql`
          insert into events (id, tenant_id, connection_id, delivery_id, dedupe_key, type, touches, wakes, state, received_at)
          values (${id(`evt_${state}`)}, ${tenantId}, ${id('con')}, ${id('dlv_done')}, ${state}, 'InvoiceSettled', '[{"stream":"invoices","externalId":"in_1"}]', '[]', ${state}, ${RECEIVED_AT})`.execute(
          tx,
        );
      }
    });
  }

  const statesOf = (tenantId: TenantId) =>
    hub.doors.database.tenant(tenantId, async (tx) => {
      const found = await rows(
        tx,
        sql<{
          id: string;
          state: string;
        }>`select id, state from deliveries union all select id, state from events order by id`,
      );
      return Object.fromEntries(found.map(({ id, state }) => [id, state]));
    });

  test.each([
    ['everything', {}, { deliveries: 3, deliveriesToOpen: 2, events: 1, objects: 1 }],
    ['a state', { state: 'dead' }, { deliveries: 1, deliveriesToOpen: 1, events: 0, objects: 0 }],
    ['another provider', { provider: 'stripe' }, { deliveries: 0, events: 0 }],
    ['a time that ends before', { until: Date.parse(RECEIVED_AT) }, { deliveries: 0 }],
    [
      'a time that begins there',
      { since: Date.parse(RECEIVED_AT), until: Date.parse(RECEIVED_AT) + 1 },
      { deliveries: 3 },
    ],
    ['an event alone', { ids: ['evt_ours_none', 'evt_done_ours'] }, { deliveries: 0, events: 1, objects: 1 }],
    ['what belongs to somebody else', { ids: ['dlv_dead_theirs', 'evt_done_theirs'] }, { deliveries: 0, events: 0 }],
  ] as const)('of %s is estimated', async (_what, filter, estimate) => {
    const { tenantId } = hub.test;
    expect(await estimateReplay(hub.doors, { tenantId, filter: { ...ALL, ...filter } })).toMatchObject(estimate);
  });

  test('opens what was dead or ignored, takes events again that meant something, and leaves other tenants alone', async () => {
    const before = await statesOf(other);
    const mine = await statesOf(hub.test.tenantId);
    await replay(hub.doors, { tenantId: hub.test.tenantId, filter: ALL, reason: 'test' });
    expect(await statesOf(hub.test.tenantId)).toEqual({
      ...mine,
      dlv_dead_ours: 'received',
      dlv_ignored_ours: 'received',
      evt_done_ours: 'received',
    });
    expect(await statesOf(other)).toEqual(before);
    const woken = await hub.doors.database.tenant(hub.test.tenantId, (tx) =>
      rows(tx, sql<{ id: string }>`select distinct connection_id as id from work_wakes order by 1`),
    );
    expect(woken).toEqual([{ id: 'con_ours' }]);
    await hub.doors.database.inbox((tx) =>
      sql`update deliveries set state = case id when 'dlv_dead_ours' then 'dead' when 'dlv_ignored_ours' then 'ignored' else state end`.execute(
        tx,
      ),
    );
    await hub.doors.database.inbox((tx) =>
      sql`update events set state = 'done' where id = 'evt_done_ours'`.execute(tx),
    );
  });
});
