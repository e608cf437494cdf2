import type { RecordRef, SourceRecord } from '../../connectors/sdk/index.ts';
import { derivedHash, type FactId } from '../../kernel/ids.ts';
import type { Fact } from '../../model/facts.ts';
import { refKey } from './understood.ts';

/** Ids of providers are far shorter; what buyers write may be of any length and would not fit into the index. */
const MAX_REF_LENGTH = 500;

/** Why a fact that its record no longer gives waits for a person. */
export const VANISHED = {
  code: 'posting.changed_after_posting',
  detail: 'The source no longer reports this.',
} as const;

/** The same object gives the same id for ever, so a fact that comes again is the same fact. */
export function factId(tenantId: string, fact: Fact): FactId {
  const { provider, accountId, objectId } = fact.source;
  return `fct_${derivedHash([tenantId, provider, accountId, objectId, fact.kind])}`;
}

/** Names by which other facts find this one: `charge:ch_…`. */
export function factRefs(fact: Fact): readonly string[] {
  return Object.entries(fact.references)
    .map(([key, value]) => `${key}:${value}`)
    .filter((ref) => ref.length <= MAX_REF_LENGTH);
}

/** What an attention item about a record is about. */
export function recordSubject(connectionId: string, { stream, externalId }: RecordRef): string {
  return `${connectionId}/${stream}/${externalId}`;
}

/** The newest version wins, of two with the same version the later one. Objects come in the order first seen. */
export function newestOf(records: readonly SourceRecord[], readAt: number): readonly SourceRecord[] {
  const versionOf = (record: SourceRecord) => record.version ?? readAt;
  const newest = new Map<string, SourceRecord>();
  for (const record of records) {
    const known = newest.get(refKey(record));
    if (known === undefined || versionOf(known) <= versionOf(record)) newest.set(refKey(record), record);
  }
  return [...newest.values()];
}
