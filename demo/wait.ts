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
  return {
    posted: postings.posted,
    stopped: postings.dead + postings.held + facts.waiting,
    uncertain: postings.sending + postings.uncertain,
  };
}

/** Waits until everything that was read is planned, everything planned is posted or stopped, and nothing is uncertain. */
export async function waitUntilPosted({ installation, progress, io }: Waiting, connected: Connected): Promise<void> {
  const { doors } = installation;
  let isRead = false;
  for (let quiet = 0; quiet < LOOKS_AT_REST; ) {
    io.signal.throwIfAborted();
    const pending = await pendingWork(doors, connected.tenantId);
    quiet = isAtRest(pending) ? quiet + 1 : 0;
    // Live events make the source busy again for a moment: that is no way back.
    isRead ||= pending.progress === null && pending.recordsToUnderstand === 0 && pending.facts.planned > 0;
    show(progress, pending, isRead);
    await doors.clock.sleep(LOOK_EVERY_MS, io.signal);
  }
}

function isAtRest(pending: Pending): boolean {
  const { postings, facts } = pending;
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

function show(progress: Progress, { postings, facts, records, progress: read }: Pending, isRead: boolean): void {
  // An event that is not planned yet becomes an entry or more.
  const all = postings.posted + postings.planned + postings.sending + postings.uncertain + facts.new;
  if (isRead) progress.show('Posting', postings.posted / Math.max(all, 1), `${postings.posted} of ${all} entries`);
  else
    progress.show(
      'Reading',
      read,
      `${records} records, ${facts.new + facts.planned + facts.waiting} events understood, ${postings.posted} entries posted`,
    );
}
