import type { TenantId } from '../../kernel/ids.ts';
import type { Doors } from '../doors.ts';
import { countReceived, readPending } from './pending.pg.ts';

/** What a tenant's data still has to go through, and what has. Counts unless it says otherwise. */
export interface Pending {
  /** Source connections that are being read, or are to be read now. */
  readonly reading: number;
  /** Of the passes under way, 0 to 1; null when there is none or it cannot be known. */
  readonly progress: number | null;
  /** Records stored. */
  readonly records: number;
  readonly recordsToUnderstand: number;
  readonly deliveriesReceived: number;
  readonly eventsReceived: number;
  /** Objects to be read one by one now. */
  readonly readsDue: number;
  readonly facts: {
    /** Of sources that have a ledger. */
    readonly new: number;
    readonly planned: number;
    readonly waiting: number;
  };
  readonly postings: {
    /** To be sent, now or at the next try. */
    readonly planned: number;
    /** Planned, and in need of one that is stopped. */
    readonly blocked: number;
    readonly sending: number;
    readonly uncertain: number;
    readonly posted: number;
    readonly toRemove: number;
    readonly dead: number;
    readonly held: number;
  };
}

/** Counts every table of the tenant: for a person who looks, not for a loop over large books. */
export async function pendingWork({ database, clock }: Doors, tenantId: TenantId): Promise<Pending> {
  // Deliveries before what becomes of them: one that moves on in between is seen in at least one place.
  const deliveriesReceived = await database.inbox((tx) => countReceived(tx, tenantId));
  const others = await database.tenant(tenantId, (tx) => readPending(tx, clock.now()));
  return { ...others, deliveriesReceived };
}
