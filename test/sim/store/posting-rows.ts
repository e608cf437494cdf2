import type { PostingId } from '../../../src/kernel/ids.ts';
import type { PostingLineRow, PostingRow } from './rows.ts';
import type { MemoryTables } from './tables.ts';

/** The only ways in which the twins write postings and entries: with what `sql/0004_posting.sql` forbids. */

export function insertPosting(tables: MemoryTables, row: PostingRow): PostingRow {
  if (tables.facts.get(row.factId) === undefined) throw violation('postings', 'postings_fact_id_fkey');
  return checkPosting(tables, tables.postings.insert(row));
}

export function changePosting(tables: MemoryTables, id: PostingId, change: Partial<PostingRow>): PostingRow {
  return checkPosting(tables, tables.postings.update(id, change));
}

export function insertNeed(tables: MemoryTables, postingId: PostingId, needsId: PostingId): void {
  if (tables.postings.get(needsId) === undefined) throw violation('posting_needs', 'posting_needs_needs_id_fkey');
  tables.postingNeeds.insert({ postingId, needsId });
}

/** Lines of a posting's entry in their order. */
export function linesOf(tables: MemoryTables, id: PostingId): PostingLineRow[] {
  return tables.postingLines.by('posting', id).sort((a, b) => a.line - b.line);
}

/** What the deferred trigger `posting_must_balance` asks at the commit. */
export function assertBalanced(tables: MemoryTables, ids: Iterable<PostingId>): void {
  for (const id of ids) {
    const sums = new Map<string, bigint>();
    for (const { currency, amountMinor } of tables.postingLines.by('posting', id))
      sums.set(currency, (sums.get(currency) ?? 0n) + amountMinor);
    for (const [currency, sum] of sums)
      if (sum !== 0n) throw new Error(`the entry does not balance, in minor units: ${id}: ${sum} ${currency}`);
  }
}

function checkPosting(tables: MemoryTables, row: PostingRow): PostingRow {
  if (row.state === 'posted') checkDocument(tables, row);
  if ((row.state === 'sending' || row.state === 'uncertain') && row.firstSentAt === null)
    throw violation('postings', 'postings_check1');
  return row;
}

/** One live document in a ledger belongs to one posting. */
function checkDocument(tables: MemoryTables, row: PostingRow): void {
  if (row.documentId === null) throw violation('postings', 'postings_check');
  const owners = tables.postings.by('document', `${row.ledgerId} ${row.documentId}`);
  if (owners.some((other) => other.id !== row.id && other.kind === row.kind))
    throw violation('postings', 'postings_document');
}

function violation(table: string, constraint: string): Error {
  return new Error(`a row of "${table}" violates the constraint "${constraint}"`);
}
