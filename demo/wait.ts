import type { Installation } from '../src/compose/installation.ts';
import type { HubStores } from '../src/compose/server.ts';
import { type Pending, pendingWork } from '../src/hub/operate/index.ts';
import type { Connected } from './connect.ts';
import type { Progress } from './progress.ts';

interface Waiting {
  readonly installation: Installation;
  readonly hub: HubStores;
  readonly progress: Progress;
  readonly io: { readonly signal: AbortSignal };
}

const LOOK_EVERY_MS = 250;
/** Idle this many looks in a row is at rest: between reading and planning there is a moment with nothing to see. */
const LOOKS_AT_REST = 3;

export interface EntryCount {
  readonly posted: number;
  /** Dead or held entries, and events that wait for something. */
  readonly stopped: number;
  readonly uncertain: number;
}

export async function countEntries({ doors, tenant }: Installation): Promise<EntryCount> {
  const { postings, facts } = await pendingWork(doors, (await tenant()).id);
  return { posted: postings.posted, stopped: postings.dead + postings.held + facts.waiting, uncertain: postings.sending + postings.uncertain };
}

/** Waits until everything that was read is planned, everything planned is posted or stopped, and nothing is uncertain. */
export async function waitUntilPosted({ installation, progress, io }: Waiting, connected: Connected): Promise<void> {
  const { doors } = installation;
  for (let quiet = 0; quiet < LOOKS_AT_REST; ) {
    io.signal.throwIfAborted();
    const pending = await pendingWork(doors, connected.tenantId);
    quiet = isAtRest(pending) ? quiet + 1 : 0;
    show(progress, pending);
    await doors.clock.sleep(LOOK_EVERY_MS, io.signal);
  }
}

function isAtRest(pending: Pending): boolean {
  const { postings, facts } = pending;
  return pending.reading === 0 && pending.readsDue === 0 && pending.deliveriesReceived === 0 && pending.eventsReceived === 0 && pending.recordsToUnderstand === 0 && facts.new === 0 && postings.planned + postings.sending + postings.uncertain + postings.toRemove === 0;
}

function show(progress: Progress, pending: Pending): void {
  const { postings, facts } = pending;
  const open = postings.planned + postings.sending + postings.uncertain;
  if (postings.posted + open > 0) {
    const all = postings.posted + open;
    progress.show('Posting', postings.posted / all, `${postings.posted} of ${all} entries`);
  } else progress.show('Reading', pending.progress, `${pending.records} records, ${facts.new + facts.planned + facts.waiting} events understood`);
}
