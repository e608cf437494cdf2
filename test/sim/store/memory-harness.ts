import { factToJson } from '../../../src/hub/sync/index.ts';
import { sha256Hex } from '../../../src/kernel/digest.ts';
import { idMaker } from '../../../src/kernel/ids.ts';
import { writeJson } from '../../../src/kernel/json.ts';
import { seededRandom } from '../../../src/kernel/random.ts';
import { memoryDeliveryStore } from './deliveries.ts';
import { memoryOutboxStore } from './outbox.ts';
import {
  type AttentionSeen,
  type FactSeed,
  NOW,
  type PostingHarness,
  type PostingPut,
  type PostingSeen,
  type ReconciliationSeen,
} from './posting-harness.ts';
import { linesOf } from './posting-rows.ts';
import { memoryReconcileStore } from './reconcile.ts';
import { MemoryTables } from './tables.ts';
import { addWork, compareText, memoryWorkStore } from './work.ts';

/** Fresh tables with one tenant. */
export async function memoryHarness(): Promise<PostingHarness> {
  const tables = new MemoryTables();
  const makeId = idMaker({ now: () => NOW }, seededRandom(1));
  const tenantId = makeId('ten');
  const [source, ledger] = (['source', 'ledger'] as const).map((role) =>
    tables.connections.insert({
      id: makeId('con'),
      tenantId,
      provider: role === 'source' ? 'stripe' : 'quickbooks',
      role,
      accountId: `${role} account`,
      displayName: 'Acme LLC',
      environment: 'sandbox',
      baseUrl: null,
      timeZone: 'America/New_York',
      state: 'active',
      stateReason: null,
      since: 0,
      createdAt: NOW,
      updatedAt: NOW,
    }),
  );
  const pair = tables.pairs.insert({
    id: makeId('pai'),
    tenantId,
    sourceId: source!.id,
    ledgerId: ledger!.id,
    settings: {},
    version: 3,
  });
  for (const { id } of [source!, ledger!]) addWork(tables, tenantId, id, NOW);
  for (const { id } of tables.wakes.all()) tables.wakes.delete(String(id));
  const work = memoryWorkStore(tables);
  let claims = 0;
  const harness: PostingHarness = {
    tenantId,
    source: source!,
    ledger: ledger!,
    pair,
    outbox: memoryOutboxStore(tables, makeId),
    deliveries: memoryDeliveryStore(tables, makeId),
    reconcile: memoryReconcileStore(tables, makeId),
    claim: async ({ id }) => {
      claims += 1;
      const lease = await work.claimOne({ connectionId: id, owner: 'worker', now: NOW + claims, lease_ms: 0 });
      return lease!;
    },
    put: putInto(tables, () => harness),
    seen: seenIn(tables, () => harness),
  };
  return harness;
}

function putInto(tables: MemoryTables, h: () => PostingHarness): PostingPut {
  return {
    fact: async (id, { fact, state = 'new', reasonCode }: FactSeed) => {
      const body = writeJson(factToJson(fact));
      tables.facts.insert({
        id,
        tenantId: h().tenantId,
        connectionId: h().source.id,
        stream: 'stream',
        externalId: fact.source.objectId,
        kind: fact.kind,
        objectId: fact.source.objectId,
        occurredAt: fact.occurredAt,
        refs: Object.entries(fact.references).map(([key, value]) => `${key}:${value}`),
        body,
        bodySha256: sha256Hex(body),
        state,
        reasonCode: reasonCode ?? null,
        reasonDetail: null,
        updatedAt: NOW,
      });
    },
    event: async ({ type, touches, state = 'received' }) => {
      const id = `evt_${tables.events.all().length}`;
      tables.events.insert({
        id,
        tenantId: h().tenantId,
        connectionId: h().ledger.id,
        deliveryId: 'dlv_1',
        dedupeKey: id,
        type,
        occurredAt: NOW,
        touches,
        wakes: [],
        state,
        reason: null,
        receivedAt: NOW,
        settledAt: null,
      });
    },
    rate: async (currency, at, rate) => void tables.marketRates.insert({ tenantId: h().tenantId, currency, at, rate }),
    role: async (role, ledgerId) =>
      void tables.accountRoles.insert({ tenantId: h().tenantId, pairId: h().pair.id, role, ledgerId, name: role }),
    posting: async (id, change) => void tables.postings.update(id, change),
  };
}

function seenIn(tables: MemoryTables, h: () => PostingHarness): PostingSeen {
  return {
    posting: async (id) => tables.postings.get(id) ?? null,
    lines: async (id) => linesOf(tables, id),
    legs: async (id) =>
      tables.postingLegs
        .by('posting', id)
        .map(({ legId }) => legId)
        .sort(compareText),
    needs: async (id) =>
      tables.postingNeeds
        .by('posting', id)
        .map(({ needsId }) => needsId)
        .sort(compareText),
    attempts: async (id) => tables.attempts.by('posting', id),
    fact: async (id) => {
      const { state, reasonCode, reasonDetail, updatedAt } = tables.facts.get(id)!;
      return { state, reasonCode, reasonDetail, updatedAt };
    },
    attention: async (subject) => attentionOf(tables, subject),
    wakes: async () => [...new Set(tables.wakes.all().map(({ connectionId }) => connectionId))].sort(compareText),
    ledgerInvoice: async (number) => tables.ledgerInvoices.get(`${h().ledger.id} ${number}`) ?? null,
    receivedEvents: async () => tables.events.by('received', h().ledger.id).length,
    reconciliations: async () => reconciliationsOf(tables),
  };
}

function attentionOf(tables: MemoryTables, subject: string): AttentionSeen[] {
  return tables.attention
    .where((row) => row.subject === subject)
    .map(({ code, detail, connectionId, resolvedAt }) => ({
      code,
      detail,
      connectionId,
      isOpen: resolvedAt === null,
    }));
}

function reconciliationsOf(tables: MemoryTables): ReconciliationSeen[] {
  return tables.reconciliations
    .all()
    .sort(
      (a, b) =>
        compareText(a.period, b.period) ||
        compareText(a.kind, b.kind) ||
        compareText(a.subject, b.subject) ||
        compareText(a.currency, b.currency),
    )
    .map(({ kind, subject, period, currency, source, postings, ledger, computedAt, differences }) => ({
      kind,
      subject,
      period,
      currency,
      source,
      postings,
      ledger,
      computedAt,
      differences: differences.length,
    }));
}
