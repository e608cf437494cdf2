import { pendingWork } from '../../src/hub/operate/index.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { asOwner, rows, sql } from '../../src/platform/store/index.ts';
import type { Stage } from './stage.ts';

/** Half a minute for a dead worker's lease, the longest backoff of a few failures, and the work itself. */
const LONGEST_MS = 240_000;
const LOOK_EVERY_MS = 500;
/** Idle so often in a row is at rest: between reading and planning there is a moment with nothing to see. */
const LOOKS_AT_REST = 4;

/**
 * Waits until every source was read to its end since now, everything read is planned, and everything planned is posted
 * or stopped. Answers what was still open when time was up; empty when all is final (I14).
 */
export async function waitForRest(stage: Stage): Promise<readonly string[]> {
  const since = systemClock.now();
  let open: readonly string[] = [];
  for (let quiet = 0; systemClock.now() - since < LONGEST_MS; ) {
    open = await openWork(stage, since);
    quiet = open.length === 0 ? quiet + 1 : 0;
    if (quiet >= LOOKS_AT_REST) return [];
    await systemClock.sleep(LOOK_EVERY_MS);
  }
  return open.map((what) => `not final ${LONGEST_MS / 1_000} s after the last kill: ${what}`);
}

async function openWork(stage: Stage, since: number): Promise<readonly string[]> {
  const { doors } = stage.installation;
  const pending = await pendingWork(doors, stage.connected.tenantId);
  const { postings, facts } = pending;
  const counts = {
    'deliveries to open': pending.deliveriesReceived,
    'events to take': pending.eventsReceived,
    'objects to read': pending.readsDue,
    'records to understand': pending.recordsToUnderstand,
    'facts to plan': facts.new,
    'postings to send': postings.planned,
    'postings sending': postings.sending,
    'postings uncertain': postings.uncertain,
    'documents to remove': postings.toRemove,
    'sources not read to their end': await sourcesUnread(stage, since),
  };
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${count} ${what}`);
}

async function sourcesUnread({ postgres }: Stage, since: number): Promise<number> {
  const [row] = await asOwner(postgres.address, (tx) =>
    rows(
      tx,
      sql<{ count: number }>`
      select count(*)::int as count from connections c where c.role = 'source' and not exists (
        select 1 from sync_runs s where s.connection_id = c.id and s.state = 'done' and s.started_at >= ${new Date(since)})
      order by 1`,
    ),
  );
  return row!.count;
}
