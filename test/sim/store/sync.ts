import { commitApart } from '../../../src/hub/sync/commit-apart.ts';
import { RUN_ENDS, SYNC_RUN_TABLE } from '../../../src/hub/sync/states.ts';
import type { PageCommit, RunResult, StreamState, SyncStore } from '../../../src/hub/sync/store.ts';
import { recordSubject } from '../../../src/hub/sync/stored.ts';
import type { MakeId, RunId } from '../../../src/kernel/ids.ts';
import { type Json, parseJson, writeJson } from '../../../src/kernel/json.ts';
import { stateAfter } from '../../../src/kernel/state-table.ts';
import type { Lease } from '../../../src/platform/engine/index.ts';
import { raiseAttention } from './audit.ts';
import { commitFacts } from './facts.ts';
import { clearReads, dueReads, failRead, markReads, takeEvents } from './reads.ts';
import { Bodies, oldestOpenAt, related, saveRecords, toNormalise } from './records.ts';
import type { MemoryTables } from './tables.ts';
import { jsonbText } from './values.ts';
import { compareText, underLease } from './work.ts';

export interface SyncDoors {
  readonly makeId: MakeId;
}

/** `hub/sync/store.pg.ts` over tables in memory. */
export function memorySyncStore(tables: MemoryTables, { makeId }: SyncDoors): SyncStore {
  const bodies = new Bodies();
  const under = <T>(lease: Lease, work: () => T) => underLease(tables, lease, work);
  return {
    streamStates: async (connection) => streamStates(tables, connection.id),
    oldestOpenAt: async (connection, stream) => oldestOpenAt(tables, connection.id, stream),
    dropCursor: (lease, stream) => under(lease, () => dropCursor(tables, lease, stream)),
    commitPage: (lease, page) => under(lease, () => commitPage(tables, lease, page)),
    dueReads: async (connection, limit, now) => dueReads(tables, connection.id, limit, now),
    commitRead: (lease, { ref, records, follow, readAt }) =>
      under(lease, () => {
        const changed = saveRecords(tables, lease, records, readAt);
        clearReads(tables, lease, [ref], readAt);
        markReads(tables, lease, follow, readAt);
        return changed;
      }),
    failRead: (lease, ref, failure, now) =>
      under(lease, () => {
        failRead(tables, lease, ref, failure);
        if (failure.notBefore !== null) return;
        const { tenantId, connectionId } = lease;
        const item = { code: 'record.unreadable', subject: recordSubject(connectionId, ref) } as const;
        raiseAttention(tables, { tenantId, connectionId, ...item, detail: failure.problem }, makeId, now);
      }),
    takeEvents: (lease, now) => under(lease, () => takeEvents(tables, lease, now)),
    toNormalise: async (connection, limit) => toNormalise(tables, bodies, connection, limit),
    related: async (connection, refs) => related(tables, bodies, connection, refs),
    commitFacts: (lease, commits, now) =>
      commitApart(commits, (some) => under(lease, () => commitFacts(tables, { makeId, lease, now }, some))),
    startRun: (lease, id, now) => under(lease, () => startRun(tables, lease, id, now)),
    finishRun: (lease, id, result, now) => under(lease, () => finishRun(tables, id, result, now)),
  };
}

function streamStates(tables: MemoryTables, connectionId: string): StreamState[] {
  return tables.checkpoints
    .by('connection', connectionId)
    .sort((a, b) => compareText(a.stream, b.stream))
    .map(({ stream, cursor, checkpoint, completedAt }) => ({ stream, cursor, checkpoint, completedAt }));
}

function dropCursor(tables: MemoryTables, { connectionId }: Lease, stream: string): void {
  const key = `${connectionId} ${stream}`;
  if (tables.checkpoints.get(key) !== undefined) tables.checkpoints.update(key, { cursor: null });
}

function commitPage(tables: MemoryTables, lease: Lease, page: PageCommit): number {
  const { connectionId, tenantId } = lease;
  const { stream, records, follow, progress, readAt } = page;
  const changed = saveRecords(tables, lease, records, readAt);
  clearReads(tables, lease, records, readAt);
  markReads(tables, lease, follow, readAt);
  const key = `${connectionId} ${stream}`;
  const known = tables.checkpoints.get(key);
  const reached = {
    cursor: stored(page.cursor),
    checkpoint: stored(page.checkpoint),
    progress,
    completedAt: page.cursor === null ? readAt : (known?.completedAt ?? null),
  };
  if (known === undefined) tables.checkpoints.insert({ tenantId, connectionId, stream, ...reached });
  else tables.checkpoints.update(key, reached);
  return changed;
}

/** As it comes back from its text. */
function stored(value: Json | null): Json | null {
  return value === null ? null : parseJson(jsonbText(writeJson(value)));
}

function startRun(tables: MemoryTables, { connectionId, tenantId }: Lease, id: RunId, now: number): void {
  endLostRun(tables, connectionId, now);
  const counts = { pages: 0, records: 0, changed: 0, errorCode: null, errorDetail: null };
  const state = stateAfter(SYNC_RUN_TABLE, 'absent', 'start')!;
  tables.syncRuns.insert({ id, tenantId, connectionId, state, ...counts, startedAt: now, finishedAt: null });
}

/** The newest run that is open, when its worker is gone. */
function endLostRun(tables: MemoryTables, connectionId: string, now: number): void {
  const [run] = tables.syncRuns.by('open', connectionId).sort((a, b) => b.startedAt - a.startedAt);
  const state = run === undefined ? null : stateAfter(SYNC_RUN_TABLE, run.state, 'lose');
  if (state === null) return;
  tables.syncRuns.update(run!.id, {
    state,
    errorCode: 'engine.lease_lost',
    errorDetail: 'The worker ended within its turn.',
    finishedAt: now,
  });
}

function finishRun(tables: MemoryTables, id: RunId, result: RunResult, now: number): void {
  const run = tables.syncRuns.get(id);
  const state = run === undefined ? null : stateAfter(SYNC_RUN_TABLE, run.state, RUN_ENDS[result.state]);
  if (state === null) return;
  tables.syncRuns.update(id, {
    state,
    pages: result.pages,
    records: result.records,
    changed: result.changed,
    errorCode: result.error?.code ?? null,
    errorDetail: result.error?.detail ?? null,
    finishedAt: now,
  });
}
