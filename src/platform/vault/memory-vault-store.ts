import type { TenantId } from '../../kernel/ids.ts';
import type { DataKeyRecord, DataKeyStore, KeyRecord, KeyRecordStore, VaultStore } from './vault-store.ts';

/** A store in memory, for tests and the simulation; behaves as the one on PostgreSQL. */
export function memoryVaultStore(): VaultStore {
  return { dataKeys: memoryDataKeys(), keyRecords: memoryKeyRecords() };
}

function memoryDataKeys(): DataKeyStore {
  const records = new Map<string, DataKeyRecord>();
  const nameOf = (tenantId: TenantId, version: number) => `${tenantId} ${version}`;
  return {
    newest: async (tenantId) => {
      const own = [...records.values()].filter((record) => record.tenantId === tenantId);
      return own.sort((a, b) => b.version - a.version)[0] ?? null;
    },
    find: async (tenantId, version) => records.get(nameOf(tenantId, version)) ?? null,
    addUnlessTaken: async (record) => {
      const name = nameOf(record.tenantId, record.version);
      if (!records.has(name)) records.set(name, record);
    },
  };
}

function memoryKeyRecords(): KeyRecordStore {
  const records: KeyRecord[] = [];
  return {
    list: async () => [...records],
    registerFirst: async (record) => {
      if (records.length === 0) records.push(record);
      return [...records];
    },
  };
}
