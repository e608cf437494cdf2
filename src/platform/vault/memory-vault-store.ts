import type { TenantId } from '../../kernel/ids.ts';
import type { DataKeyRecord, DataKeyStore, KeyRecord, KeyRecordStore, VaultStore } from './vault-store.ts';

/** A store in memory, for tests; behaves as the one on PostgreSQL, without rotation. */
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
    addUnlessTaken: async (key) => {
      const name = nameOf(key.tenantId, key.version);
      if (records.has(name)) return false;
      records.set(name, { ...key, destroyedAt: null });
      return true;
    },
  };
}

function memoryKeyRecords(): KeyRecordStore {
  const records: KeyRecord[] = [];
  return {
    list: async () => [...records],
    registerFirst: async (record) => {
      const whole = {
        provider: 'local',
        parameters: null,
        wrappedSecret: null,
        registeredAt: 0,
        retiredAt: null,
      } as const;
      if (records.length === 0) records.push({ ...whole, ...record });
      return [...records];
    },
  };
}
