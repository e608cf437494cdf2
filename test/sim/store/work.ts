import { CounterfoilError } from '../../../src/kernel/errors.ts';
import type { ConnectionId, TenantId } from '../../../src/kernel/ids.ts';
import {
  type ClaimOneRequest,
  type ClaimRequest,
  type Lease,
  type NextTurn,
  PRIORITY,
  type WorkStore,
} from '../../../src/platform/engine/index.ts';
import type { WorkRow } from './rows.ts';
import type { MemoryTables } from './tables.ts';

/** The work table of `platform/engine/work-store.pg.ts` in memory, without `add`, which belongs to a transaction there. */
export type MemoryWorkStore = Omit<WorkStore, 'add'>;

export function memoryWorkStore(tables: MemoryTables): MemoryWorkStore {
  return {
    claim: async (request) => claim(tables, request),
    claimOne: async (request) => claimOne(tables, request),
    extend: async (leases, until) => leases.filter((lease) => extend(tables, lease, until)),
    release: async (lease, next) => release(tables, lease, next),
    nextDue: async (now) => {
      const due = tables.work.all().map((row) => Math.max(row.dueAt, row.leasedUntil ?? row.dueAt));
      return due.length === 0 ? null : Math.max(0, Math.min(...due) - now);
    },
  };
}

export function addWork(tables: MemoryTables, tenantId: TenantId, connectionId: ConnectionId, now: number): void {
  if (tables.work.get(connectionId) === undefined)
    tables.work.insert({
      connectionId,
      tenantId,
      priority: PRIORITY.live,
      dueAt: now,
      wakes: 0n,
      owner: null,
      fence: 0n,
      leasedUntil: null,
      failures: 0,
      unfinishedFence: null,
    });
  wake(tables, connectionId, now);
}

export function wake(
  tables: MemoryTables,
  connectionId: ConnectionId,
  now: number,
  priority: number = PRIORITY.live,
): void {
  if (tables.connections.get(connectionId) === undefined) return;
  tables.wakes.insert({ id: tables.nextWakeId(), connectionId, dueAt: now, priority });
}

export function holdsLease(tables: MemoryTables, lease: Lease): boolean {
  return tables.work.get(lease.connectionId)?.fence === lease.fence;
}

/** Runs `work` as one transaction, under proof of the lease. */
export function underLease<T>(tables: MemoryTables, lease: Lease, work: () => T | Promise<T>): Promise<T> {
  return tables.transaction(() => {
    if (!holdsLease(tables, lease)) throw new CounterfoilError('engine.lease_lost');
    return work();
  });
}

function takeWakes(tables: MemoryTables): void {
  for (const wakeRow of tables.wakes.all()) {
    tables.wakes.delete(String(wakeRow.id));
    const row = tables.work.get(wakeRow.connectionId);
    if (row === undefined) continue;
    tables.work.update(row.connectionId, {
      dueAt: Math.min(row.dueAt, wakeRow.dueAt),
      priority: Math.min(row.priority, wakeRow.priority),
      wakes: row.wakes + 1n,
    });
  }
}

function isFree(row: WorkRow, now: number): boolean {
  return row.leasedUntil === null || row.leasedUntil <= now;
}

function claim(tables: MemoryTables, { owner, now, limit, lease_ms, held }: ClaimRequest): Lease[] {
  takeWakes(tables);
  // In our own name and not worked on: a claim whose answer was lost.
  const isForgotten = (row: WorkRow) => row.owner === owner && held !== undefined && !held.includes(row.connectionId);
  const due = tables.work.where((row) => row.dueAt <= now && (isFree(row, now) || isForgotten(row)));
  due.sort((a, b) => a.priority - b.priority || a.dueAt - b.dueAt || compareText(a.connectionId, b.connectionId));
  return due
    .slice(0, limit)
    .map((row) => take(tables, row, owner, now + lease_ms))
    .sort((a, b) => compareText(a.connectionId, b.connectionId));
}

function claimOne(tables: MemoryTables, { connectionId, owner, now, lease_ms }: ClaimOneRequest): Lease | null {
  const row = tables.work.get(connectionId);
  if (row === undefined || !isFree(row, now)) return null;
  return { ...take(tables, row, owner, now + lease_ms), unfinished: false };
}

function take(tables: MemoryTables, row: WorkRow, owner: string, leasedUntil: number): Lease {
  const { connectionId, tenantId, fence, wakes, failures } = tables.work.update(row.connectionId, {
    owner,
    leasedUntil,
    fence: row.fence + 1n,
  });
  return { connectionId, tenantId, fence, wakes, failures, unfinished: row.unfinishedFence === row.fence };
}

function extend(tables: MemoryTables, lease: Lease, until: number): boolean {
  const row = tables.work.get(lease.connectionId);
  if (row === undefined || row.fence !== lease.fence || row.owner === null) return false;
  tables.work.update(lease.connectionId, { leasedUntil: until });
  return true;
}

function release(tables: MemoryTables, lease: Lease, next: NextTurn): void {
  const row = tables.work.get(lease.connectionId);
  if (row === undefined || row.fence !== lease.fence) return;
  const woken = row.wakes > lease.wakes;
  tables.work.update(lease.connectionId, {
    owner: null,
    leasedUntil: null,
    failures: next.failures,
    unfinishedFence: next.unfinished === true ? lease.fence : null,
    dueAt: woken ? Math.min(row.dueAt, next.dueAt) : next.dueAt,
    priority: woken ? Math.min(row.priority, next.priority) : next.priority,
  });
}

/** As PostgreSQL orders text under the C locale. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
