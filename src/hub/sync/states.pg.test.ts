import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../test/support/postgres.ts';
import { systemClock } from '../../kernel/clock.ts';
import { idMaker, type RunId } from '../../kernel/ids.ts';
import { systemRandom } from '../../kernel/random.ts';
import { stateAfter } from '../../kernel/state-table.ts';
import { addWork, type Lease, pgWorkStore } from '../../platform/engine/index.ts';
import { asOwner, at, rows, sql } from '../../platform/store/index.ts';
import { pgSyncStore, type SyncStore } from './index.ts';
import { RUN_ENDS, SYNC_RUN_STATES, SYNC_RUN_TABLE, type SyncRunState } from './states.ts';

const NOW = Date.UTC(2026, 10, 1);
const FIRST = 'run_1' as RunId;
const SECOND = 'run_2' as RunId;
const REPORTED = ['done', 'partly', 'stopped'] as const;
const RESULT = { pages: 3, records: 2, changed: 1, error: null };

let made: TestDatabase;
let store: SyncStore;
let lease: Lease;
const makeId = idMaker(systemClock, systemRandom);
beforeAll(async () => {
  made = await testDatabase();
  store = pgSyncStore(made.database, { makeId });
  await made.database.tenant(made.tenantId, (tx) => addWork(tx, made.tenantId, made.connectionId, NOW));
  lease = await claim(NOW);
});
afterAll(() => made.close());
beforeEach(() => query(sql`delete from sync_runs`));

const query = <R>(statement: ReturnType<typeof sql<R>>) => asOwner(made.owner, (tx) => rows<R>(tx, statement));
const claim = async (now: number) =>
  (await pgWorkStore(made.database).claimOne({
    connectionId: made.connectionId,
    owner: 'a',
    now,
    lease_ms: 60_000,
  }))!;
const runs = () =>
  query(sql<{ id: string; state: SyncRunState; pages: number; error: string | null; isOver: boolean }>`
    select id, state, pages, error_code as error, finished_at is not null as "isOver" from sync_runs order by id`);
const put = (state: SyncRunState) =>
  query(
    sql`insert into sync_runs (id, tenant_id, connection_id, state, started_at) values (${FIRST}, ${made.tenantId}, ${made.connectionId}, ${state}, ${at(NOW)})`,
  );

describe.each(SYNC_RUN_STATES)('a run that is %s', (state) => {
  beforeEach(() => put(state));

  test.each(REPORTED)('and is said to be %s goes where the table says, or is left as it is', async (reported) => {
    const [before] = await runs();
    await store.finishRun(lease, FIRST, { ...RESULT, state: reported }, NOW + 1);
    const next = stateAfter(SYNC_RUN_TABLE, state, RUN_ENDS[reported]);
    const [after] = await runs();
    expect(after).toEqual(next === null ? before : { ...before, state: next, pages: 3, isOver: true });
  });

  test('and is followed by another was lost by its worker, or is left as it is', async () => {
    const [before] = await runs();
    await store.startRun(lease, SECOND, NOW + 1);
    const next = stateAfter(SYNC_RUN_TABLE, state, 'lose');
    const [after, second] = await runs();
    expect(after).toEqual(
      next === null ? before : { ...before, state: next, error: 'engine.lease_lost', isOver: true },
    );
    expect(second).toMatchObject({ id: SECOND, state: stateAfter(SYNC_RUN_TABLE, 'absent', 'start') });
  });
});

test('a worker that ended within its turn leaves no run that runs for ever', async () => {
  await store.startRun(lease, FIRST, NOW);
  const later = await claim(NOW + 120_000);
  await expect(store.finishRun(lease, FIRST, { ...RESULT, state: 'done' }, NOW + 120_000)).rejects.toMatchObject({
    code: 'engine.lease_lost',
  });
  await store.startRun(later, SECOND, NOW + 120_000);
  expect((await runs()).map(({ state }) => state)).toEqual(['stopped', 'running']);
  await store.finishRun(later, SECOND, { ...RESULT, state: 'done' }, NOW + 120_001);
  expect((await runs()).map(({ state }) => state)).toEqual(['stopped', 'done']);
  lease = later;
});
