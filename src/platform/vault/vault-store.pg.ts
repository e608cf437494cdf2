import { type Clock, isoInstant } from '../../kernel/clock.ts';
import { CounterfoilError } from '../../kernel/errors.ts';
import type { TenantId } from '../../kernel/ids.ts';
import { change, type Database, firstRow, rows, sql, type Tx } from '../store/database.ts';
import { pgKeyRecords } from './key-records.pg.ts';
import { lockKeys } from './lock-keys.pg.ts';
import type { DataKeyReader, DataKeyRecord, DataKeyStore, NewDataKey, VaultStore, WrappedKey } from './vault-store.ts';

type Now = Pick<Clock, 'now'>;

/** Names nobody: the key records belong to the installation, and the application role sets a tenant in any case. */
const NO_TENANT: TenantId = 'ten_';

/** The vault's tables, each operation in a transaction of its own, as the application role. */
export function pgVaultStore(database: Pick<Database, 'tenant'>, clock: Now): VaultStore {
  return {
    dataKeys: pgDataKeys(database, clock),
    keyRecords: pgKeyRecords((work) => database.tenant(NO_TENANT, work), clock),
  };
}

function pgDataKeys(database: Pick<Database, 'tenant'>, clock: Now): DataKeyStore {
  return {
    newest: (tenantId) => database.tenant(tenantId, (tx) => dataKeysIn(tx, clock).newest(tenantId)),
    find: (tenantId, version) => database.tenant(tenantId, (tx) => dataKeyReaderIn(tx).find(tenantId, version)),
    addUnlessTaken: (key) => database.tenant(key.tenantId, (tx) => dataKeysIn(tx, clock).addUnlessTaken(key)),
  };
}

/** Data keys as the caller's transaction sees and writes them. */
export function dataKeysIn(tx: Tx, clock: Now): DataKeyStore {
  return {
    ...dataKeyReaderIn(tx),
    newest: async (tenantId) => {
      // A rotation takes a version away only when nobody seals with it: the lock says that somebody does.
      const row = await firstRow<DataKeyRow>(
        tx,
        sql`select ${COLUMNS} from data_keys where tenant_id = ${tenantId} order by version desc limit 1 for key share`,
      );
      return row && toRecord(tenantId, row);
    },
    addUnlessTaken: (key) => addUnlessTaken(tx, key, isoInstant(clock.now())),
  };
}

async function addUnlessTaken(tx: Tx, { tenantId, version, wraps }: NewDataKey, now: string): Promise<boolean> {
  await lockKeys(tx, 'shared');
  const usable = await usableWraps(tx, wraps);
  const added = await change(
    tx,
    sql`insert into data_keys (tenant_id, version, created_at) values (${tenantId}, ${version}, ${now})
      on conflict (tenant_id, version) do nothing`,
  );
  if (added === 0) return false;
  for (const { keyId, wrapped } of usable) {
    await change(
      tx,
      sql`insert into data_key_wraps (tenant_id, version, key_id, wrapped, created_at)
        values (${tenantId}, ${version}, ${keyId}, ${wrapped}, ${now})`,
    );
  }
  return true;
}

async function usableWraps(tx: Tx, wraps: readonly WrappedKey[]): Promise<readonly WrappedKey[]> {
  const given = wraps.map(({ keyId }) => keyId);
  const found = await rows<{ key_id: string }>(
    tx,
    sql`select key_id from vault_keys where key_id = any(${given}::text[]) and retired_at is null order by key_id`,
  );
  const usable = wraps.filter(({ keyId }) => found.some((row) => row.key_id === keyId));
  if (usable.length > 0) return usable;
  throw new CounterfoilError('vault.key_wrong', {
    detail: `Key ${given.join(' and ')} was retired, or is not registered: nothing new is sealed with it. Nothing was changed.`,
  });
}

/** As {@link dataKeysIn}, for opening only: by any role that may read the table. */
export function dataKeyReaderIn(tx: Tx): DataKeyReader {
  return {
    find: async (tenantId, version) => {
      const row = await firstRow<DataKeyRow>(
        tx,
        sql`select ${COLUMNS} from data_keys where tenant_id = ${tenantId} and version = ${version}`,
      );
      return row && toRecord(tenantId, row);
    },
  };
}

const COLUMNS = sql`version, destroyed_at,
  array(select key_id from data_key_wraps w where w.tenant_id = data_keys.tenant_id and w.version = data_keys.version
    order by key_id) as key_ids,
  array(select encode(wrapped, 'base64') from data_key_wraps w
    where w.tenant_id = data_keys.tenant_id and w.version = data_keys.version order by key_id) as wrapped`;

interface DataKeyRow {
  readonly version: number;
  readonly destroyed_at: number | null;
  readonly key_ids: readonly string[];
  /** Base64, in the order of `key_ids`. */
  readonly wrapped: readonly string[];
}

function toRecord(tenantId: TenantId, row: DataKeyRow): DataKeyRecord {
  const wraps = row.key_ids.map(
    (keyId, i): WrappedKey => ({ keyId, wrapped: new Uint8Array(Buffer.from(row.wrapped[i]!, 'base64')) }),
  );
  return { tenantId, version: row.version, destroyedAt: row.destroyed_at, wraps };
}
