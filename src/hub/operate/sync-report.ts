import type { ConnectionId, TenantId } from '../../kernel/ids.ts';
import { type Connection, listConnections } from '../connections/index.ts';
import type { Doors } from '../doors.ts';
import {
  type BrokenRun,
  type ProgressSince,
  type Retrying,
  readBrokenRuns,
  readProgress,
  readRetrying,
} from './progress-since.pg.ts';
import { readStopped, type StoppedGroup } from './stopped.pg.ts';

export interface ReportRequest {
  readonly tenantId: TenantId;
  /** Ms. */
  readonly since: number;
  /** Null for every connection. */
  readonly connectionIds: readonly ConnectionId[] | null;
}

/** What came of the work since an instant, and what is left for a person. */
export interface SyncReport extends ProgressSince {
  /** Of the whole tenant, whenever it stopped. */
  readonly stopped: readonly StoppedGroup[];
  readonly retrying: readonly Retrying[];
  readonly broken: readonly BrokenRun[];
  readonly needReconnect: readonly Connection[];
}

export async function syncReport({ database }: Doors, request: ReportRequest): Promise<SyncReport> {
  const { since, connectionIds } = request;
  return database.tenant(request.tenantId, async (tx) => {
    const connections = await listConnections(tx);
    const concerned = connections.filter(({ id }) => connectionIds?.includes(id) ?? true);
    return {
      ...(await readProgress(tx, since, connectionIds)),
      stopped: await readStopped(tx),
      retrying: await readRetrying(tx, connectionIds),
      broken: await readBrokenRuns(tx, since, connectionIds),
      needReconnect: concerned.filter(({ state }) => state === 'needs_reconnect'),
    };
  });
}

export function countStopped(groups: readonly StoppedGroup[]): number {
  return groups.reduce((sum, { count }) => sum + count, 0);
}
