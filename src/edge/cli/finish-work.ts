import { type Pending, type SyncReport, syncReport, waitUntilIdle, workUntilIdle } from '../../hub/operate/index.ts';
import type { ConnectionId, TenantId } from '../../kernel/ids.ts';
import type { Call } from './call.ts';
import type { OpenHub } from './doors.ts';

export interface WorkToFinish {
  readonly tenantId: TenantId;
  /** Null for every connection. */
  readonly connectionIds: readonly ConnectionId[] | null;
  /** When it was handed over, ms: what happened since is reported. */
  readonly since: number;
  /** Wait for a running server; without one the work is done here anyway. */
  readonly wait: boolean;
  readonly patience_ms: number;
}

export interface FinishedWork {
  readonly state: 'finished' | 'unfinished';
  readonly report: SyncReport;
}

/** What a command leaves to the server that runs: null. Otherwise what came of the work, done by the server or here. */
export async function finishWork(call: Call, hub: OpenHub, work: WorkToFinish): Promise<FinishedWork | null> {
  if (hub.isServed && !work.wait) return null;
  const wait = {
    ...work,
    signal: call.signal,
    onProgress: (pending: Pending) => call.output.progress(progressLine(pending)),
  };
  const outcome = hub.isServed ? await waitUntilIdle(hub.doors, wait) : await workUntilIdle(hub.doors, hub, wait);
  const report = await syncReport(hub.doors, work);
  return { state: outcome === 'idle' ? 'finished' : 'unfinished', report };
}

/** One line about what is left, for a terminal. */
export function progressLine(pending: Pending): string {
  const { facts, postings } = pending;
  const open = postings.planned + postings.sending + postings.uncertain;
  if (open > 0) return `Posting: ${postings.posted} of ${postings.posted + open} entries`;
  const share = pending.progress === null ? '' : ` (${Math.round(pending.progress * 100)} %)`;
  if (pending.reading > 0) return `Reading${share}: ${pending.records} records, ${facts.new} events to plan`;
  return facts.new > 0 ? `Planning: ${facts.new} events` : 'Finishing';
}
