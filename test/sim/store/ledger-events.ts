import type { SourceEvent } from '../../../src/connectors/sdk/index.ts';
import type { ChangedDocument } from '../../../src/hub/posting/delivery-store.ts';
import { isCompanyEvent, isEcho } from '../../../src/hub/posting/ledger-events.ts';
import type { Lease } from '../../../src/platform/engine/index.ts';
import { changePosting } from './posting-rows.ts';
import type { EventRow } from './rows.ts';
import type { MemoryTables } from './tables.ts';

/** As `takeLedgerEvents` of `hub/posting/ledger-events.pg.ts`. */
export function takeLedgerEvents(
  tables: MemoryTables,
  lease: Lease,
  changed: (event: SourceEvent) => readonly ChangedDocument[],
  now: number,
): boolean {
  const taken = tables.events.by('received', lease.connectionId);
  for (const { id } of taken) tables.events.update(id, { state: 'done', settledAt: now });
  for (const row of taken)
    if (!isEcho(row.type)) for (const document of changed(toEvent(row))) markTouched(tables, lease, document, now);
  return taken.some(({ type }) => isCompanyEvent(type));
}

function toEvent({ dedupeKey, type, occurredAt, touches }: EventRow): SourceEvent {
  return { dedupeKey, type, occurredAt, accountId: null, touches: [...touches], wakes: [], ignoredBecause: null };
}

function markTouched(tables: MemoryTables, lease: Lease, { kind, documentId }: ChangedDocument, now: number): void {
  for (const row of tables.postings.by('document', `${lease.connectionId} ${documentId}`))
    if (row.kind === kind || (row.kind === 'credit_application' && kind === 'payment'))
      changePosting(tables, row.id, { touchedAt: now });
}
