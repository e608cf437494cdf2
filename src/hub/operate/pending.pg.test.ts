import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestHub, testHub } from '../../../test/support/hub.ts';
import { rows, sql } from '../../platform/store/index.ts';
import { pendingWork } from './pending.ts';
import { syncNow } from './sync-now.ts';

describe('pending work', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await testHub();
    hub.sandbox.generate({ seed: 1, month: '2026-10', charges: 50, btcpayInvoices: 10 });
    await hub.connect({ taxUnknown: 'none' });
    const [fees] = await hub.doors.database.tenant(hub.test.tenantId, (tx) =>
      rows(tx, sql<{ id: string }>`select ledger_id as id from account_roles where role = 'FEE:processing' order by 1`),
    );
    // Refused fee entries stop the payouts that need them.
    hub.sandbox.quickbooks.humanEdit('Account', fees!.id, { Active: false });
    await hub.settle();
  });
  afterAll(() => hub.close());

  const look = () => pendingWork(hub.doors, hub.test.tenantId);

  test('at rest is nothing but what is stopped and what that blocks', async () => {
    const { postings, facts, ...others } = await look();
    expect(others).toEqual({
      reading: 0,
      progress: null,
      records: expect.any(Number),
      recordsToUnderstand: 0,
      deliveriesReceived: 0,
      eventsReceived: 0,
      readsDue: 0,
    });
    expect(facts.new).toBe(0);
    expect(postings).toMatchObject({ planned: 0, sending: 0, uncertain: 0, toRemove: 0, held: 0 });
    expect(postings.dead).toBeGreaterThan(10);
    expect(postings.blocked).toBeGreaterThan(5);
    expect(postings.posted).toBeGreaterThan(10);
  });

  test('shows at once that sources were woken', async () => {
    const { test: made, doors } = hub;
    const { connections } = await doors.database.tenant(made.tenantId, async (tx) => ({
      connections: await rows(
        tx,
        sql<{ id: `con_${string}` }>`select id from connections where provider = 'btcpay' order by id`,
      ),
    }));
    await syncNow(doors, { tenantId: made.tenantId, connectionId: connections[0]!.id });
    expect((await look()).reading).toBe(1);
    await hub.settle();
    expect((await look()).reading).toBe(0);
  });
});
