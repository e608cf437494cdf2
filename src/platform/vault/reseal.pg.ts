import type { Clock } from '../../kernel/clock.ts';
import { isCounterfoilError } from '../../kernel/errors.ts';
import type { TenantId } from '../../kernel/ids.ts';
import { change, firstRow, rows, sql, type Tx } from '../store/database.ts';
import type { SealedTable } from './sealed-table.ts';
import type { SealedValue, Vault } from './vault.ts';
import { dataKeysIn } from './vault-store.pg.ts';
import type { DataKeyRecord, DataKeyStore } from './vault-store.ts';

export interface ResealRequest {
  readonly tenantId: TenantId;
  /** The tenant's newest data key: values of older ones are sealed anew. */
  readonly version: number;
  /** Goes on behind the row with this key. */
  readonly after: readonly string[] | null;
  readonly limit: number;
  /** For rows that others hold; otherwise they are passed over. */
  readonly waits: boolean;
}

export interface ResealedBatch {
  readonly done: number;
  /** Values that do not open; they stay as they are. */
  readonly unreadable: number;
  /** Key of the last row looked at; null when there was none. */
  readonly last: readonly string[] | null;
}

/** Values of the tenant sealed with a version below this one; with null all of them. */
export async function countSealed(
  tx: Tx,
  tables: readonly SealedTable[],
  tenantId: TenantId,
  below: number | null,
): Promise<number> {
  let count = 0;
  for (const { table } of tables) {
    const older = below === null ? sql`` : sql`and key_version < ${below}`;
    const row = await firstRow(
      tx,
      sql<{
        count: number;
      }>`select count(*)::integer as count from ${sql.table(table)} where tenant_id = ${tenantId} ${older}`,
    );
    count += row!.count;
  }
  return count;
}

interface SealedRow {
  readonly key: readonly string[];
  readonly ciphertext: Uint8Array;
  readonly keyVersion: number;
}

/** Seals one batch with the newest data key. The rows are held meanwhile, so nothing that others write is lost. */
export async function sealAnew(
  tx: Tx,
  { vault, clock }: { readonly vault: Vault; readonly clock: Pick<Clock, 'now'> },
  table: SealedTable,
  request: ResealRequest,
): Promise<ResealedBatch> {
  const found = await heldRows(tx, table, request);
  const keys = remembered(dataKeysIn(tx, clock));
  const sealed: { key: readonly string[]; value: SealedValue }[] = [];
  for (const row of found) {
    const value = await resealed(vault, table, row, request.tenantId, keys);
    if (value) sealed.push({ key: row.key, value });
  }
  await replace(tx, table, request.tenantId, sealed);
  return { done: sealed.length, unreadable: found.length - sealed.length, last: found.at(-1)?.key ?? null };
}

function heldRows(tx: Tx, { table, key }: SealedTable, request: ResealRequest): Promise<SealedRow[]> {
  const { tenantId, version, after, limit, waits } = request;
  const columns = sql.join(key.map((column) => sql.ref(column)));
  const from = after === null ? sql`` : sql`and (${columns}) > (${sql.join(after)})`;
  return rows(
    tx,
    sql<SealedRow>`select array[${columns}] as key, ciphertext, key_version as "keyVersion" from ${sql.table(table)}
      where tenant_id = ${tenantId} and key_version < ${version} ${from}
      order by ${columns} limit ${limit} for update ${waits ? sql`` : sql`skip locked`}`,
  );
}

async function resealed(
  vault: Vault,
  table: SealedTable,
  { key, ciphertext, keyVersion }: SealedRow,
  tenantId: TenantId,
  keys: DataKeyStore,
): Promise<SealedValue | null> {
  const place = table.place(key);
  try {
    const secret = await vault.open(tenantId, place, { ciphertext, keyVersion }, keys);
    return await vault.seal(tenantId, place, secret, keys);
  } catch (error) {
    if (isCounterfoilError(error) && UNREADABLE.includes(error.code)) return null;
    throw error;
  }
}

const UNREADABLE: readonly string[] = ['vault.tampered', 'vault.misplaced', 'vault.unreadable'];

async function replace(
  tx: Tx,
  { table, key }: SealedTable,
  tenantId: TenantId,
  sealed: readonly { readonly key: readonly string[]; readonly value: SealedValue }[],
): Promise<void> {
  if (sealed.length === 0) return;
  const arrays = key.map((_, i) => sql`${sealed.map((one) => one.key[i]!)}::text[]`);
  const names = key.map((column) => sql.ref(column));
  const isSame = key.map((column) => sql`${sql.ref(`${table}.${column}`)} = ${sql.ref(`anew.${column}`)}`);
  await change(
    tx,
    sql`update ${sql.table(table)} set ciphertext = anew.sealed, key_version = anew.version
      from unnest(${sql.join(arrays)}, ${sealed.map(({ value }) => Buffer.from(value.ciphertext))}::bytea[],
        ${sealed.map(({ value }) => value.keyVersion)}::integer[]) as anew (${sql.join(names)}, sealed, version)
      where ${sql.table(table)}.tenant_id = ${tenantId} and ${sql.join(isSame, sql` and `)}`,
  );
}

/** Within one transaction a tenant's data keys do not change under our hands: each is read once. */
function remembered(store: DataKeyStore): DataKeyStore {
  const known = new Map<string, Promise<DataKeyRecord | null>>();
  const once = (name: string, read: () => Promise<DataKeyRecord | null>) => {
    const found = known.get(name) ?? read();
    known.set(name, found);
    return found;
  };
  return {
    ...store,
    newest: (tenantId) => once(`newest ${tenantId}`, () => store.newest(tenantId)),
    find: (tenantId, version) => once(`${version} ${tenantId}`, () => store.find(tenantId, version)),
  };
}
