import { balanceEffect } from '../../model/balance-effect.ts';
import type { PostedDocument } from '../../model/document.ts';
import type { PayoutItemsFact } from '../../model/facts.ts';
import type { ComparedPosting, CompareInput, DatedFact } from './compare-types.ts';

/** What the rows are made from, found once. */
export interface Index {
  readonly ours: ReadonlySet<string>;
  /** Live documents with a posting's marker: the first counts, the others are copies. */
  readonly documentsOf: ReadonlyMap<string, readonly PostedDocument[]>;
  readonly postingsOfFact: ReadonlyMap<string, readonly ComparedPosting[]>;
  /** Usually one; a movement with a fee that has no place in it is two. */
  readonly factsOfObject: ReadonlyMap<string, readonly DatedFact[]>;
  readonly itemsOf: ReadonlyMap<string, PayoutItemsFact>;
  /** Facts that the source took back. */
  readonly ignored: ReadonlyMap<string, DatedFact>;
}

/** Sorts and groups everything once; copies of a document come behind the one that a look-up adopts. */
export function indexOf({ facts, postings, documents }: CompareInput): Index {
  const postingsOfFact = new Map<string, ComparedPosting[]>();
  for (const posting of postings) for (const id of posting.factIds) pushTo(postingsOfFact, id, posting);
  const documentsOf = new Map<string, PostedDocument[]>();
  for (const document of documents.filter(({ voided }) => !voided).sort(byDocumentId))
    if (document.postingId !== null) pushTo(documentsOf, document.postingId, document);
  const items = facts.flatMap(({ fact }) => (fact.kind === 'payout_items' ? [[fact.payoutId, fact] as const] : []));
  return {
    ours: new Set(postings.map((posting) => posting.id)),
    documentsOf,
    postingsOfFact,
    factsOfObject: Map.groupBy(
      facts.filter(({ fact }) => fact.kind !== 'payout_items'),
      ({ fact }) => fact.source.objectId,
    ),
    itemsOf: new Map(items),
    ignored: new Map(facts.filter(({ state }) => state === 'ignored').map((one) => [one.id, one])),
  };
}

function pushTo<V>(map: Map<string, V[]>, key: string, value: V): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}

/** The order of a look-up: the document that it adopts is the first. */
function byDocumentId(a: PostedDocument, b: PostedDocument): number {
  return a.documentId.length - b.documentId.length || (a.documentId < b.documentId ? -1 : 1);
}

/** What a document does to the compared accounts of one currency. */
export function onAccounts({ accounts }: CompareInput, document: PostedDocument, currency: string): bigint {
  if (document.voided) return 0n;
  return document.movements.reduce(
    (sum, { accountId, amount }) => (accounts.get(accountId) === currency ? sum + amount.minor : sum),
    0n,
  );
}

/** No posting speaks for the fact. One that waits again may well have one, and be in the ledger. */
export function isUnplanned(index: Index, { id, state }: DatedFact): boolean {
  if (state === 'ignored') return false;
  return !(index.postingsOfFact.get(id) ?? []).some((posting) => posting.state !== 'superseded');
}

/**
 * What a posting should have in the ledger: nothing once another took its place, or once the source took all of it
 * back. A voided one whose event still stands is missing: the source counts it.
 */
export function expectedOf(index: Index, posting: ComparedPosting, currency: string): bigint {
  const takenBack = posting.factIds.flatMap((id) => index.ignored.get(id) ?? []);
  if (posting.state === 'superseded') return 0n;
  if (posting.factIds.length > 0 && takenBack.length === posting.factIds.length) return 0n;
  // Of a document that stands for the fees of many, only the fees of those that stand are left.
  const fees = takenBack.reduce((sum, { fact }) => sum + (balanceEffect(fact)?.fees.minor ?? 0n), 0n);
  return movementOf(posting, currency) + fees;
}

/** What a posting was planned to do to the compared accounts. */
export function movementOf(posting: ComparedPosting, currency: string): bigint {
  return posting.movements.get(currency) ?? 0n;
}

/** What posted entries do to the compared accounts. */
export function sumLive(postings: readonly ComparedPosting[], currency: string): bigint {
  return postings
    .filter(({ state }) => state === 'posted')
    .reduce((sum, posting) => sum + movementOf(posting, currency), 0n);
}
