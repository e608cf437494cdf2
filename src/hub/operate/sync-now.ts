import type { ConnectionId, TenantId } from '../../kernel/ids.ts';
import { wake } from '../../platform/engine/index.ts';
import { type Connection, isWorking, listConnections, listPairs } from '../connections/index.ts';
import type { HubDoors } from '../mapping/index.ts';

export interface SyncRequest {
  readonly tenantId: TenantId;
  /** Null for all. A source brings its ledger along, so that what it plans is posted. */
  readonly connectionId: ConnectionId | null;
}

export interface SyncStarted {
  /** By the clock of this process, ms. */
  readonly at: number;
  readonly woken: readonly Connection[];
  /** Asked for, and in a state in which nothing is done. */
  readonly resting: readonly Connection[];
}

/** Makes connections due at once; whoever works for the installation takes them. */
export async function syncNow(
  { database, clock }: HubDoors,
  { tenantId, connectionId }: SyncRequest,
): Promise<SyncStarted> {
  const at = clock.now();
  return database.tenant(tenantId, async (tx) => {
    const all = await listConnections(tx);
    const wanted = connectionId === null ? null : new Set([connectionId, ...(await ledgersOf(connectionId))]);
    const asked = all.filter(({ id }) => wanted?.has(id) ?? true);
    const woken = asked.filter(({ state }) => isWorking(state));
    for (const { id } of woken) await wake(tx, id, at);
    return { at, woken, resting: asked.filter((one) => !woken.includes(one)) };

    async function ledgersOf(sourceId: ConnectionId): Promise<ConnectionId[]> {
      return (await listPairs(tx)).filter((pair) => pair.sourceId === sourceId).map((pair) => pair.ledgerId);
    }
  });
}
