import { describe, expect, test } from 'vitest';
import type { SourceRecord } from '../../../src/connectors/sdk/index.ts';
import { type FactsCommit, refKey } from '../../../src/hub/sync/understood.ts';
import type { RunId } from '../../../src/kernel/ids.ts';
import type { Lease } from '../../../src/platform/engine/index.ts';
import { aPage, aRecord, understandAll } from './sync-fixtures.ts';
import { aLease, type Leased, lost, MINUTE_MS, makeId, NOW, type StoreUnderTest } from './under-test.ts';

const LATER = NOW + MINUTE_MS;

/** How every store keeps what was read: records, how far streams are read, runs. */
export function describeRecords(name: string, make: () => Promise<StoreUnderTest>): void {
  async function start() {
    const store = await make();
    const leased = await aLease(store);
    const commit = (records: readonly SourceRecord[], readAt = NOW) =>
      store.sync.commitPage(leased.lease, aPage(records, { readAt }));
    const bodies = async () => (await store.sync.toNormalise(leased.connection, 100)).map(({ body }) => body);
    return { store, ...leased, leased, commit, bodies };
  }

  describe(`${name}: of one object`, () => {
    test('an older version never takes the place of a newer one', async () => {
      const { commit, bodies } = await start();
      expect(await commit([aRecord('x', 5)])).toBe(1);
      expect(await commit([aRecord('x', 4)], LATER)).toBe(0);
      expect(await bodies()).toEqual(['x 5']);
      expect(await commit([aRecord('x', 6)], LATER)).toBe(1);
      expect(await bodies()).toEqual(['x 6']);
    });

    test('the newest version counts, wherever in a page it stands', async () => {
      const { commit, bodies } = await start();
      expect(await commit([aRecord('x', 7), aRecord('x', 8), aRecord('x', 6)])).toBe(1);
      expect(await bodies()).toEqual(['x 8']);
    });

    test('of the same version the later reading counts, and the later one in a page', async () => {
      const { commit, bodies } = await start();
      await commit([aRecord('x', 5)]);
      expect(await commit([aRecord('x', 5, { body: 'again' })], LATER)).toBe(1);
      expect(await bodies()).toEqual(['again']);
      await commit([aRecord('x', 5, { body: 'third' }), aRecord('x', 5, { body: 'fourth' })], LATER);
      expect(await bodies()).toEqual(['fourth']);
    });

    test('without a version the later write counts, whatever two clocks say, and the same again is not written', async () => {
      const { commit, bodies } = await start();
      await commit([aRecord('x', null, { body: 'by a clock that is ahead' })], LATER);
      expect(await commit([aRecord('x', null, { body: 'second' })])).toBe(1);
      expect(await bodies()).toEqual(['second']);
      expect(await commit([aRecord('x', null, { body: 'second' })], LATER)).toBe(0);
      expect(await commit([aRecord('x', null, { body: 'second', settled: true })], LATER)).toBe(1);
    });

    test('in one page a record without a version is as new as its reading', async () => {
      const { commit, bodies } = await start();
      await commit([aRecord('y', null, { body: 'now' }), aRecord('y', NOW - 1, { body: 'before' })]);
      expect(await bodies()).toEqual(['now']);
    });

    test('the same again is no news; a newer version with the same body is, but is not understood anew', async () => {
      const { commit, store, leased, bodies } = await start();
      await commit([aRecord('x', 5, { body: 'one' })]);
      await understandAll(store, leased, () => ({}));
      expect(await commit([aRecord('x', 5, { body: 'one' })], LATER)).toBe(0);
      expect(await commit([aRecord('x', 6, { body: 'one' })], LATER)).toBe(1);
      expect(await commit([aRecord('x', 6, { body: 'one', settled: true })], LATER)).toBe(1);
      expect(await bodies()).toEqual([]);
      expect(await commit([aRecord('x', 6, { body: 'one', deleted: true })], LATER)).toBe(1);
      expect(await bodies()).toEqual(['one']);
    });

    test('a change that comes before the record was understood leaves it to be understood', async () => {
      const { commit, bodies } = await start();
      await commit([aRecord('x', 5, { body: 'one' })]);
      await commit([aRecord('x', 6, { body: 'one' })]);
      expect(await bodies()).toEqual(['one']);
    });

    test('all is kept as it was read; its beginning is that of the first reading', async () => {
      const { commit, store, connection } = await start();
      const body = { text: 'ü € 😀 \\u0000', list: [1, null, true], deep: { n: -3 } };
      await commit([aRecord('x', 5, { body, createdAt: NOW - 1 })]);
      await commit([aRecord('x', 6, { body, createdAt: NOW, settled: true, deleted: true, aliases: ['a'] })]);
      expect(await store.sync.toNormalise(connection, 1)).toEqual([
        {
          stream: 's',
          externalId: 'x',
          version: 6,
          aliases: [],
          settled: true,
          deleted: true,
          createdAt: NOW - 1,
          body,
          bodySha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
      ]);
    });
  });

  describe(`${name}: what is to be understood`, () => {
    test('comes oldest first, what has no date at the end, and no more than asked for', async () => {
      const { commit, store, connection } = await start();
      await commit([
        aRecord('d', 1, { createdAt: null }),
        aRecord('c', 1),
        aRecord('b', 1),
        aRecord('a', 1, { stream: 't' }),
        aRecord('z', 1, { createdAt: NOW - 1 }),
      ]);
      const ids = async (limit: number) =>
        (await store.sync.toNormalise(connection, limit)).map(({ externalId }) => externalId);
      expect(await ids(10)).toEqual(['z', 'b', 'c', 'a', 'd']);
      expect(await ids(2)).toEqual(['z', 'b']);
    });

    test('is found by id and by alias; of several the one that came to be last', async () => {
      const { commit, store, connection } = await start();
      await commit([
        aRecord('ch_2', 1, { aliases: ['pi', 'other'] }),
        aRecord('ch_1', 1, { aliases: ['pi'] }),
        aRecord('ch_3', 1, { aliases: ['pi'], createdAt: NOW - 1 }),
        aRecord('ch_4', 1, { stream: 't', aliases: ['pi'], createdAt: NOW + 1 }),
      ]);
      const asked = ['ch_1', 'pi', 'other', 'gone', 'pi'].map((externalId) => ({ stream: 's', externalId }));
      const found = await store.sync.related(connection, asked);
      const named = asked.map((ref) => found.get(refKey(ref))?.externalId);
      expect(named).toEqual(['ch_1', 'ch_2', 'ch_2', undefined, 'ch_2']);
      expect(found.size).toBe(3);
      await commit([aRecord('ch_0', 1, { aliases: ['pi'], createdAt: null })]);
      const again = await store.sync.related(connection, asked);
      expect(again.get(refKey(asked[1]!))?.externalId).toBe('ch_0');
      expect((await store.sync.related(connection, [])).size).toBe(0);
    });

    test('belongs to its connection', async () => {
      const { commit, store } = await start();
      await commit([aRecord('x', 1, { aliases: ['a'] })]);
      const { connection: other } = await aLease(store);
      expect(await store.sync.toNormalise(other, 10)).toEqual([]);
      expect((await store.sync.related(other, [{ stream: 's', externalId: 'x' }])).size).toBe(0);
      expect((await store.sync.related(other, [{ stream: 's', externalId: 'a' }])).size).toBe(0);
    });

    test('the oldest object that can still change bounds what is read again', async () => {
      const { commit, store, connection } = await start();
      expect(await store.sync.oldestOpenAt(connection, 's')).toBeNull();
      await commit([aRecord('a', 1, { createdAt: null })]);
      expect(await store.sync.oldestOpenAt(connection, 's')).toBeNull();
      await commit([
        aRecord('b', 1),
        aRecord('c', 1, { createdAt: NOW - 5 }),
        aRecord('d', 1, { createdAt: NOW - 9, settled: true }),
        aRecord('e', 1, { createdAt: NOW - 9, stream: 't' }),
      ]);
      expect(await store.sync.oldestOpenAt(connection, 's')).toBe(NOW - 5);
      await commit([aRecord('c', 2, { settled: true })]);
      expect(await store.sync.oldestOpenAt(connection, 's')).toBe(NOW);
    });
  });

  describe(`${name}: how far a stream is read`, () => {
    test('is its cursor during a pass, its checkpoint and when it was complete after it', async () => {
      const { store, connection, lease } = await start();
      expect(await store.sync.streamStates(connection)).toEqual([]);
      const [cursor, checkpoint] = [{ after: 'x', list: [1] }, { to: 5 }];
      await store.sync.commitPage(lease, aPage([], { stream: 't', cursor, checkpoint }));
      await store.sync.commitPage(lease, aPage([], { stream: 'b', checkpoint }));
      const reading = { stream: 't', cursor, checkpoint, completedAt: null };
      const done = { stream: 'b', cursor: null, checkpoint, completedAt: NOW };
      expect(await store.sync.streamStates(connection)).toEqual([done, reading]);
      await store.sync.commitPage(lease, aPage([], { stream: 'b', cursor, checkpoint: null, readAt: LATER }));
      expect(await store.sync.streamStates(connection)).toEqual([{ ...done, cursor, checkpoint: null }, reading]);
      await store.sync.commitPage(lease, aPage([], { stream: 'b', readAt: LATER }));
      expect(await store.sync.streamStates(connection)).toMatchObject([{ cursor: null, completedAt: LATER }, reading]);
    });

    test('a cursor that is of no use is dropped, and nothing else', async () => {
      const { store, connection, lease } = await start();
      await store.sync.dropCursor(lease, 's');
      expect(await store.sync.streamStates(connection)).toEqual([]);
      await store.sync.commitPage(lease, aPage([], { cursor: 'c', checkpoint: 'k' }));
      await store.sync.commitPage(lease, aPage([], { stream: 't', cursor: 'c' }));
      await store.sync.dropCursor(lease, 's');
      expect(await store.sync.streamStates(connection)).toMatchObject([
        { stream: 's', cursor: null, checkpoint: 'k' },
        { stream: 't', cursor: 'c' },
      ]);
    });
  });

  describe(`${name}: a page`, () => {
    for (const [what, bad] of [
      ['a date that no calendar has', aRecord('y', 1, { createdAt: 9e15 })],
      ['the year 10,000', aRecord('y', 1, { createdAt: Date.UTC(10_000, 0, 1) })],
      ['a NUL in an id', aRecord('y\0', 1)],
      ['a NUL in an alias', aRecord('y', 1, { aliases: ['\0'] })],
    ] as const)
      test(`with ${what} is stored not at all`, async () => {
        const { commit, bodies, store, connection } = await start();
        await commit([aRecord('x', 1)]);
        await expect(commit([aRecord('x', 2), bad], LATER)).rejects.toThrow();
        expect(await bodies()).toEqual(['x 1']);
        expect(await store.sync.streamStates(connection)).toMatchObject([{ completedAt: NOW }]);
      });

    test('with a NUL in its cursor is refused', async () => {
      const { store, lease, bodies } = await start();
      const page = aPage([aRecord('x', 1)], { cursor: { after: '\0' } });
      await expect(store.sync.commitPage(lease, page)).rejects.toThrow();
      expect(await bodies()).toEqual([]);
    });
  });

  describe(`${name}: runs`, () => {
    const result = { pages: 2, records: 3, changed: 1, error: null };

    test('end as their turn says', async () => {
      const { store, connection, lease } = await start();
      const [whole, part, failed] = [makeId('run'), makeId('run'), makeId('run')];
      const error = { code: 'provider.unavailable', detail: 'It is away.' };
      for (const [id, end] of [
        [whole, { ...result, state: 'done' }],
        [part, { ...result, state: 'partly' }],
        [failed, { ...result, state: 'stopped', error }],
      ] as const) {
        await store.sync.startRun(lease, id, NOW);
        await store.sync.finishRun(lease, id, end, LATER);
      }
      const counts = { pages: 2, records: 3, changed: 1, errorCode: null, errorDetail: null, finishedAt: LATER };
      expect(await store.seen.runs(connection.id)).toEqual([
        { id: whole, state: 'done', ...counts },
        { id: part, state: 'partly', ...counts },
        { id: failed, state: 'stopped', ...counts, errorCode: error.code, errorDetail: error.detail },
      ]);
    });

    test('whose worker is gone are ended by the next one, and by nothing that comes later', async () => {
      const { store, connection, lease } = await start();
      const [gone, next] = [makeId('run'), makeId('run')];
      await store.sync.startRun(lease, gone, NOW);
      await store.sync.startRun(lease, next, LATER);
      await store.sync.finishRun(lease, gone, { ...result, state: 'done' }, LATER + 1);
      const none = { pages: 0, records: 0, changed: 0 };
      expect(await store.seen.runs(connection.id)).toMatchObject([
        { id: gone, state: 'stopped', ...none, errorCode: 'engine.lease_lost', finishedAt: LATER },
        { id: next, state: 'running', ...none, errorCode: null, finishedAt: null },
      ]);
    });

    test('whose worker is gone are found whatever their ids are and their clock said', async () => {
      const { store, connection, lease } = await start();
      const [done, gone, next] = ['run_z', 'run_a', 'run_b'].map((id) => `${id}_${connection.id}`) as RunId[];
      await store.sync.startRun(lease, done!, LATER);
      await store.sync.finishRun(lease, done!, { ...result, state: 'done' }, LATER);
      await store.sync.startRun(lease, gone!, NOW);
      await store.sync.startRun(lease, next!, NOW);
      expect(await store.seen.runs(connection.id)).toMatchObject([
        { id: gone, state: 'stopped', errorCode: 'engine.lease_lost', finishedAt: NOW },
        { id: next, state: 'running' },
        { id: done, state: 'done' },
      ]);
    });
  });

  describe(`${name}: a worker that has lost the connection`, () => {
    const ref = { stream: 's', externalId: 'x' };
    const writes: Record<string, (store: StoreUnderTest, lease: Lease, commits: FactsCommit[]) => Promise<unknown>> = {
      commitPage: ({ sync }, lease) => sync.commitPage(lease, aPage([aRecord('x', 9)], { cursor: 'stale' })),
      commitRead: ({ sync }, lease) =>
        sync.commitRead(lease, { ref, records: [aRecord('x', 9)], follow: [], readAt: NOW }),
      dropCursor: ({ sync }, lease) => sync.dropCursor(lease, 's'),
      failRead: ({ sync }, lease) => sync.failRead(lease, ref, { problem: 'gone', notBefore: null }, NOW),
      takeEvents: ({ sync }, lease) => sync.takeEvents(lease, NOW),
      commitFacts: ({ sync }, lease, commits) => sync.commitFacts(lease, commits, NOW),
      startRun: ({ sync }, lease) => sync.startRun(lease, makeId('run'), NOW),
      finishRun: ({ sync }, lease) =>
        sync.finishRun(lease, 'run_x', { state: 'done', pages: 0, records: 0, changed: 0, error: null }, NOW),
    };

    const everything = async (store: StoreUnderTest, { connection }: Leased) => [
      await store.sync.toNormalise(connection, 10),
      await store.sync.streamStates(connection),
      await store.sync.dueReads(connection, 10, NOW),
      await store.seen.facts(connection.id),
      await store.seen.runs(connection.id),
      await store.seen.attention(connection.tenantId),
    ];

    for (const [verb, write] of Object.entries(writes))
      test(`writes nothing: ${verb}`, async () => {
        const { store, leased, connection, lease } = await start();
        const follow = [ref];
        await store.sync.commitPage(lease, aPage([aRecord('x', 1)], { cursor: 'c', follow }));
        const [record] = await store.sync.toNormalise(connection, 1);
        const before = await everything(store, leased);
        const commits = [{ record: record!, facts: [], problem: 'odd', missing: [] }];
        await expect(write(store, lost(lease), commits)).rejects.toMatchObject({ code: 'engine.lease_lost' });
        expect(await everything(store, leased)).toEqual(before);
      });
  });
}
