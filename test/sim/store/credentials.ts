import type { ConnectionId, TenantId } from '../../../src/kernel/ids.ts';
import type { Secret } from '../../../src/kernel/secret.ts';
import type { DataKeyStore, Vault } from '../../../src/platform/vault/index.ts';
import type { MemoryTables } from './tables.ts';

/** The field of a connection's credential that authorises its calls. */
export const TOKEN_FIELD = 'token';

export interface SealingDoors {
  readonly vault: Vault;
  /** The data keys as a transaction sees them. */
  readonly dataKeys: DataKeyStore;
}

interface Holder {
  readonly id: ConnectionId;
  readonly tenantId: TenantId;
}

/** The twin of `platform/vault/credentials.ts`. */
export async function loadCredential(
  tables: MemoryTables,
  { vault, dataKeys }: SealingDoors,
  { id, tenantId }: Holder,
  field: string,
): Promise<Secret | null> {
  const row = tables.credentials.get(`${id} ${field}`);
  if (row === undefined || row.tenantId !== tenantId) return null;
  return vault.open(tenantId, { table: 'credentials', rowId: id, field }, row, dataKeys);
}

export async function storeCredential(
  tables: MemoryTables,
  { vault, dataKeys }: SealingDoors,
  { id: connectionId, tenantId, field }: Holder & { readonly field: string },
  secret: Secret,
): Promise<void> {
  const sealed = await vault.seal(tenantId, { table: 'credentials', rowId: connectionId, field }, secret, dataKeys);
  const key = `${connectionId} ${field}`;
  const row = { tenantId, connectionId, field, ...sealed };
  if (tables.credentials.get(key) === undefined) tables.credentials.insert(row);
  else tables.credentials.update(key, row);
}

export function deleteCredential(tables: MemoryTables, { id }: Holder, field: string): void {
  tables.credentials.delete(`${id} ${field}`);
}
