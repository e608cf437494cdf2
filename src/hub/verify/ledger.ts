import { rows, sql } from '../../platform/store/index.ts';
import type { Caller } from '../connections/index.ts';
import type { HubDoors } from '../mapping/index.ts';
import { listDocuments } from '../posting/index.ts';
import type { Violation } from './checks.pg.ts';

export interface LedgerCheck {
  readonly documents: number;
  readonly violations: readonly Violation[];
}

interface PostedRow {
  readonly id: string;
  readonly documentId: string;
}

/** I3 against the ledger itself: each of our documents is there once, and each marker there belongs to one entry. */
export async function checkLedger(doors: HubDoors, caller: Caller, signal: AbortSignal): Promise<LedgerCheck> {
  const { connection } = caller;
  const [facts] = await doors.database.tenant(connection.tenantId, (tx) =>
    rows(
      tx,
      sql<{ from: string | null; to: string | null; home: string | null }>`
      select min(occurred_on) as "from", max(occurred_on) as "to", (select home_currency from ledger_companies where connection_id = ${connection.id}) as home
      from postings where ledger_connection_id = ${connection.id} order by 1`,
    ),
  );
  if (!facts?.from || !facts.to || !facts.home) return { documents: 0, violations: [] };
  const posted = await doors.database.tenant(connection.tenantId, (tx) =>
    rows(
      tx,
      sql<PostedRow>`select id, document_id as "documentId" from postings where ledger_connection_id = ${connection.id} and state = 'posted' order by id`,
    ),
  );
  const live = new Map<string, string[]>();
  for (const kind of doors.registry.ledger(connection.provider).kinds) {
    const found = await listDocuments(
      { doors, caller, signal },
      { kind, from: facts.from, to: facts.to, updatedSince: null, homeCurrency: facts.home },
    );
    for (const { postingId, documentId, voided } of found)
      if (postingId !== null && !voided) live.set(postingId, [...(live.get(postingId) ?? []), documentId]);
  }
  return { documents: live.size, violations: [...duplicates(live), ...missing(posted, live)] };
}

function duplicates(live: ReadonlyMap<string, readonly string[]>): Violation[] {
  return [...live]
    .filter(([, ids]) => ids.length > 1)
    .map(([subject, ids]) => ({ subject, detail: `Documents ${ids.join(', ')} of the ledger all carry its marker.` }));
}

function missing(posted: readonly PostedRow[], live: ReadonlyMap<string, readonly string[]>): Violation[] {
  return posted
    .filter(({ id, documentId }) => !live.get(id)?.includes(documentId))
    .map(({ id, documentId }) => ({
      subject: id,
      detail: `Document ${documentId} is posted and not in the ledger: it was deleted or moved out of the range.`,
    }));
}
