import type { LocalDate } from '../../kernel/dates.ts';
import { balanceEffect } from '../../model/balance-effect.ts';
import type { PostedDocument } from '../../model/document.ts';
import { absent, changed, copyOf, missing, type OneCurrency } from './compare-differences.ts';
import { expectedOf, type Index, isUnplanned, movementOf, onAccounts, sumLive } from './compare-index.ts';
import type { ComparedPosting, CompareInput, DatedFact, Difference, ReconciliationRow } from './compare-types.ts';

interface DayTotals {
  source: bigint;
  readonly differences: Difference[];
}

type DayOf = (on: LocalDate, currency: string) => DayTotals | null;

/** One row for each day of the range on which anything happened; its differences sum to source − ledger. */
export function dayRows(input: CompareInput, index: Index): ReconciliationRow[] {
  const days = new Map<string, DayTotals>();
  const dayOf: DayOf = (on, currency) => {
    if (on < input.from || on > input.to) return null;
    const key = `${on} ${currency}`;
    const known = days.get(key) ?? { source: 0n, differences: [] };
    days.set(key, known);
    return known;
  };
  for (const dated of input.facts) addFact(index, dated, dayOf);
  for (const posting of input.postings) {
    for (const currency of posting.movements.keys()) addPosting(input, index, { posting, currency }, dayOf);
    const [first, ...copies] = index.documentsOf.get(posting.id) ?? [];
    if (first !== undefined && isLeftOver(posting))
      dayOf(posting.on, first.total.currency)?.differences.push(changed(posting, first, 0n, true));
    for (const copy of copies) addCopy(input, posting, copy, dayOf);
  }
  for (const document of input.documents) addForeign(input, index, document, dayOf);
  const byDay = {
    postings: Map.groupBy(input.postings, (one) => one.on),
    documents: Map.groupBy(input.documents, (one) => one.on),
  };
  return [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, totals]) => dayRow(input, byDay, key, totals));
}

function addFact(index: Index, dated: DatedFact, dayOf: DayOf): void {
  const effect = balanceEffect(dated.fact);
  if (effect === null || dated.state === 'ignored') return;
  const { currency } = effect.movement;
  addEffect(index, dated, dayOf(dated.on, currency), effect.movement.minor);
  if (dated.feesOn !== null) addEffect(index, dated, dayOf(dated.feesOn, currency), -effect.fees.minor);
}

function addEffect(index: Index, dated: DatedFact, day: DayTotals | null, minor: bigint): void {
  if (day === null || minor === 0n) return;
  day.source += minor;
  if (isUnplanned(index, dated)) day.differences.push(missing(minor, dated.id, dated.reason ?? 'Not planned yet.'));
}

/** Where the posting's day and the document's are two, each has its own difference. */
function addPosting(input: CompareInput, index: Index, { posting, currency }: OneCurrency, dayOf: DayOf): void {
  const wanted = expectedOf(index, posting, currency);
  const day = dayOf(posting.on, currency);
  // The source speaks at the invoice's rate; what market value adds is our own decision and no difference.
  if (posting.leg === 'value' && day !== null) day.source += wanted;
  const [document] = index.documentsOf.get(posting.id) ?? [];
  if (document === undefined) {
    day?.differences.push(...absent(posting, wanted));
    return;
  }
  const is = onAccounts(input, document, currency);
  if (document.on === posting.on) {
    const unwanted = is === movementOf(posting, currency);
    if (is !== wanted) day?.differences.push(changed(posting, document, wanted - is, unwanted));
    return;
  }
  if (wanted !== 0n) day?.differences.push(changed(posting, document, wanted, false));
  if (is !== 0n) dayOf(document.on, currency)?.differences.push(changed(posting, document, -is, wanted === 0n));
}

/** Nothing of it should be in the ledger, and no account that is compared would tell. */
function isLeftOver({ state, movements }: ComparedPosting): boolean {
  return movements.size === 0 && (state === 'voided' || state === 'superseded');
}

/**
 * A copy is told on the posting's day, whatever it moves and wherever it is: its own day may never be compared. Its
 * amount counts on its own day.
 */
function addCopy(input: CompareInput, posting: ComparedPosting, copy: PostedDocument, dayOf: DayOf): void {
  const { movements } = posting;
  for (const currency of movements.size > 0 ? movements.keys() : [copy.total.currency]) {
    const minor = onAccounts(input, copy, currency);
    const isElsewhere = copy.on !== posting.on;
    dayOf(posting.on, currency)?.differences.push(copyOf(posting, copy, isElsewhere ? 0n : -minor));
    if (isElsewhere && minor !== 0n) dayOf(copy.on, currency)?.differences.push(copyOf(posting, copy, -minor));
  }
}

/** Documents on our accounts that are not ours. */
function addForeign(input: CompareInput, index: Index, document: PostedDocument, dayOf: DayOf): void {
  const ours = document.postingId !== null && index.ours.has(document.postingId);
  if (ours || document.voided) return;
  for (const currency of new Set(input.accounts.values())) {
    const minor = onAccounts(input, document, currency);
    if (minor === 0n) continue;
    const detail = `${document.kind} ${document.documentId} in the ledger is not ours.`;
    dayOf(document.on, currency)?.differences.push({
      kind: 'extra',
      minor: -minor,
      subject: document.documentId,
      detail,
    });
  }
}

interface ByDay {
  readonly postings: ReadonlyMap<LocalDate, readonly ComparedPosting[]>;
  readonly documents: ReadonlyMap<LocalDate, readonly PostedDocument[]>;
}

function dayRow(input: CompareInput, byDay: ByDay, key: string, totals: DayTotals): ReconciliationRow {
  const [on, currency] = key.split(' ') as [LocalDate, string];
  return {
    kind: 'day',
    subject: on,
    period: on,
    currency,
    source: totals.source,
    postings: sumLive(byDay.postings.get(on) ?? [], currency),
    ledger: (byDay.documents.get(on) ?? []).reduce((sum, document) => sum + onAccounts(input, document, currency), 0n),
    differences: totals.differences,
  };
}
