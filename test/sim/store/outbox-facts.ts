import type { Book, Members, OutboxTx } from '../../../src/hub/posting/outbox-store.ts';
import { feesOf, type Leg, legId, type OpenFee } from '../../../src/hub/posting/plan/index.ts';
import type { ConnectionId, FactId, PostingId } from '../../../src/kernel/ids.ts';
import { isZero, type Money } from '../../../src/kernel/money.ts';
import type {
  ChargeFact,
  DisputeLostFact,
  FactKind,
  InvoiceFact,
  PayoutItemsFact,
  RefundFact,
} from '../../../src/model/facts.ts';
import { documentOf, factOf } from './parsed.ts';
import type { FactRow, PostingRow } from './rows.ts';
import type { MemoryTables } from './tables.ts';
import { compareText } from './work.ts';

/** What planning looks up about other facts of the source: see `OutboxTx`. */

export function charge(
  tables: MemoryTables,
  source: ConnectionId,
  chargeId: string,
): Awaited<ReturnType<OutboxTx['charge']>> {
  const row = factByRef(tables, source, 'charge', `charge:${chargeId}`);
  if (row === null) return null;
  const posting = livePosting(tables, row.id, 'receipt');
  return {
    fact: factOf(row) as ChargeFact,
    recipe: posting?.recipe ?? null,
    receiptId: posting?.id ?? null,
    party: posting === null ? null : documentOf(posting).party,
  };
}

export function givenBackBefore(
  tables: MemoryTables,
  source: ConnectionId,
  chargeId: string,
  before: { readonly id: FactId; readonly occurredAt: number },
): Money[] {
  const ref = `charge:${chargeId}`;
  const given = [...tables.facts.by('ref', `${source} refund`), ...tables.facts.by('ref', `${source} dispute_lost`)];
  return given
    .filter((row) => row.state !== 'ignored' && row.refs.includes(ref) && byTime(row, before) < 0)
    .sort(byTime)
    .map((row) => (factOf(row) as RefundFact | DisputeLostFact).amount);
}

export function payoutItems(tables: MemoryTables, source: ConnectionId, payoutId: string): PayoutItemsFact | null {
  const row = factByRef(tables, source, 'payout_items', `payout:${payoutId}`);
  return row && (factOf(row) as PayoutItemsFact);
}

export function invoice(
  tables: MemoryTables,
  source: ConnectionId,
  invoiceId: string,
): Awaited<ReturnType<OutboxTx['invoice']>> {
  const row = factByRef(tables, source, 'invoice', `invoice:${invoiceId}`);
  const posting = row && livePosting(tables, row.id, 'invoice');
  return row && posting && { fact: factOf(row) as InvoiceFact, postingId: posting.id };
}

interface Member {
  readonly objectId: string;
  readonly row: FactRow | null;
}

interface WantedMembers {
  readonly source: ConnectionId;
  readonly objectIds: readonly string[];
  readonly book: Book;
  readonly payout: FactId;
}

export function members(tables: MemoryTables, { source, objectIds, book, payout }: WantedMembers): Members {
  const found = objectIds.toSorted(compareText).flatMap((objectId) => membersOf(tables, source, objectId));
  return {
    postings: found.flatMap(({ row }) => (row === null ? [] : postingsOf(tables, row.id))),
    without: found
      .filter(({ row }) => row === null || row.state === 'new' || row.state === 'waiting')
      .map(({ objectId }) => objectId),
    openFees: found.flatMap(({ row }) => (row === null ? [] : openFees(tables, row, { book, payout }))),
  };
}

/** Every fact of an object, in order of their ids; one without a fact when there is none. */
function membersOf(tables: MemoryTables, source: ConnectionId, objectId: string): Member[] {
  const rows = tables.facts
    .by('object', `${source} ${objectId}`)
    .filter(({ kind }) => kind !== 'payout_items')
    .sort((a, b) => compareText(a.id, b.id));
  return rows.length === 0 ? [{ objectId, row: null }] : rows.map((row) => ({ objectId, row }));
}

/** Live postings of a fact that stand for a leg, in order of their ids. */
function postingsOf(tables: MemoryTables, factId: FactId): PostingId[] {
  return tables.postings
    .by('fact', factId)
    .filter((posting) => isLive(posting) && tables.postingLegs.by('posting', posting.id).length > 0)
    .map(({ id }) => id)
    .sort(compareText);
}

function openFees(
  tables: MemoryTables,
  row: FactRow,
  { book, payout }: Pick<WantedMembers, 'book' | 'payout'>,
): OpenFee[] {
  const fact = factOf(row);
  if (feesOf(fact).every((fee) => isZero(fee.amount))) return [];
  const id = legId(book, fact.source, 'fee');
  const leg = tables.postingLegs.get(id);
  const owner = leg && tables.postings.get(leg.postingId);
  return owner === undefined || owner.factId === payout || !isLive(owner) ? [{ fact, legId: id }] : [];
}

/** The earliest fact of a kind that has the name. */
function factByRef(tables: MemoryTables, source: ConnectionId, kind: FactKind, ref: string): FactRow | null {
  const named = tables.facts.by('ref', `${source} ${kind}`).filter(({ refs }) => refs.includes(ref));
  return named.sort(byTime)[0] ?? null;
}

function livePosting(tables: MemoryTables, factId: FactId, leg: Leg): PostingRow | null {
  return tables.postings.by('fact', factId).find((row) => row.leg === leg && isLive(row)) ?? null;
}

export function isLive({ state }: PostingRow): boolean {
  return state !== 'voided' && state !== 'superseded';
}

function byTime(
  a: { readonly occurredAt: number; readonly id: string },
  b: { readonly occurredAt: number; readonly id: string },
): number {
  return a.occurredAt - b.occurredAt || compareText(a.id, b.id);
}
