import { base32 } from '../../kernel/base32.ts';
import { CounterfoilError, messageOf } from '../../kernel/errors.ts';
import type { ConnectionId } from '../../kernel/ids.ts';
import { LEASE_MS, type Lease, PRIORITY, type WorkStore } from '../../platform/engine/index.ts';
import type { HubDoors } from '../mapping/index.ts';

/** How often a held connection is asked for again: turns are short. */
const CLAIM_EVERY_MS = 250;
/** A turn of a worker that reads a whole backfill page by page ends within this. */
const CLAIM_WAIT_MS = 60_000;
const HEARTBEAT_MS = LEASE_MS / 3;

export interface LeaseRequest {
  readonly connectionId: ConnectionId;
  readonly signal: AbortSignal;
}

/**
 * Does `work` as the only one that works on a connection, beside a running worker as well as without one, and has the
 * connection looked at afterwards. Throws `engine.lease_lost` when somebody else keeps it for too long.
 */
export async function withLease<T>(
  doors: HubDoors,
  workStore: WorkStore,
  request: LeaseRequest,
  work: (lease: Lease, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const lease = await claim(doors, workStore, request);
  const lost = new AbortController();
  const done = new AbortController();
  const beating = heartbeat(doors, workStore, lease, { lost, done: done.signal });
  try {
    return await work(lease, AbortSignal.any([request.signal, lost.signal]));
  } finally {
    done.abort(new Error('done'));
    await beating;
    await workStore.release(lease, { dueAt: doors.clock.now(), priority: PRIORITY.live, failures: lease.failures });
  }
}

async function claim(
  { clock, random }: HubDoors,
  store: WorkStore,
  { connectionId, signal }: LeaseRequest,
): Promise<Lease> {
  const owner = `verb-${base32(random.bytes(5))}`;
  const until = clock.now() + CLAIM_WAIT_MS;
  for (;;) {
    signal.throwIfAborted();
    const lease = await store.claimOne({ connectionId, owner, now: clock.now(), lease_ms: LEASE_MS });
    if (lease !== null) return lease;
    if (clock.now() >= until) {
      throw new CounterfoilError('engine.lease_lost', {
        outcome: 'not_applied',
        detail: `Another worker has kept the connection ${connectionId} for ${CLAIM_WAIT_MS / 1_000} seconds.`,
      });
    }
    await clock.sleep(CLAIM_EVERY_MS, signal);
  }
}

/** Keeps the lease until the work is done; tells it to stop when the lease is gone. */
async function heartbeat(
  { clock, log }: HubDoors,
  store: WorkStore,
  lease: Lease,
  { lost, done }: { readonly lost: AbortController; readonly done: AbortSignal },
): Promise<void> {
  for (;;) {
    try {
      await clock.sleep(HEARTBEAT_MS, done);
    } catch {
      return;
    }
    try {
      const kept = await store.extend([lease], clock.now() + LEASE_MS);
      if (kept.length === 0) lost.abort(new CounterfoilError('engine.lease_lost'));
    } catch (error) {
      log.warn('a lease could not be extended', { connectionId: lease.connectionId, error: messageOf(error) });
    }
  }
}
