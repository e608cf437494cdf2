import { posting } from '../../../src/hub/posting/fixtures/posting.ts';
import { writeDocument } from '../../../src/hub/posting/posting.ts';
import { raiseAttention, recordSecurityEvent, resolveAttention, resolveHindrances } from './audit.ts';
import { memoryConnectionStore, memoryMappingStore } from './connections.ts';
import { memoryGrantStore } from './grants.ts';
import { memoryInboxStore } from './inbox.ts';
import { memoryKeys } from './keys.ts';
import type { FactRow, PostingRow } from './rows.ts';
import { memorySyncStore } from './sync.ts';
import { MemoryTables } from './tables.ts';
import { type AuditStore, type Given, makeId, type Seen, type StoreUnderTest, vaultOver } from './under-test.ts';
import { addWork, compareText, memoryWorkStore, wake } from './work.ts';

export function memoryUnderTest(): StoreUnderTest {
  const tables = new MemoryTables();
  const { dataKeys } = memoryKeys(tables);
  const vault = vaultOver({ dataKeys });
  const doors = { vault, dataKeys, makeId };
  return {
    work: memoryWorkStore(tables),
    sync: memorySyncStore(tables, { makeId }),
    inbox: memoryInboxStore(tables, makeId),
    audit: auditOf(tables),
    connections: memoryConnectionStore(tables, doors),
    grants: memoryGrantStore(tables, doors),
    mapping: memoryMappingStore(tables),
    vault,
    given: givenIn(tables),
    seen: seenIn(tables),
  };
}

function auditOf(tables: MemoryTables): AuditStore {
  return {
    raise: async (item, now) => raiseAttention(tables, item, makeId, now),
    resolve: async (tenantId, subjects, now) => resolveAttention(tables, tenantId, subjects, now),
    resolveHindrances: async (tenantId, subjects, now) => resolveHindrances(tables, tenantId, subjects, now),
    record: async (event, now) => recordSecurityEvent(tables, event, makeId, now),
  };
}

function givenIn(tables: MemoryTables): Given {
  return {
    tenant: async () => makeId('ten'),
    connection: async (connection) =>
      void tables.connections.insert({ ...connection, createdAt: connection.since, updatedAt: connection.since }),
    state: async ({ id }, state) => void tables.connections.update(id, { state }),
    endpoint: async (endpoint, secrets) => {
      tables.endpoints.insert(endpoint);
      for (const secret of secrets) tables.endpointSecrets.insert(secret);
    },
    postingOf: async (fact) => void tables.postings.insert(aPosting(fact)),
    factState: async ({ id }, state) => void tables.facts.update(id, { state }),
    work: async (tenantId, connectionId, now) => addWork(tables, tenantId, connectionId, now),
    wake: async (_tenantId, connectionId, now, priority) => wake(tables, connectionId, now, priority),
  };
}

function aPosting({ id, tenantId, connectionId }: Pick<FactRow, 'id' | 'tenantId' | 'connectionId'>): PostingRow {
  const { document, party, ...one } = posting({
    id: `pst_${id}`,
    factId: id,
    sourceId: connectionId,
    ledgerId: connectionId,
  });
  return {
    ...one,
    tenantId,
    document: writeDocument(document, party),
    generation: 1,
    settingsVersion: 1,
    reasonDetail: null,
    held: false,
    notBefore: one.plannedAt,
    sentAt: one.firstSentAt,
    fence: 1n,
    documentVersion: null,
    adopted: false,
    postedAt: null,
    touchedAt: null,
  };
}

function seenIn(tables: MemoryTables): Seen {
  return {
    records: async (connectionId) =>
      tables.records
        .where((row) => row.connectionId === connectionId)
        .sort((a, b) => compareText(a.externalId, b.externalId))
        .map(({ externalId, normalised, problem }) => ({ externalId, normalised, problem })),
    facts: async (connectionId) =>
      tables.facts
        .where((row) => row.connectionId === connectionId)
        .sort((a, b) => compareText(a.objectId, b.objectId))
        .map(({ bodySha256: _, reasonDetail: __, updatedAt: ___, ...row }) => row),
    reads: async (connectionId) =>
      tables.readsDue
        .by('connection', connectionId)
        .sort((a, b) => compareText(a.externalId, b.externalId))
        .map(({ externalId, notBefore, problem }) => ({ externalId, notBefore, problem })),
    runs: async (connectionId) =>
      tables.syncRuns
        .where((row) => row.connectionId === connectionId)
        .sort((a, b) => compareText(a.id, b.id))
        .map(({ tenantId: _, connectionId: __, startedAt: ___, ...row }) => row),
    events: async (connectionId) =>
      tables.events
        .where((row) => row.connectionId === connectionId)
        .sort((a, b) => compareText(a.dedupeKey, b.dedupeKey))
        .map(({ id: _, tenantId: __, connectionId: ___, receivedAt: ____, ...row }) => row),
    deliveries: async (endpointId) =>
      tables.deliveries
        .where((row) => row.endpointId === endpointId)
        .sort((a, b) => compareText(a.id, b.id))
        .map(({ id, state, reason, duplicates, settledAt }) => ({ id, state, reason, duplicates, settledAt })),
    attention: async (tenantId) =>
      tables.attention
        .where((row) => row.tenantId === tenantId)
        .sort((a, b) => compareText(a.id, b.id))
        .map(({ id: _, tenantId: __, ...row }) => row),
    securityEvents: async () =>
      tables.securityEvents.all().map(({ tenantId, kind, detail }) => ({ tenantId, kind, detail })),
    woken: async () => [...new Set(tables.wakes.all().map((row) => row.connectionId))].sort(),
  };
}
