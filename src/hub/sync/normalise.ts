import type { RecordRef, SourceConnector, SourceRecord } from '../../connectors/sdk/index.ts';
import { isForeignId } from '../../kernel/foreign-id.ts';
import type { Connection } from '../connections/index.ts';
import { type FactsCommit, refKey, type StoredRecord } from './understood.ts';

/** What stored records mean, given their relatives. Pure; a record that breaks its connector keeps the reason. */
export function understand(
  connector: SourceConnector,
  connection: Connection,
  records: readonly StoredRecord[],
  relatives: ReadonlyMap<string, SourceRecord>,
): readonly FactsCommit[] {
  return records.map((record) => understandOne(connector, connection, record, relatives));
}

export function relativesOf(connector: SourceConnector, records: readonly SourceRecord[]): readonly RecordRef[] {
  return records.flatMap((record) => neededBy(connector, record));
}

/** A reference by an id that no provider gives leads nowhere, and the database could not be asked for it. */
function neededBy(connector: SourceConnector, record: SourceRecord): readonly RecordRef[] {
  return safely(() => connector.relatives(record), []).filter(({ externalId }) => isForeignId(externalId));
}

function understandOne(
  connector: SourceConnector,
  connection: Connection,
  record: StoredRecord,
  relatives: ReadonlyMap<string, SourceRecord>,
): FactsCommit {
  const needed = neededBy(connector, record);
  const missing = needed.filter((ref) => !relatives.has(refKey(ref)));
  try {
    const { facts, problems } = connector.normalise(record, {
      accountId: connection.accountId,
      related: (ref) => relatives.get(refKey(ref)) ?? null,
    });
    const problem = problems.length === 0 ? null : problems.map((one) => `${one.field}: ${one.detail}`).join('; ');
    return { record, facts: facts.map(cleaned), problem, missing };
  } catch (error) {
    return {
      record,
      facts: [],
      missing,
      problem: `the record could not be understood: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

/**
 * Buyers write into order numbers and names whatever they like: what no database and no ledger can keep (a NUL, half a
 * character) is taken out here, once, before it gets anywhere.
 */
function cleaned<T>(value: T): T {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '') as T;
  if (Array.isArray(value)) return value.map(cleaned) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, cleaned(one)])) as T;
}

function safely<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch {
    return otherwise;
  }
}
