import { type Pending, pendingWork } from '../../src/hub/operate/index.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { TenantId } from '../../src/kernel/ids.ts';
import type { Stage } from './stage.ts';

type PendingDoors = Parameters<typeof pendingWork>[0];

const LOOK_EVERY_MS = 200;
/** Idle this many looks in a row is at rest: between reading and planning there is a moment with nothing to see. */
const LOOKS_AT_REST = 3;
/** Nothing that a benchmark does takes longer. */
const PATIENCE_MS = 15 * 60_000;

export function untilAtRest(stage: Stage, tenantId: TenantId): Promise<Pending> {
  return atRest(stage.installation.doors, tenantId);
}

/** Waits until the tenant has nothing left to do; answers what it has then. Throws when it never comes to rest. */
export async function atRest(doors: PendingDoors, tenantId: TenantId): Promise<Pending> {
  const until = systemClock.now() + PATIENCE_MS;
  let pending: Pending | null = null;
  for (let quiet = 0; quiet < LOOKS_AT_REST; ) {
    pending = await pendingWork(doors, tenantId);
    quiet = isRest(pending) && pending.facts.planned > 0 ? quiet + 1 : 0;
    if (systemClock.now() > until) throw new Error(`not at rest: ${JSON.stringify(pending)}`);
    await systemClock.sleep(LOOK_EVERY_MS);
  }
  return pending!;
}

function isRest({ postings, facts, ...pending }: Pending): boolean {
  return (
    pending.reading === 0 &&
    pending.readsDue === 0 &&
    pending.deliveriesReceived === 0 &&
    pending.eventsReceived === 0 &&
    pending.recordsToUnderstand === 0 &&
    facts.new === 0 &&
    postings.planned + postings.sending + postings.uncertain + postings.toRemove === 0
  );
}
