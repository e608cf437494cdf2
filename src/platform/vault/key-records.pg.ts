import { type Clock, isoInstant } from '../../kernel/clock.ts';
import { change, firstRow, rows, sql, type Tx } from '../store/database.ts';
import { lockKeys } from './lock-keys.pg.ts';
import type { KeyProviderKind, KeyRecord, KeyRecordStore, NewKeyRecord } from './vault-store.ts';

type Now = Pick<Clock, 'now'>;

/** Runs work in one transaction, as whichever database role. */
export type InTransaction = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;

/** The installation's keys, by any role that may read `vault_keys`; the owner's can do so before the first migration. */
export function pgKeyRecords(run: InTransaction, clock: Now): KeyRecordStore {
  return {
    list: () => run(async (tx) => ((await hasTable(tx)) ? listKeyRecords(tx) : [])),
    registerFirst: (record) => run((tx) => registerFirst(tx, record, clock)),
  };
}

async function hasTable(tx: Tx): Promise<boolean> {
  const row = await firstRow<{ there: boolean }>(tx, sql`select to_regclass('vault_keys') is not null as there`);
  return row?.there ?? false;
}

interface KeyRow {
  readonly key_id: string;
  readonly check_value: Uint8Array;
  readonly created_at: number;
  // Not there before the migration that brought rotation.
  readonly provider?: KeyProviderKind;
  readonly parameters?: string | null;
  readonly wrapped_secret?: Uint8Array | null;
  readonly retired_at?: number | null;
}

/** Oldest first, retired ones included. */
export async function listKeyRecords(tx: Tx): Promise<readonly KeyRecord[]> {
  const found = await rows<KeyRow>(tx, sql`select * from vault_keys order by created_at, key_id`);
  return found.map((row) => ({
    keyId: row.key_id,
    checkValue: row.check_value,
    provider: row.provider ?? 'local',
    parameters: row.parameters ?? null,
    wrappedSecret: row.wrapped_secret ?? null,
    registeredAt: row.created_at,
    retiredAt: row.retired_at ?? null,
  }));
}

async function registerFirst(tx: Tx, record: NewKeyRecord, clock: Now): Promise<readonly KeyRecord[]> {
  // No constraint says "only one first": two processes with different keys take turns here instead.
  await lockKeys(tx, 'alone');
  if ((await listKeyRecords(tx)).length === 0) await addKeyRecord(tx, record, clock);
  return listKeyRecords(tx);
}

/** Registers a key; one that is registered already stays as it is. */
export async function addKeyRecord(tx: Tx, record: NewKeyRecord, clock: Now): Promise<void> {
  const { keyId, checkValue, provider = 'local', parameters = null, wrappedSecret = null } = record;
  await change(
    tx,
    sql`insert into vault_keys (key_id, check_value, provider, parameters, wrapped_secret, created_at)
      values (${keyId}, ${checkValue}, ${provider}, ${parameters}, ${wrappedSecret}, ${isoInstant(clock.now())})
      on conflict (key_id) do nothing`,
  );
}

/** Keeps the installation's secret with the key that wrapped it, unless there is one already. */
export async function addFirstSecret(tx: Tx, keyId: string, wrappedSecret: Uint8Array): Promise<void> {
  await lockKeys(tx, 'alone');
  await change(
    tx,
    sql`update vault_keys set wrapped_secret = ${wrappedSecret}
      where key_id = ${keyId} and not exists (select from vault_keys where wrapped_secret is not null)`,
  );
}
