import type { RecordRef, SourceRecord } from '../../connectors/sdk/index.ts';
import type { Fact } from '../../model/facts.ts';

/** A record to be understood, as stored. */
export interface StoredRecord extends SourceRecord {
  readonly bodySha256: string;
}

export interface FactsCommit {
  readonly record: StoredRecord;
  readonly facts: readonly Fact[];
  /** Why a part of the record could not be understood; null when all was. */
  readonly problem: string | null;
  /** Relatives that are not stored yet: when they come, the record is understood anew. */
  readonly missing: readonly RecordRef[];
}

/** One text for a reference, as the key of a map. */
export function refKey(ref: RecordRef): string {
  return `${ref.stream}\u0000${ref.externalId}`;
}
