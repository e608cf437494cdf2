import { firstRow, rows, sql, type Tx } from '../store/database.ts';
import { listKeyRecords } from './key-records.pg.ts';
import type { KeyStatus, KeysStatus } from './key-status.ts';
import type { KeyRecord } from './vault-store.ts';

/** Which keys this process has. */
export interface KeysAtHand {
  readonly inUse: string;
  readonly held: readonly string[];
  readonly next: string | null;
}

/** By the engine role, which opens none of them. */
export async function readKeysStatus(tx: Tx, atHand: KeysAtHand): Promise<Omit<KeysStatus, 'rotations'>> {
  const counts = await rows(
    tx,
    sql<{ keyId: string; count: number }>`
      select key_id as "keyId", count(*)::integer as count from data_key_wraps group by key_id order by key_id`,
  );
  const dataKeys = await firstRow(
    tx,
    sql<KeysStatus['dataKeys']>`
      select count(*) filter (where destroyed_at is null)::integer as live,
        count(*) filter (where destroyed_at is not null)::integer as destroyed,
        min(created_at) filter (where destroyed_at is null
          and not exists (select from data_keys newer where newer.tenant_id = d.tenant_id and newer.version > d.version)) as "oldestAt",
        count(*) filter (where destroyed_at is null and not exists (select from data_key_wraps w
          where w.tenant_id = d.tenant_id and w.version = d.version and w.key_id = ${atHand.inUse}))::integer as "notWrapped"
      from data_keys d`,
  );
  const keys = (await listKeyRecords(tx)).map((record) => toStatus(record, counts, atHand));
  return { keys, dataKeys: dataKeys! };
}

function toStatus(
  { keyId, provider, registeredAt, retiredAt }: KeyRecord,
  counts: readonly { readonly keyId: string; readonly count: number }[],
  atHand: KeysAtHand,
): KeyStatus {
  const dataKeys = counts.find((one) => one.keyId === keyId)?.count ?? 0;
  return { keyId, provider, registeredAt, retiredAt, dataKeys, role: roleOf(keyId, retiredAt, atHand) };
}

function roleOf(keyId: string, retiredAt: number | null, { inUse, held, next }: KeysAtHand): KeyStatus['role'] {
  if (retiredAt !== null) return 'retired';
  if (keyId === inUse) return 'in_use';
  if (keyId === next) return 'next';
  return held.includes(keyId) ? 'held' : 'elsewhere';
}
