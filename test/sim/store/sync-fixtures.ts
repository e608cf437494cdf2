import type { SourceEvent, SourceRecord } from '../../../src/connectors/sdk/index.ts';
import type { PageCommit } from '../../../src/hub/sync/store.ts';
import type { FactsCommit } from '../../../src/hub/sync/understood.ts';
import type { FeeFact } from '../../../src/model/facts.ts';
import { aDelivery, anEndpoint, type Leased, NOW, type StoreUnderTest } from './under-test.ts';

export const aRecord = (
  externalId: string,
  version: number | null,
  over: Partial<SourceRecord> = {},
): SourceRecord => ({
  stream: 's',
  externalId,
  version,
  aliases: [],
  settled: false,
  createdAt: NOW,
  deleted: false,
  body: `${externalId} ${version}`,
  ...over,
});

export const aPage = (records: readonly SourceRecord[], over: Partial<PageCommit> = {}): PageCommit => ({
  stream: 's',
  cursor: null,
  checkpoint: null,
  progress: null,
  records,
  follow: [],
  readAt: NOW,
  ...over,
});

export const aFact = (objectId: string, over: Partial<FeeFact> = {}): FeeFact => ({
  kind: 'fee',
  source: { provider: 'stripe', accountId: 'acct_1', objectId },
  occurredAt: NOW,
  references: {},
  description: '',
  fee: { role: 'processing', amount: { minor: 30n, currency: 'USD' }, description: 'Fee' },
  ...over,
});

/** What every record that waits to be understood is taken to mean. */
export type Meaning = (externalId: string) => Partial<FactsCommit>;

/** Understands all records that wait for it; answers how many facts changed. */
export async function understandAll(store: StoreUnderTest, { connection, lease }: Leased, meaning: Meaning) {
  const records = await store.sync.toNormalise(connection, 100);
  const nothing = { facts: [], problem: null, missing: [] };
  const commits = records.map((record) => ({ record, ...nothing, ...meaning(record.externalId) }));
  return store.sync.commitFacts(lease, commits, NOW);
}

/** Notifications that have come in and were opened. */
export async function arrive(store: StoreUnderTest, { connection }: Leased, events: readonly Partial<SourceEvent>[]) {
  const endpoint = await anEndpoint(store, connection);
  await store.inbox.save([aDelivery(endpoint, 'delivery')]);
  await store.inbox.fanOut(10, NOW, () => ({ kind: 'events', events: events.map(anEvent) }));
}

export function anEvent(over: Partial<SourceEvent>, index = 0): SourceEvent {
  return {
    dedupeKey: `event ${index}`,
    type: 'charge.updated',
    occurredAt: null,
    accountId: null,
    touches: [],
    wakes: [],
    ignoredBecause: null,
    ...over,
  };
}
