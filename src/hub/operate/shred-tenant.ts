import { isoInstant } from '../../kernel/clock.ts';
import type { ConnectionId, TenantId } from '../../kernel/ids.ts';
import { countShreddable, type Shredded, shredDataKeys } from '../../platform/vault/index.ts';
import { CLI_ACTOR, recordChange, recordSecurityEvent } from '../audit/index.ts';
import { parkAllConnections } from '../connections/index.ts';
import type { HubDoors } from '../mapping/index.ts';
import { SEALED_TABLES } from './sealed-tables.ts';

export interface ShredRequest {
  readonly tenantId: TenantId;
  /** Why, for the record. */
  readonly reason: string;
}

export interface ShreddedTenant extends Shredded {
  /** Connections that wait for their owner from now on. */
  readonly parked: readonly ConnectionId[];
}

/** What a shredding would destroy. Changes nothing. */
export async function estimateShred({ database }: HubDoors, tenantId: TenantId): Promise<Shredded> {
  return database.tenant(tenantId, (tx) => countShreddable(tx, SEALED_TABLES, tenantId));
}

/**
 * Destroys a tenant's data keys, so that its stored credentials can never be read again; its connections wait for their
 * owner. Records, postings and what happened stay. Safe to repeat.
 */
export async function shredTenant(doors: HubDoors, { tenantId, reason }: ShredRequest): Promise<ShreddedTenant> {
  const { clock, database, makeId } = doors;
  return database.tenant(tenantId, async (tx) => {
    const now = clock.now();
    const shredded = await shredDataKeys(tx, SEALED_TABLES, tenantId, clock);
    const parked = await parkAllConnections(tx, `The data key was destroyed at ${isoInstant(now)}.`, now);
    const detail = { reason, dataKeys: String(shredded.dataKeys), values: String(shredded.values) };
    await recordSecurityEvent(tx, { tenantId, kind: 'vault.shredded', detail }, makeId, now);
    const diff = {
      reason: [null, reason],
      dataKeys: [shredded.dataKeys, 0],
      values: [shredded.values, 0],
      parked: [null, parked],
    } as const;
    const change = { tenantId, actor: CLI_ACTOR, action: 'data_keys.shredded', subject: tenantId, diff };
    await recordChange(tx, change, makeId, now);
    return { ...shredded, parked };
  });
}
