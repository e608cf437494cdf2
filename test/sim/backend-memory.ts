import type { TenantId } from '../../src/kernel/ids.ts';
import type { DataKeyStore } from '../../src/platform/vault/index.ts';
import type { Backend, OpenedStores, OpenStore } from './backend.ts';
import type { Snapshot } from './snapshot.ts';
import { memoryConnectionStore, memoryMappingStore } from './store/connections.ts';
import { memoryDeliveryStore } from './store/deliveries.ts';
import { memoryGrantStore } from './store/grants.ts';
import { memoryInboxStore } from './store/inbox.ts';
import { memoryKeys } from './store/keys.ts';
import { memoryOutboxStore } from './store/outbox.ts';
import { memoryReconcileStore } from './store/reconcile.ts';
import { memorySyncStore } from './store/sync.ts';
import { MemoryTables } from './store/tables.ts';
import { memoryWorkStore } from './store/work.ts';

/** A store in memory, with its tables for checks that look at every step. */
export interface MemoryBackend extends Backend {
  readonly tables: MemoryTables;
}

export function memoryBackend(): MemoryBackend {
  const tables = new MemoryTables();
  const keys = memoryKeys(tables);
  return {
    name: 'memory',
    tables,
    vaultStore: { dataKeys: keys.dataKeys },
    rotation: keys.rotation,
    open: (doors) => open(tables, keys.dataKeys, doors),
    waiting: (before) =>
      tables.work.where((row) => row.dueAt < before && (row.leasedUntil === null || row.leasedUntil < before))[0]
        ?.connectionId ?? null,
    addTenant: async (_id: TenantId) => {},
    snapshot: async () => snapshotOf(tables),
    violations: async () => [],
    close: async () => {},
  };
}

function open(tables: MemoryTables, dataKeys: DataKeyStore, { makeId, vault }: OpenStore): OpenedStores {
  return {
    stores: {
      sync: memorySyncStore(tables, { makeId }),
      outbox: memoryOutboxStore(tables, makeId),
      deliveries: memoryDeliveryStore(tables, makeId),
      reconcile: memoryReconcileStore(tables, makeId),
    },
    inbox: memoryInboxStore(tables, makeId),
    work: memoryWorkStore(tables),
    connections: memoryConnectionStore(tables, { vault, dataKeys, makeId }),
    grants: memoryGrantStore(tables, { vault, dataKeys, makeId }),
    mapping: memoryMappingStore(tables),
  };
}

function snapshotOf(tables: MemoryTables): Snapshot {
  return {
    postings: tables.postings.all().map((row) => ({
      ...row,
      totalMinor: row.total.minor,
      currency: row.total.currency,
      imbalance: tables.postingLines.by('posting', row.id).reduce((sum, line) => sum + line.amountMinor, 0n),
    })),
    facts: tables.facts.all(),
    deliveries: tables.deliveries.all(),
    events: tables.events.all(),
    readsDue: tables.readsDue.all().map((row) => ({
      tenantId: row.tenantId,
      subject: `${row.stream} ${row.externalId}`,
      notBefore: row.notBefore,
    })),
    records: tables.records.all(),
    reconciliations: tables.reconciliations.all(),
    connections: tables.connections.all(),
    attention: tables.attention.where((row) => row.resolvedAt === null),
    leasedUntil: Math.max(0, ...tables.work.all().map((row) => row.leasedUntil ?? 0)),
  };
}
