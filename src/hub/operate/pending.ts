import type { TenantId } from '../../kernel/ids.ts';
import type { HubDoors } from '../mapping/index.ts';
import { countReceived, type Pending, readPending } from './pending.pg.ts';

/** Counts every table of the tenant: for a person who looks, not for a loop over large books. */
export async function pendingWork({ database, clock }: HubDoors, tenantId: TenantId): Promise<Pending> {
  // Deliveries before what becomes of them: one that moves on in between is seen in at least one place.
  const deliveriesReceived = await database.inbox((tx) => countReceived(tx, tenantId));
  const others = await database.tenant(tenantId, (tx) => readPending(tx, clock.now()));
  return { ...others, deliveriesReceived };
}
