import type { RecordRef, SourceEvent } from '../../connectors/sdk/index.ts';
import { parseJson } from '../../kernel/json.ts';
import type { Lease } from '../../platform/engine/index.ts';
import { at, isApplied, nextState, rows, sql, type Tx } from '../../platform/store/index.ts';
import { EVENT_TABLE } from '../inbox/index.ts';
import type { ChangedDocument } from './delivery-store.ts';
import { isCompanyEvent, isEcho } from './ledger-events.ts';

interface EventRow {
  readonly dedupe_key: string;
  readonly type: string;
  readonly occurred_at: number | null;
  readonly touches: string;
}

/** See `DeliveryStore.takeEvents`. */
export async function takeLedgerEvents(
  tx: Tx,
  lease: Lease,
  changed: (event: SourceEvent) => readonly ChangedDocument[],
  now: number,
): Promise<boolean> {
  const taken = await rows<EventRow>(
    tx,
    sql`
    update events set state = ${nextState(EVENT_TABLE, 'finish')}, settled_at = ${at(now)}
    where connection_id = ${lease.connectionId} and state = 'received' and ${isApplied(EVENT_TABLE, 'finish')}
    returning dedupe_key, type, occurred_at, touches`,
  );
  const documents = taken.filter((row) => !isEcho(row.type)).flatMap((row) => changed(toEvent(row)));
  if (documents.length > 0) await markTouched(tx, lease, documents, now);
  return taken.some((row) => isCompanyEvent(row.type));
}

function toEvent(row: EventRow): SourceEvent {
  return {
    dedupeKey: row.dedupe_key,
    type: row.type,
    occurredAt: row.occurred_at,
    accountId: null,
    touches: parseJson(row.touches) as unknown as RecordRef[],
    wakes: [],
    ignoredBecause: null,
  };
}

async function markTouched(tx: Tx, lease: Lease, documents: readonly ChangedDocument[], now: number): Promise<void> {
  await sql`
    update postings p set touched_at = ${at(now)}
    from unnest(${documents.map((one) => one.kind)}::text[], ${documents.map((one) => one.documentId)}::text[]) as d(kind, id)
    where p.ledger_connection_id = ${lease.connectionId} and p.state = 'posted' and p.document_id = d.id
      and (p.kind = d.kind or (p.kind = 'credit_application' and d.kind = 'payment'))`.execute(tx);
}
