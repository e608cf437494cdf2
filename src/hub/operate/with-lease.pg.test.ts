import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestHub, testHub } from '../../../test/support/hub.ts';
import { type Clock, systemClock } from '../../kernel/clock.ts';
import { addWork, pgWorkStore, type WorkStore } from '../../platform/engine/index.ts';
import { rows, sql } from '../../platform/store/index.ts';
import { withLease } from './with-lease.ts';

/** A clock on which sleeping takes no time, and time passes by sleeping. */
function sleepingClock(): Clock {
  let now = Date.UTC(2026, 10, 1);
  return {
    ...systemClock,
    now: () => now,
    sleep: async (ms, signal) => {
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
      now += ms;
    },
  };
}

describe('work under a lease', () => {
  let hub: TestHub;
  let store: WorkStore;
  const clock = sleepingClock();
  beforeAll(async () => {
    hub = await testHub({ clock });
    store = pgWorkStore(hub.doors.database);
  });
  afterAll(() => hub.close());
  beforeEach(async () => {
    const { tenantId, connectionId } = hub.test;
    await hub.doors.database.tenant(tenantId, async (tx) => {
      await sql`delete from work_wakes`.execute(tx);
      await sql`delete from work`.execute(tx);
      await addWork(tx, tenantId, connectionId, clock.now() + 3_600_000);
    });
  });

  const request = (signal = new AbortController().signal) => ({ connectionId: hub.test.connectionId, signal });
  const row = async () => {
    const [found] = await hub.doors.database.tenant(hub.test.tenantId, (tx) =>
      rows(
        tx,
        sql<{
          owner: string | null;
          dueAt: number;
          failures: number;
        }>`select owner, due_at as "dueAt", failures from work order by connection_id`,
      ),
    );
    return found!;
  };

  test('keeps the connection to itself while it runs, and has it looked at afterwards', async () => {
    const answer = await withLease(hub.doors, store, request(), async (lease) => {
      expect(await store.claimOne({ ...request(), owner: 'other', now: clock.now(), lease_ms: 1_000 })).toBeNull();
      return lease.fence;
    });
    expect(answer).toBe(1n);
    const { owner, dueAt } = await row();
    expect(owner).toBeNull();
    expect(dueAt).toBeLessThanOrEqual(clock.now());
  });

  test('gives the connection back when it fails, and counts no failure of the worker', async () => {
    await expect(withLease(hub.doors, store, request(), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await row()).toMatchObject({ owner: null, failures: 0 });
  });

  test('waits for a worker that gives the connection back', async () => {
    const held = await store.claimOne({ ...request(), owner: 'worker', now: clock.now(), lease_ms: 10_000 });
    expect(held).not.toBeNull();
    expect(await withLease(hub.doors, store, request(), async () => 'done')).toBe('done');
  });

  test('gives up on a connection that is not given back', async () => {
    await store.claimOne({ ...request(), owner: 'worker', now: clock.now(), lease_ms: 3_600_000 });
    const failure = withLease(hub.doors, store, request(), async () => 'done');
    await expect(failure).rejects.toMatchObject({ code: 'engine.lease_lost', outcome: 'not_applied' });
  });

  test('stops waiting when the person has had enough', async () => {
    await store.claimOne({ ...request(), owner: 'worker', now: clock.now(), lease_ms: 3_600_000 });
    await expect(
      withLease(hub.doors, store, request(AbortSignal.abort(new Error('enough'))), async () => 'done'),
    ).rejects.toThrow('enough');
  });

  test('is told to stop when the connection was taken over', async () => {
    const failure = withLease(hub.doors, store, request(), async (_lease, signal) => {
      await hub.doors.database.engine((tx) => sql`update work set fence = fence + 1, owner = 'other'`.execute(tx));
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      signal.throwIfAborted();
    });
    await expect(failure).rejects.toMatchObject({ code: 'engine.lease_lost' });
    expect(await row()).toMatchObject({ owner: 'other' });
  });
});
