import { describe, expect, test } from 'vitest';
import type { ConnectionId } from '../../../src/kernel/ids.ts';
import { type Lease, PRIORITY } from '../../../src/platform/engine/index.ts';
import { aConnection, MINUTE_MS, NOW, type StoreUnderTest } from './under-test.ts';

const later = { dueAt: NOW + 60 * MINUTE_MS, priority: PRIORITY.live, failures: 0 };

interface Known {
  readonly id: ConnectionId;
  wake(now: number, priority?: number): Promise<void>;
}

/** What every work table does. `make` gives one without any work. */
export function describeWorkStore(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`${name}: work`, () => {
    async function known(store: StoreUnderTest, now = NOW): Promise<Known> {
      const { id, tenantId } = await aConnection(store);
      await store.given.work(tenantId, id, now);
      return { id, wake: (at, priority = PRIORITY.live) => store.given.wake(tenantId, id, at, priority) };
    }

    const claim = ({ work }: StoreUnderTest, now: number, limit = 10, owner = 'a') =>
      work.claim({ owner, now, limit, lease_ms: MINUTE_MS });
    const claimOne = ({ work }: StoreUnderTest, connectionId: ConnectionId, now: number) =>
      work.claimOne({ connectionId, owner: 'one', now, lease_ms: MINUTE_MS });
    const idsOf = (leases: readonly Lease[]) => leases.map((lease) => lease.connectionId);

    test('a connection that is new is due at once', async () => {
      const store = await make();
      const { id } = await known(store);
      const [lease] = await claim(store, NOW);
      expect(lease).toMatchObject({ connectionId: id, fence: 1n, wakes: 1n, failures: 0 });
      expect(lease!.tenantId).toMatch(/^ten_/);
    });

    test('a connection made known again is woken and loses nothing', async () => {
      const store = await make();
      const { id, tenantId } = await aConnection(store);
      await store.given.work(tenantId, id, NOW);
      const [lease] = await claim(store, NOW);
      await store.work.release(lease!, { ...later, failures: 3 });
      await store.given.work(tenantId, id, NOW + 5);
      expect(await claim(store, NOW + 4)).toEqual([]);
      expect(await claim(store, NOW + 5)).toMatchObject([{ fence: 2n, wakes: 2n, failures: 3 }]);
    });

    test('what a turn left is told to the next claim, and to none after it', async () => {
      const store = await make();
      const { id } = await known(store);
      const turn = async (unfinished: boolean) => {
        const [lease] = await claim(store, NOW);
        await store.work.release(lease!, { ...later, dueAt: NOW, failures: 0, unfinished });
        return lease!.unfinished;
      };
      expect([await turn(true), await turn(true), await turn(false), await turn(true)]).toEqual([
        false,
        true,
        true,
        false,
      ]);
      // Whoever claims one certain connection begins anew, and so does whoever comes after one that died.
      expect(await claimOne(store, id, NOW)).toMatchObject({ unfinished: false });
      expect(await claim(store, NOW + MINUTE_MS)).toMatchObject([{ unfinished: false }]);
    });

    test('is claimed by priority, then by how long it is due; the answer is in the order of the ids', async () => {
      const store = await make();
      const [backfill, young, old, confirm] = [
        await known(store),
        await known(store),
        await known(store),
        await known(store),
      ];
      const turns = [
        [backfill, PRIORITY.backfill, NOW - 3],
        [young, PRIORITY.live, NOW - 1],
        [old, PRIORITY.live, NOW - 2],
        [confirm, PRIORITY.confirm, NOW],
      ] as const;
      const leases = await claim(store, NOW);
      for (const [{ id }, priority, dueAt] of turns)
        await store.work.release(leases.find((lease) => lease.connectionId === id)!, { priority, dueAt, failures: 0 });
      expect(idsOf(await claim(store, NOW, 2))).toEqual([old.id, confirm.id]);
      expect(idsOf(await claim(store, NOW, 1))).toEqual([young.id]);
      expect(idsOf(await claim(store, NOW, 1))).toEqual([backfill.id]);
      expect(await claim(store, NOW)).toEqual([]);
    });

    test('among equals the id decides', async () => {
      const store = await make();
      const [first, second] = [await known(store), await known(store)];
      expect(idsOf(await claim(store, NOW, 1))).toEqual([first.id]);
      expect(idsOf(await claim(store, NOW, 1))).toEqual([second.id]);
    });

    test('a connection that is not due is left alone', async () => {
      const store = await make();
      const { id } = await known(store, NOW + 1);
      expect(await claim(store, NOW)).toEqual([]);
      expect(idsOf(await claim(store, NOW + 1))).toEqual([id]);
    });

    test('a connection that is held is left alone until its lease ends, and then has a higher fence', async () => {
      const store = await make();
      await known(store);
      await claim(store, NOW);
      expect(await claim(store, NOW + MINUTE_MS - 1, 10, 'b')).toEqual([]);
      expect(await claim(store, NOW + MINUTE_MS, 10, 'b')).toMatchObject([{ fence: 2n }]);
    });

    test('a wake makes a connection due earlier and more urgent, never later or less', async () => {
      const store = await make();
      const [one, other] = [await known(store), await known(store)];
      for (const lease of await claim(store, NOW))
        await store.work.release(lease, { ...later, priority: PRIORITY.backfill });
      await one.wake(NOW + 5);
      await one.wake(NOW + 3 * 60 * MINUTE_MS, PRIORITY.backfill);
      await other.wake(NOW + 4, PRIORITY.backfill);
      expect(await claim(store, NOW + 5, 1)).toMatchObject([{ connectionId: one.id, wakes: 3n }]);
      expect(idsOf(await claim(store, NOW + 5))).toEqual([other.id]);
    });

    test('a wake that a claim takes during a turn makes the connection due again when the turn ends', async () => {
      const store = await make();
      const { id, wake } = await known(store);
      const [lease] = await claim(store, NOW);
      await wake(NOW + 2, PRIORITY.confirm);
      expect(await claim(store, NOW + 2)).toEqual([]);
      await store.work.release(lease!, { ...later, priority: PRIORITY.backfill });
      const rival = await known(store, NOW);
      expect(idsOf(await claim(store, NOW + 3, 1))).toEqual([id]);
      expect(idsOf(await claim(store, NOW + 3))).toEqual([rival.id]);
    });

    test('a wake during a turn that no claim has taken yet counts after the turn', async () => {
      const store = await make();
      const { id, wake } = await known(store);
      const [lease] = await claim(store, NOW);
      await wake(NOW + 2);
      await store.work.release(lease!, later);
      expect(idsOf(await claim(store, NOW + 3))).toEqual([id]);
    });

    test('without a wake the next turn is when the last one said', async () => {
      const store = await make();
      const { id } = await known(store);
      const [lease] = await claim(store, NOW);
      await store.work.release(lease!, { ...later, failures: 2 });
      expect(await claim(store, later.dueAt - 1)).toEqual([]);
      expect(await claim(store, later.dueAt)).toMatchObject([{ connectionId: id, failures: 2 }]);
    });

    test('a wake of a connection that nobody knows is nothing', async () => {
      const store = await make();
      const tenantId = await store.given.tenant();
      await store.given.wake(tenantId, 'con_gone', NOW, PRIORITY.live);
      expect(await claim(store, NOW)).toEqual([]);
      expect(await store.seen.woken()).toEqual([]);
    });

    test('one certain connection is claimed, due or not, unless somebody has it', async () => {
      const store = await make();
      const { id } = await known(store, NOW + 60 * MINUTE_MS);
      expect(await claimOne(store, id, NOW)).toMatchObject({ connectionId: id, fence: 1n, wakes: 0n });
      expect(await claimOne(store, id, NOW + MINUTE_MS - 1)).toBeNull();
      expect(await claimOne(store, id, NOW + MINUTE_MS)).toMatchObject({ fence: 2n });
      expect(await claimOne(store, 'con_gone', NOW)).toBeNull();
    });

    test('leases that are still held are extended, the others are not', async () => {
      const store = await make();
      const [held, taken, given] = [await known(store), await known(store), await known(store)];
      const [first, second, third] = await claim(store, NOW);
      await store.work.release(third!, later);
      await store.work.extend([first!], NOW + 10 * MINUTE_MS);
      expect(idsOf(await claim(store, NOW + 2 * MINUTE_MS, 10, 'b'))).toEqual([taken.id]);
      const kept = await store.work.extend([third!, second!, first!], NOW + 20 * MINUTE_MS);
      expect(kept).toEqual([first]);
      expect(await claimOne(store, held.id, NOW + 20 * MINUTE_MS - 1)).toBeNull();
      expect(await claimOne(store, given.id, NOW)).not.toBeNull();
      expect(await store.work.extend([], NOW)).toEqual([]);
    });

    test('a connection that was taken over is not given back by the one who had it', async () => {
      const store = await make();
      const { id } = await known(store);
      const [old] = await claim(store, NOW);
      const [fresh] = await claim(store, NOW + MINUTE_MS, 10, 'b');
      await store.work.release(old!, { ...later, dueAt: NOW, failures: 9 });
      expect(await claimOne(store, id, NOW + MINUTE_MS)).toBeNull();
      await store.work.release(fresh!, later);
      expect(await claimOne(store, id, NOW + MINUTE_MS)).toMatchObject({ failures: 0 });
    });

    test('tells how long until something is due: what is held counts from the end of its lease', async () => {
      const store = await make();
      expect(await store.work.nextDue(NOW)).toBeNull();
      await known(store, NOW + 5 * MINUTE_MS);
      expect(await store.work.nextDue(NOW)).toBe(5 * MINUTE_MS);
      await known(store);
      expect(await store.work.nextDue(NOW + 7)).toBe(0);
      await claim(store, NOW);
      expect(await store.work.nextDue(NOW)).toBe(MINUTE_MS);
    });
  });
}
