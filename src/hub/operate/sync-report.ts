import type { ConnectionId, TenantId } from '../../kernel/ids.ts';
import { type Connection, listConnections } from '../connections/index.ts';
import type { HubDoors } from '../mapping/index.ts';
import {
  type BrokenWork,
  type ProgressSince,
  type Retrying,
  readBrokenRuns,
  readFailing,
  readProgress,
  readRetrying,
} from './progress-since.pg.ts';
import { readStopped, type StoppedGroup } from './stopped.pg.ts';
import { tryConnection } from './try-connection.ts';

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
  readonly broken: readonly BrokenWork[];
  readonly needReconnect: readonly Connection[];
}

/** Asks a provider only where the last turn failed and nothing stored says why. */
export async function syncReport(doors: HubDoors, request: ReportRequest): Promise<SyncReport> {
  const { since, connectionIds } = request;
  const { connections, failing, ...found } = await doors.database.tenant(request.tenantId, async (tx) => ({
    ...(await readProgress(tx, since, connectionIds)),
    stopped: await readStopped(tx),
    retrying: await readRetrying(tx, connectionIds),
    broken: await readBrokenRuns(tx, since, connectionIds),
    failing: await readFailing(tx, connectionIds),
    connections: await listConnections(tx),
  }));
  const unexplained = connections.filter(
    ({ id }) => failing.includes(id) && !found.broken.some((one) => one.connectionId === id),
  );
  const explained: BrokenWork[] = [];
  for (const connection of unexplained) explained.push(await explain(doors, connection));
  const concerned = connections.filter(({ id }) => connectionIds?.includes(id) ?? true);
  return {
    ...found,
    broken: [...found.broken, ...explained],
    needReconnect: concerned.filter(({ state }) => state === 'needs_reconnect'),
  };
}

async function explain(doors: HubDoors, connection: Connection): Promise<BrokenWork> {
  const { id, displayName } = connection;
  const error = await tryConnection(doors, connection);
  const code = error?.code ?? 'internal.unexpected';
  const detail = error?.message ?? 'Its last turn failed, and it answers again; the log says why.';
  return { connectionId: id, displayName, code, detail };
}

export function countStopped(groups: readonly StoppedGroup[]): number {
  return groups.reduce((sum, { count }) => sum + count, 0);
}
