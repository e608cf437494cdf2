import type { RecordRef } from '../../../src/connectors/sdk/index.ts';
import { EVENT_TABLE } from '../../../src/hub/inbox/index.ts';
import { recordSubject } from '../../../src/hub/sync/stored.ts';
import { stateAfter } from '../../../src/kernel/state-table.ts';
import type { Lease } from '../../../src/platform/engine/index.ts';
import { resolveAttention } from './audit.ts';
import { type MemoryTables, objectKey } from './tables.ts';
import { instantOf, textOf } from './values.ts';
import { compareText } from './work.ts';

/** An object that was read, alone or with a list, is not due any more; one that had been given up is found again. */
export function clearReads(tables: MemoryTables, lease: Lease, refs: readonly RecordRef[], now: number): void {
  const { connectionId, tenantId } = lease;
  const found: string[] = [];
  for (const ref of refs) {
    const cleared = tables.readsDue.delete(objectKey(connectionId, ref.stream, ref.externalId));
    if (cleared?.notBefore === Number.POSITIVE_INFINITY) found.push(recordSubject(connectionId, ref));
  }
  resolveAttention(tables, tenantId, found, now);
}

export function markReads(tables: MemoryTables, lease: Lease, refs: readonly RecordRef[], now: number): void {
  const { connectionId, tenantId } = lease;
  const due = { markedAt: now, notBefore: now, attempts: 0, problem: null };
  for (const ref of refs) {
    const [stream, externalId] = [textOf(ref.stream), textOf(ref.externalId)];
    const key = objectKey(connectionId, stream, externalId);
    if (tables.readsDue.get(key) === undefined)
      tables.readsDue.insert({ tenantId, connectionId, stream, externalId, ...due });
    else tables.readsDue.update(key, due);
  }
}

export function dueReads(
  tables: MemoryTables,
  connectionId: string,
  limit: number,
  now: number,
): (RecordRef & { readonly attempts: number })[] {
  return tables.readsDue
    .by('connection', connectionId)
    .filter((row) => row.notBefore <= now)
    .sort(
      (a, b) => a.markedAt - b.markedAt || compareText(a.stream, b.stream) || compareText(a.externalId, b.externalId),
    )
    .slice(0, limit)
    .map(({ stream, externalId, attempts }) => ({ stream, externalId, attempts }));
}

/** `notBefore` null gives it up: far in the future, with its problem. */
export function failRead(
  tables: MemoryTables,
  { connectionId }: Lease,
  ref: RecordRef,
  { problem, notBefore }: { readonly problem: string; readonly notBefore: number | null },
): void {
  const key = objectKey(connectionId, ref.stream, ref.externalId);
  const row = tables.readsDue.get(key);
  if (row === undefined) return;
  tables.readsDue.update(key, {
    attempts: row.attempts + 1,
    problem: textOf(problem),
    notBefore: notBefore === null ? Number.POSITIVE_INFINITY : instantOf(notBefore),
  });
}

export function takeEvents(
  tables: MemoryTables,
  lease: Lease,
  now: number,
): { readonly taken: number; readonly wakes: readonly string[] } {
  const wakes = new Set<string>();
  let taken = 0;
  for (const event of tables.events.by('received', lease.connectionId)) {
    const state = stateAfter(EVENT_TABLE, event.state, 'finish');
    if (state === null) continue;
    tables.events.update(event.id, { state, settledAt: now });
    markReads(tables, lease, event.touches, now);
    for (const stream of event.wakes) wakes.add(stream);
    taken += 1;
  }
  return { taken, wakes: [...wakes].sort() };
}
