import { describe, expect, test } from 'vitest';
import { aPage, aRecord, arrive } from './sync-fixtures.ts';
import { aLease, MINUTE_MS, NOW, type StoreUnderTest } from './under-test.ts';

const LATER = NOW + MINUTE_MS;
const ref = (externalId: string, stream = 's') => ({ stream, externalId });

/** How every store keeps what is to be read one by one, and takes events. */
export function describeReads(name: string, make: () => Promise<StoreUnderTest>): void {
  async function start() {
    const store = await make();
    const leased = await aLease(store);
    const { connection, lease } = leased;
    const mark = (ids: readonly string[], readAt = NOW, stream = 's') =>
      store.sync.commitPage(lease, aPage([], { follow: ids.map((id) => ref(id, stream)), readAt }));
    const due = async (now = LATER, limit = 100) => store.sync.dueReads(connection, limit, now);
    const idsDue = async (now = LATER, limit = 100) => (await due(now, limit)).map(({ externalId }) => externalId);
    const attention = () => store.seen.attention(connection.tenantId);
    return { store, ...leased, leased, mark, due, idsDue, attention };
  }

  describe(`${name}: single reads`, () => {
    test('come in the order in which they were asked for, and no more than asked', async () => {
      const { mark, idsDue } = await start();
      await mark(['late'], NOW + 2);
      await mark(['b', 'a', 'b'], NOW + 1);
      await mark(['0'], NOW + 1, 't');
      await mark(['first'], NOW);
      expect(await idsDue()).toEqual(['first', 'a', 'b', '0', 'late']);
      expect(await idsDue(LATER, 2)).toEqual(['first', 'a']);
      expect(await idsDue(NOW + 1)).toEqual(['first', 'a', 'b', '0']);
    });

    test('belong to their connection', async () => {
      const { mark, store } = await start();
      await mark(['x']);
      const { connection: other } = await aLease(store);
      expect(await store.sync.dueReads(other, 10, LATER)).toEqual([]);
    });

    test('that failed wait, behind nobody once their time comes', async () => {
      const { mark, store, lease, due, idsDue, attention, connection } = await start();
      await mark(['x']);
      await mark(['y'], NOW + 1);
      await store.sync.failRead(lease, ref('x'), { problem: 'away', notBefore: LATER }, NOW);
      expect(await idsDue(LATER - 1)).toEqual(['y']);
      expect(await due(LATER)).toEqual([
        { ...ref('x'), attempts: 1 },
        { ...ref('y'), attempts: 0 },
      ]);
      await store.sync.failRead(lease, ref('x'), { problem: 'still away', notBefore: LATER }, NOW);
      expect(await due(LATER)).toMatchObject([{ attempts: 2 }, { attempts: 0 }]);
      expect(await store.seen.reads(connection.id)).toEqual([
        { externalId: 'x', notBefore: LATER, problem: 'still away' },
        { externalId: 'y', notBefore: NOW + 1, problem: null },
      ]);
      expect(await attention()).toEqual([]);
    });

    test('asked for anew begin anew', async () => {
      const { mark, store, lease, due, connection } = await start();
      await mark(['x']);
      await mark(['y'], NOW + 1);
      await store.sync.failRead(lease, ref('x'), { problem: 'away', notBefore: LATER * 2 }, NOW);
      await mark(['x'], NOW + 2);
      expect(await due(NOW + 2)).toEqual([
        { ...ref('y'), attempts: 0 },
        { ...ref('x'), attempts: 0 },
      ]);
      expect(await store.seen.reads(connection.id)).toMatchObject([{ problem: null }, { problem: null }]);
    });

    test('that are given up are never due, and shown', async () => {
      const { mark, store, lease, idsDue, attention, connection } = await start();
      await mark(['x']);
      await store.sync.failRead(lease, ref('x'), { problem: 'it is gone', notBefore: null }, NOW + 1);
      expect(await idsDue(Date.UTC(9_999, 0, 1))).toEqual([]);
      expect(await store.seen.reads(connection.id)).toEqual([
        { externalId: 'x', notBefore: Number.POSITIVE_INFINITY, problem: 'it is gone' },
      ]);
      expect(await attention()).toEqual([
        {
          connectionId: connection.id,
          code: 'record.unreadable',
          subject: `${connection.id}/s/x`,
          detail: 'it is gone',
          openedAt: NOW + 1,
          resolvedAt: null,
        },
      ]);
    });

    for (const how of ['alone', 'with a list'] as const)
      test(`that were given up are found again when they are read ${how}`, async () => {
        const { mark, store, lease, attention, connection } = await start();
        await mark(['x', 'y']);
        for (const id of ['x', 'y'])
          await store.sync.failRead(lease, ref(id), { problem: 'gone', notBefore: null }, NOW);
        const records = [aRecord('x', 1)];
        if (how === 'alone') await store.sync.commitRead(lease, { ref: ref('x'), records, follow: [], readAt: LATER });
        else await store.sync.commitPage(lease, aPage(records, { readAt: LATER }));
        expect((await attention()).map(({ subject, resolvedAt }) => [subject, resolvedAt])).toEqual([
          [`${connection.id}/s/x`, LATER],
          [`${connection.id}/s/y`, null],
        ]);
        expect(await store.seen.reads(connection.id)).toMatchObject([{ externalId: 'y' }]);
      });

    test('that are read in time leave what else is open about the object', async () => {
      const { mark, store, lease, attention, connection } = await start();
      const item = { tenantId: connection.tenantId, connectionId: connection.id, detail: 'odd' };
      await store.audit.raise({ ...item, code: 'record.unreadable', subject: `${connection.id}/s/x` }, NOW);
      await mark(['x']);
      await store.sync.commitRead(lease, { ref: ref('x'), records: [], follow: [], readAt: LATER });
      expect(await attention()).toMatchObject([{ resolvedAt: null }]);
    });

    test('are done when they were read, and ask for more', async () => {
      const { mark, store, lease, idsDue, connection } = await start();
      await mark(['x', 'z']);
      const records = [aRecord('x', 1), aRecord('y', 1), aRecord('z', 1)];
      const follow = [ref('more'), ref('more')];
      expect(await store.sync.commitRead(lease, { ref: ref('x'), records, follow, readAt: NOW + 1 })).toBe(3);
      expect(await idsDue()).toEqual(['z', 'more']);
      expect(await store.sync.toNormalise(connection, 10)).toHaveLength(3);
      await store.sync.commitPage(lease, aPage([aRecord('z', 1)], { follow: [ref('z')], readAt: NOW + 2 }));
      expect(await idsDue()).toEqual(['more', 'z']);
    });

    test('of something that nobody asked for fail without a trace, unless it is given up', async () => {
      const { store, lease, attention, connection } = await start();
      await store.sync.failRead(lease, ref('x'), { problem: 'away', notBefore: LATER }, NOW);
      expect(await store.seen.reads(connection.id)).toEqual([]);
      expect(await attention()).toEqual([]);
      await store.sync.failRead(lease, ref('x'), { problem: 'gone', notBefore: null }, NOW);
      expect(await store.seen.reads(connection.id)).toEqual([]);
      expect(await attention()).toMatchObject([{ detail: 'gone' }]);
    });
  });

  describe(`${name}: events`, () => {
    test('are taken once; what they touch is due, and what they wake is told once and in order', async () => {
      const { store, leased, lease, due, connection } = await start();
      await arrive(store, leased, [
        { touches: [ref('x'), ref('y')], wakes: ['refunds', 'charges'] },
        { touches: [ref('x')], wakes: ['charges'] },
        { touches: [ref('z')], wakes: ['disputes'], ignoredBecause: 'nothing for the books' },
      ]);
      expect(await store.sync.takeEvents(lease, LATER)).toEqual({ taken: 2, wakes: ['charges', 'refunds'] });
      expect(await due()).toEqual([
        { ...ref('x'), attempts: 0 },
        { ...ref('y'), attempts: 0 },
      ]);
      expect(await store.sync.takeEvents(lease, LATER + 1)).toEqual({ taken: 0, wakes: [] });
      expect((await store.seen.events(connection.id)).map(({ state, settledAt }) => [state, settledAt])).toEqual([
        ['done', LATER],
        ['done', LATER],
        ['ignored', NOW],
      ]);
    });

    test('of another connection are left to it', async () => {
      const { store, leased, connection } = await start();
      const other = await aLease(store, { tenantId: connection.tenantId });
      await arrive(store, leased, [{ touches: [ref('x')] }]);
      expect(await store.sync.takeEvents(other.lease, LATER)).toEqual({ taken: 0, wakes: [] });
      expect(await store.seen.events(connection.id)).toMatchObject([{ state: 'received', settledAt: null }]);
    });

    test('bring back what had been given up', async () => {
      const { mark, store, leased, lease, due } = await start();
      await mark(['x']);
      await store.sync.failRead(lease, ref('x'), { problem: 'gone', notBefore: null }, NOW);
      await arrive(store, leased, [{ touches: [ref('x')] }]);
      await store.sync.takeEvents(lease, LATER);
      expect(await due(LATER)).toEqual([{ ...ref('x'), attempts: 0 }]);
    });
  });
}
