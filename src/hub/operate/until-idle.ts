import type { ConnectionId, TenantId } from '../../kernel/ids.ts';
import type { HubDoors } from '../mapping/index.ts';
import { countReceived, type OpenWork, type Pending, readOpenWork } from './pending.pg.ts';
import { pendingWork } from './pending.ts';

export interface IdleWait {
  readonly tenantId: TenantId;
  /** Null for every connection that works. */
  readonly connectionIds: readonly ConnectionId[] | null;
  /** Milliseconds to wait at most. */
  readonly patience_ms: number;
  readonly signal: AbortSignal;
  /** Called now and then with what is left, for a person who watches. */
  readonly onProgress?: (pending: Pending) => void;
}

export type IdleOutcome = 'idle' | 'out_of_patience';

const LOOK_EVERY_MS = 250;
/** At rest this often in a row: between reading and planning there is a moment with nothing to see. */
const LOOKS_AT_REST = 2;
/** What is tried again within this is waited for (a first look after a lost answer, an early retry); later is later. */
const SOON_MS = 15_000;
/** A provider that was away for a moment is back by then; one that is down is no reason to wait on. */
const RETRIES_WAITED_FOR = 3;
/** Counting everything is for people: less often than looking. */
const COUNT_EVERY_LOOKS = 4;

/** Waits until the connections have nothing to do now or soon. Does none of the work itself. */
export async function waitUntilIdle(doors: HubDoors, wait: IdleWait): Promise<IdleOutcome> {
  const { clock } = doors;
  const until = clock.now() + wait.patience_ms;
  let rests = 0;
  for (let look = 0; ; look += 1) {
    wait.signal.throwIfAborted();
    rests = (await isAtRest(doors, wait)) ? rests + 1 : 0;
    if (rests >= LOOKS_AT_REST) return 'idle';
    if (clock.now() >= until) return 'out_of_patience';
    if (wait.onProgress && look % COUNT_EVERY_LOOKS === 0) wait.onProgress(await pendingWork(doors, wait.tenantId));
    await clock.sleep(LOOK_EVERY_MS, wait.signal);
  }
}

async function isAtRest({ database, clock }: HubDoors, { tenantId, connectionIds }: IdleWait): Promise<boolean> {
  if ((await database.inbox((tx) => countReceived(tx, tenantId))) > 0) return false;
  const now = clock.now();
  const open = await database.tenant(tenantId, (tx) => readOpenWork(tx, now, now + SOON_MS));
  return !open.some((one) => (connectionIds?.includes(one.connectionId) ?? true) && isBusy(one, now));
}

/**
 * Held by a worker, due, or with something to do whose turn comes soon. A poll that is due soon is no work, and a
 * connection that fails again and again is not waited for.
 */
export function isBusy({ isHeld, dueAt, failures, isOpen }: Omit<OpenWork, 'connectionId'>, now: number): boolean {
  if (isHeld || dueAt <= now) return true;
  return (isOpen || failures > 0) && failures <= RETRIES_WAITED_FOR && dueAt <= now + SOON_MS;
}
