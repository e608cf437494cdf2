import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../test/support/postgres.ts';
import type { SourceRecord } from '../../connectors/sdk/index.ts';
import { systemClock } from '../../kernel/clock.ts';
import { idMaker } from '../../kernel/ids.ts';
import { systemRandom } from '../../kernel/random.ts';
import { addWork, type Lease, pgWorkStore } from '../../platform/engine/index.ts';
import { asOwner, rows, sql } from '../../platform/store/index.ts';
import { pgSyncStore, type SyncStore } from './index.ts';

const NOW = Date.UTC(2026, 10, 1);

let made: TestDatabase;
let store: SyncStore;
let lease: Lease;
beforeAll(async () => {
  made = await testDatabase();
  store = pgSyncStore(made.database, { makeId: idMaker(systemClock, systemRandom) });
  await made.database.tenant(made.tenantId, (tx) => addWork(tx, made.tenantId, made.connectionId, NOW));
  const request = { connectionId: made.connectionId, owner: 'a', now: NOW, lease_ms: 60_000 };
  lease = (await pgWorkStore(made.database).claimOne(request))!;
});
afterAll(() => made.close());
beforeEach(async () => {
  await query(sql`delete from records`);
  await query(sql`delete from checkpoints`);
});

const query = <R>(statement: ReturnType<typeof sql<R>>) => asOwner(made.owner, (tx) => rows<R>(tx, statement));

const record = (version: number | null, body: string, over: Partial<SourceRecord> = {}): SourceRecord => ({
  stream: 's',
  externalId: 'x',
  version,
  aliases: [],
  settled: false,
  createdAt: NOW,
  deleted: false,
  body,
  ...over,
});

const commit = (records: readonly SourceRecord[], readAt = NOW, over = {}) =>
  store.commitPage(lease, {
    stream: 's',
    cursor: null,
    checkpoint: { to: readAt },
    progress: 1,
    records,
    follow: [],
    readAt,
    ...over,
  });

const bodies = async () =>
  (await query(sql<{ body: string }>`select body from records order by external_id`)).map(({ body }) =>
    JSON.parse(body),
  );

describe('of one object', () => {
  test('an older version never takes the place of a newer one', async () => {
    expect(await commit([record(5, 'five')])).toBe(1);
    expect(await commit([record(4, 'four')], NOW + 1_000)).toBe(0);
    expect(await bodies()).toEqual(['five']);
    expect(await commit([record(6, 'six')], NOW + 2_000)).toBe(1);
    expect(await bodies()).toEqual(['six']);
  });

  test('the newest version counts, wherever in a page it stands', async () => {
    await commit([record(5, 'five'), record(4, 'four')]);
    expect(await bodies()).toEqual(['five']);
    await commit([record(7, 'seven'), record(8, 'eight'), record(6, 'six')]);
    expect(await bodies()).toEqual(['eight']);
  });

  test('two readings of the same second leave the later one', async () => {
    await commit([record(5, 'first')]);
    expect(await commit([record(5, 'second')], NOW + 1)).toBe(1);
    expect(await bodies()).toEqual(['second']);
    await commit([record(5, 'third'), record(5, 'fourth')], NOW + 2);
    expect(await bodies()).toEqual(['fourth']);
  });

  test('without a version the later write counts, although the clock of the one before was ahead', async () => {
    await commit([record(null, 'by a clock that is ahead')], NOW + 10);
    await commit([record(null, 'later')], NOW);
    expect(await bodies()).toEqual(['later']);
  });

  test('the same again is no news', async () => {
    await commit([record(5, 'five')]);
    await query(sql`update records set normalised = true`);
    expect(await commit([record(5, 'five')], NOW + 1)).toBe(0);
    await commit([record(6, 'five')], NOW + 2);
    expect(await query(sql`select normalised from records`)).toEqual([{ normalised: true }]);
    await commit([record(7, 'five', { deleted: true })], NOW + 3);
    expect(await query(sql`select normalised from records`)).toEqual([{ normalised: false }]);
  });
});

describe('a page', () => {
  test('is stored with its checkpoint or not at all', async () => {
    await commit([record(1, 'one')]);
    const bad = record(2, 'two', { externalId: 'y', createdAt: 9e15 });
    await expect(commit([record(2, 'two'), bad], NOW + 1)).rejects.toThrow();
    expect(await bodies()).toEqual(['one']);
    const [row] = await query(sql<{ checkpoint: string }>`select checkpoint from checkpoints`);
    expect(JSON.parse(row!.checkpoint)).toEqual({ to: NOW });
  });

  test('of a worker that has lost the connection is refused', async () => {
    await commit([record(1, 'one')]);
    const old: Lease = { ...lease, fence: lease.fence - 1n };
    const page = {
      stream: 's',
      cursor: null,
      checkpoint: null,
      progress: 1,
      records: [record(9, 'stale')],
      follow: [],
      readAt: NOW,
    };
    await expect(store.commitPage(old, page)).rejects.toMatchObject({ code: 'engine.lease_lost' });
    expect(await bodies()).toEqual(['one']);
  });
});
