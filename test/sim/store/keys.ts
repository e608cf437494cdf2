import { CounterfoilError } from '../../../src/kernel/errors.ts';
import type { TenantId } from '../../../src/kernel/ids.ts';
import type { DataKeyRecord, DataKeyStore, Vault } from '../../../src/platform/vault/index.ts';
import type { WrappedKey } from '../../../src/platform/vault/vault-store.ts';
import type { CredentialRow, EndpointSecretRow } from './rows.ts';
import type { MemoryTables } from './tables.ts';

/** What a rotation asks of the store beside its data keys. Each verb is one transaction. */
export interface KeyRotation {
  /** Data keys that this key-encryption key does not open. */
  notWrappedBy(keyId: string): Promise<readonly DataKeyRecord[]>;
  addWrap(record: DataKeyRecord, wrap: WrappedKey): Promise<void>;
  /** Ends every other key. Throws `vault.rotation_open`, and changes nothing, when this one does not open everything. */
  retireAllBut(keyId: string): Promise<void>;
  /** Seals one value of an older data key with the newest; false when there is none. */
  sealOneAnew(tenantId: TenantId, version: number, vault: Vault): Promise<boolean>;
  /** Takes away data keys below this version that nothing needs. */
  removeOld(tenantId: TenantId, version: number): Promise<void>;
}

export interface MemoryKeys {
  readonly dataKeys: DataKeyStore;
  readonly rotation: KeyRotation;
}

/** The twin of the vault's tables on PostgreSQL, with what rotations do to them. */
export function memoryKeys(tables: MemoryTables): MemoryKeys {
  const records = new Map<string, DataKeyRecord>();
  const retired = new Set<string>();
  return { dataKeys: dataKeysOf(records, retired), rotation: rotationOf(tables, records, retired) };
}

type Records = Map<string, DataKeyRecord>;

function nameOf({ tenantId, version }: Pick<DataKeyRecord, 'tenantId' | 'version'>): string {
  return `${tenantId} ${version}`;
}

function dataKeysOf(records: Records, retired: ReadonlySet<string>): DataKeyStore {
  return {
    newest: async (tenantId) => {
      const own = [...records.values()].filter((record) => record.tenantId === tenantId);
      return own.sort((a, b) => b.version - a.version)[0] ?? null;
    },
    find: async (tenantId, version) => records.get(nameOf({ tenantId, version })) ?? null,
    addUnlessTaken: async (key) => {
      const wraps = key.wraps.filter(({ keyId }) => !retired.has(keyId));
      if (wraps.length === 0)
        throw new CounterfoilError('vault.key_wrong', { detail: 'Every key was retired. Nothing was changed.' });
      if (records.has(nameOf(key))) return false;
      records.set(nameOf(key), { ...key, wraps, destroyedAt: null });
      return true;
    },
  };
}

function rotationOf(tables: MemoryTables, records: Records, retired: Set<string>): KeyRotation {
  const lacking = (keyId: string) =>
    [...records.values()].filter(({ wraps }) => wraps.every((wrap) => wrap.keyId !== keyId));
  return {
    notWrappedBy: async (keyId) => lacking(keyId),
    addWrap: async (record, wrap) => {
      const stored = records.get(nameOf(record));
      if (stored !== undefined) records.set(nameOf(record), { ...stored, wraps: [...stored.wraps, wrap] });
    },
    retireAllBut: async (keyId) => {
      if (lacking(keyId).length > 0)
        throw new CounterfoilError('vault.rotation_open', { detail: `Not everything is wrapped by ${keyId}.` });
      for (const [name, record] of records) {
        for (const wrap of record.wraps) if (wrap.keyId !== keyId) retired.add(wrap.keyId);
        records.set(name, { ...record, wraps: record.wraps.filter((wrap) => wrap.keyId === keyId) });
      }
    },
    sealOneAnew: (tenantId, version, vault) =>
      tables.transaction(() => sealOneAnew(tables, dataKeysOf(records, retired), { tenantId, version, vault })),
    removeOld: (tenantId, version) =>
      tables.transaction(() => {
        const needed = new Set(sealedOf(tables, tenantId).map((row) => row.keyVersion));
        for (const [name, record] of records)
          if (record.tenantId === tenantId && record.version < version && !needed.has(record.version))
            records.delete(name);
      }),
  };
}

function sealedOf(tables: MemoryTables, tenantId: TenantId): readonly (CredentialRow | EndpointSecretRow)[] {
  return [...tables.credentials.all(), ...tables.endpointSecrets.all()].filter((row) => row.tenantId === tenantId);
}

interface SealAnew {
  readonly tenantId: TenantId;
  readonly version: number;
  readonly vault: Vault;
}

async function sealOneAnew(tables: MemoryTables, keys: DataKeyStore, { tenantId, version, vault }: SealAnew) {
  const row = sealedOf(tables, tenantId).find((one) => one.keyVersion < version);
  if (row === undefined) return false;
  const place =
    'field' in row
      ? { table: 'credentials', rowId: row.connectionId, field: row.field }
      : { table: 'endpoint_secrets', rowId: row.endpointId, field: 'secret' };
  const sealed = await vault.seal(tenantId, place, await vault.open(tenantId, place, row, keys), keys);
  if ('field' in row) tables.credentials.update(`${row.connectionId} ${row.field}`, sealed);
  else tables.endpointSecrets.update(`${row.endpointId} ${row.secretId}`, sealed);
  return true;
}
