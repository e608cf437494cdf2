import { type Clock, isoInstant } from '../../kernel/clock.ts';
import type { TenantId } from '../../kernel/ids.ts';
import { change, firstRow, sql, type Tx } from '../store/database.ts';
import { countSealed } from './reseal.pg.ts';
import type { SealedTable } from './sealed-table.ts';

export interface Shredded {
  /** Data keys destroyed now; 0 when there was nothing left to destroy. */
  readonly dataKeys: number;
  /** Values that nobody can open any more. */
  readonly values: number;
}

/** What {@link shredDataKeys} would destroy. */
export async function countShreddable(tx: Tx, tables: readonly SealedTable[], tenantId: TenantId): Promise<Shredded> {
  const row = await firstRow(
    tx,
    sql<{
      count: number;
    }>`select count(*)::integer as count from data_keys where tenant_id = ${tenantId} and destroyed_at is null`,
  );
  return { dataKeys: row!.count, values: await countSealed(tx, tables, tenantId, null) };
}

/**
 * Destroys a tenant's data keys: what wraps them goes, the rows stay and say when. Whatever they sealed is unreadable
 * from the commit on, in every process: a key in memory is used only while its row is there.
 */
export async function shredDataKeys(
  tx: Tx,
  tables: readonly SealedTable[],
  tenantId: TenantId,
  clock: Pick<Clock, 'now'>,
): Promise<Shredded> {
  const values = await countSealed(tx, tables, tenantId, null);
  // First, so that a rotation that adds a wrapped key is either seen below or finds the key destroyed.
  const dataKeys = await change(
    tx,
    sql`update data_keys set destroyed_at = ${isoInstant(clock.now())}
      where tenant_id = ${tenantId} and destroyed_at is null`,
  );
  await change(tx, sql`delete from data_key_wraps where tenant_id = ${tenantId}`);
  return { dataKeys, values };
}
