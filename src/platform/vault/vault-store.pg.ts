import { type Clock, isoInstant } from '../../kernel/clock.ts';
import type { TenantId } from '../../kernel/ids.ts';
import { change, type Database, firstRow, rows, sql, type Tx } from '../store/database.ts';
import type {
  DataKeyReader,
  DataKeyRecord,
  DataKeyStore,
  KeyRecord,
  KeyRecordStore,
  VaultStore,
} from './vault-store.ts';

type Now = Pick<Clock, 'now'>;

/** Runs work in one transaction, as whichever database role. */
export type InTransaction = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;

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
    addUnlessTaken: (record) => database.tenant(record.tenantId, (tx) => dataKeysIn(tx, clock).addUnlessTaken(record)),
  };
}

/** Data keys as the caller's transaction sees and writes them. */
export function dataKeysIn(tx: Tx, clock: Now): DataKeyStore {
  return {
    ...dataKeyReaderIn(tx),
    newest: async (tenantId) => {
      const row = await firstRow<DataKeyRow>(
        tx,
        sql`select version, wrapped, key_id from data_keys where tenant_id = ${tenantId} order by version desc limit 1`,
      );
      return row && toRecord(tenantId, row);
    },
    addUnlessTaken: async ({ tenantId, version, wrapped, keyId }) => {
      await change(
        tx,
        sql`insert into data_keys (tenant_id, version, wrapped, key_id, created_at)
          values (${tenantId}, ${version}, ${wrapped}, ${keyId}, ${isoInstant(clock.now())})
          on conflict (tenant_id, version) do nothing`,
      );
    },
  };
}

/** As {@link dataKeysIn}, for opening only: by any role that may read the table. */
export function dataKeyReaderIn(tx: Tx): DataKeyReader {
  return {
    find: async (tenantId, version) => {
      const row = await firstRow<DataKeyRow>(
        tx,
        sql`select version, wrapped, key_id from data_keys where tenant_id = ${tenantId} and version = ${version}`,
      );
      return row && toRecord(tenantId, row);
    },
  };
}

interface DataKeyRow {
  readonly version: number;
  readonly wrapped: Uint8Array;
  readonly key_id: string;
}

function toRecord(tenantId: TenantId, row: DataKeyRow): DataKeyRecord {
  return { tenantId, version: row.version, wrapped: row.wrapped, keyId: row.key_id };
}

/** The installation's keys, by any role that may read `vault_keys`; the owner's can do so before the first migration. */
export function pgKeyRecords(run: InTransaction, clock: Now): KeyRecordStore {
  return {
    list: () => run(async (tx) => ((await hasTable(tx)) ? listed(tx) : [])),
    registerFirst: (record) => run((tx) => registerFirst(tx, record, clock)),
  };
}

async function hasTable(tx: Tx): Promise<boolean> {
  const row = await firstRow<{ there: boolean }>(tx, sql`select to_regclass('vault_keys') is not null as there`);
  return row?.there ?? false;
}

async function listed(tx: Tx): Promise<readonly KeyRecord[]> {
  const found = await rows<{ key_id: string; check_value: Uint8Array }>(
    tx,
    sql`select key_id, check_value from vault_keys order by created_at, key_id`,
  );
  return found.map((row) => ({ keyId: row.key_id, checkValue: row.check_value }));
}

async function registerFirst(tx: Tx, { keyId, checkValue }: KeyRecord, clock: Now): Promise<readonly KeyRecord[]> {
  // No constraint says "only one first": two processes with different keys take turns here instead.
  await change(tx, sql`select pg_advisory_xact_lock(hashtextextended('counterfoil vault_keys', 0))`);
  await change(
    tx,
    sql`insert into vault_keys (key_id, check_value, created_at)
      select ${keyId}::text, ${checkValue}::bytea, ${isoInstant(clock.now())}::timestamptz
      where not exists (select from vault_keys)`,
  );
  return listed(tx);
}
