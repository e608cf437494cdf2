import type { LocalDate } from '../../kernel/dates.ts';
import { balanceEffect } from '../../model/balance-effect.ts';
import type { PostedDocument } from '../../model/document.ts';
import type { Fact, PayoutFact, PayoutItemsFact } from '../../model/facts.ts';
import type { PostingState } from '../posting/index.ts';

/** A fact with the day on which it counts. */
export interface DatedFact {
  readonly id: string;
  readonly fact: Fact;
  readonly state: 'new' | 'planned' | 'waiting' | 'ignored';
  readonly reason: string | null;
  /** Day of its movement, and of its fees when they are booked apart; null while the fees wait for a payout. */
  readonly on: LocalDate;
  readonly feesOn: LocalDate | null;
}

/** A posting reduced to what it does to the accounts that are compared. */
export interface ComparedPosting {
  readonly id: string;
  readonly factIds: readonly string[];
  readonly state: PostingState;
  readonly on: LocalDate;
  /** Minor units by currency on the compared accounts; positive is a debit. */
  readonly movements: ReadonlyMap<string, bigint>;
  readonly reason: string | null;
}

export interface CompareInput {
  readonly facts: readonly DatedFact[];
  readonly postings: readonly ComparedPosting[];
  readonly documents: readonly PostedDocument[];
  /** Accounts of the ledger that stand for the money at the source, with their currency. */
  readonly accounts: ReadonlyMap<string, string>;
  readonly from: LocalDate;
  readonly to: LocalDate;
}

export type DifferenceKind =
  /** At the source, and not yet or not at all in the ledger. */
  | 'missing'
  /** Posted once, and gone from the ledger. */
  | 'deleted'
  /** In the ledger on our account, and not ours. */
  | 'extra'
  /** Ours, and with another amount or day than posted. */
  | 'amount_differs';

export interface Difference {
  readonly kind: DifferenceKind;
  /** Source less ledger, minor units. */
  readonly minor: bigint;
  readonly subject: string;
  readonly detail: string;
}

export interface ReconciliationRow {
  readonly kind: 'payout' | 'day';
  /** Payout id, or the day. */
  readonly subject: string;
  readonly period: LocalDate;
  readonly currency: string;
  readonly source: bigint;
  readonly postings: bigint;
  readonly ledger: bigint;
  readonly differences: readonly Difference[];
}

/** Source, postings and ledger side by side, for each payout and each day in the range; every difference has a name. */
export function compare(input: CompareInput): readonly ReconciliationRow[] {
  const index = indexOf(input);
  return [...payoutRows(input, index), ...dayRows(input, index)];
}

interface Index {
  readonly ours: ReadonlySet<string>;
  readonly documentOf: ReadonlyMap<string, PostedDocument>;
  readonly postingsOfFact: ReadonlyMap<string, readonly ComparedPosting[]>;
  readonly factByObject: ReadonlyMap<string, DatedFact>;
  readonly itemsOf: ReadonlyMap<string, PayoutItemsFact>;
}

function indexOf({ facts, postings, documents }: CompareInput): Index {
  const postingsOfFact = new Map<string, ComparedPosting[]>();
  for (const posting of postings)
    for (const id of posting.factIds) postingsOfFact.set(id, [...(postingsOfFact.get(id) ?? []), posting]);
  const items = facts.flatMap(({ fact }) => (fact.kind === 'payout_items' ? [[fact.payoutId, fact] as const] : []));
  return {
    ours: new Set(postings.map((posting) => posting.id)),
    documentOf: new Map(
      documents.flatMap((document) =>
        document.postingId === null || document.voided ? [] : [[document.postingId, document] as const],
      ),
    ),
    postingsOfFact,
    factByObject: new Map(
      facts.filter(({ fact }) => fact.kind !== 'payout_items').map((one) => [one.fact.source.objectId, one]),
    ),
    itemsOf: new Map(items),
  };
}

/** What a document does to the compared accounts of one currency. */
function onAccounts({ accounts }: CompareInput, document: PostedDocument | undefined, currency: string): bigint {
  if (document === undefined || document.voided) return 0n;
  return document.movements.reduce(
    (sum, { accountId, amount }) => (accounts.get(accountId) === currency ? sum + amount.minor : sum),
    0n,
  );
}

function payoutRows(input: CompareInput, index: Index): ReconciliationRow[] {
  return input.facts.flatMap((dated) => {
    const { fact } = dated;
    return fact.kind === 'payout' && dated.on >= input.from && dated.on <= input.to
      ? [payoutRow(input, index, dated, fact)]
      : [];
  });
}

/** A payout agrees when its members in the ledger sum to it, and its own transfer is there with the same amount. */
function payoutRow(input: CompareInput, index: Index, dated: DatedFact, fact: PayoutFact): ReconciliationRow {
  const currency = fact.amount.currency;
  const own = index.postingsOfFact.get(dated.id) ?? [];
  const items = fact.itemised ? index.itemsOf.get(fact.payoutId) : undefined;
  const memberPostings = items === undefined ? [] : membersOf(index, items, own);
  const transfers = own.filter((posting) => !memberPostings.includes(posting));
  const compared = items === undefined ? transfers : memberPostings;
  const sign = items === undefined ? -1n : 1n;
  const source = items === undefined ? fact.amount.minor + feesIn(fact) : fact.amount.minor;
  return {
    kind: 'payout',
    subject: fact.payoutId,
    period: dated.on,
    currency,
    source,
    postings: sign * sumLive(compared, currency),
    ledger:
      sign * compared.reduce((sum, posting) => sum + onAccounts(input, index.documentOf.get(posting.id), currency), 0n),
    differences: [
      ...compared.flatMap((posting) => postingDifference(input, index, posting, currency, sign)),
      ...(items === undefined
        ? []
        : transfers.flatMap((posting) => postingDifference(input, index, posting, currency, -1n))),
      ...unplannedMembers(index, items),
      ...unplanned(dated, currency, source, compared.length === 0),
    ],
  };
}

function feesIn(fact: PayoutFact): bigint {
  return fact.fees.reduce((sum, fee) => sum + fee.amount.minor, 0n);
}

/** Postings of the members, and the fee document of the payout that stands for their fees. */
function membersOf(index: Index, items: PayoutItemsFact, own: readonly ComparedPosting[]): readonly ComparedPosting[] {
  const memberIds = new Set(items.members.flatMap(({ objectId }) => index.factByObject.get(objectId)?.id ?? []));
  const direct = [...memberIds].flatMap((id) => index.postingsOfFact.get(id) ?? []);
  const summaries = own.filter((posting) => posting.factIds.some((id) => memberIds.has(id)));
  return [...new Set([...direct, ...summaries])];
}

function unplannedMembers(index: Index, items: PayoutItemsFact | undefined): Difference[] {
  return (items?.members ?? []).flatMap(({ objectId, net }) => {
    const dated = index.factByObject.get(objectId);
    if (dated !== undefined && (dated.state === 'planned' || dated.state === 'ignored')) return [];
    return [
      {
        kind: 'missing' as const,
        minor: net.minor,
        subject: objectId,
        detail: dated?.reason ?? 'This member of the payout has not been read yet.',
      },
    ];
  });
}

function unplanned(dated: DatedFact, currency: string, minor: bigint, nothingPlanned: boolean): Difference[] {
  if (!nothingPlanned || dated.state === 'planned' || dated.state === 'ignored') return [];
  return [{ kind: 'missing', minor, subject: dated.id, detail: dated.reason ?? `Not planned yet (${currency}).` }];
}

function sumLive(postings: readonly ComparedPosting[], currency: string): bigint {
  return postings
    .filter(({ state }) => state === 'posted')
    .reduce((sum, { movements }) => sum + (movements.get(currency) ?? 0n), 0n);
}

function postingDifference(
  input: CompareInput,
  index: Index,
  posting: ComparedPosting,
  currency: string,
  sign: bigint,
): Difference[] {
  if (posting.state === 'voided' || posting.state === 'superseded') return [];
  const wanted = posting.movements.get(currency) ?? 0n;
  const document = index.documentOf.get(posting.id);
  const is = onAccounts(input, document, currency);
  if (document !== undefined && is === wanted && document.on === posting.on) return [];
  const minor = sign * (wanted - is);
  if (document !== undefined) {
    const detail =
      document.on === posting.on
        ? `Document ${document.documentId} was changed in the ledger.`
        : `Document ${document.documentId} was moved from ${posting.on} to ${document.on} in the ledger.`;
    return [{ kind: 'amount_differs', minor, subject: posting.id, detail }];
  }
  if (wanted === 0n) return [];
  if (posting.state === 'posted')
    return [{ kind: 'deleted', minor, subject: posting.id, detail: 'The document is no longer in the ledger.' }];
  return [{ kind: 'missing', minor, subject: posting.id, detail: posting.reason ?? `The entry is ${posting.state}.` }];
}

interface DayTotals {
  source: bigint;
  readonly differences: Difference[];
}

function dayRows(input: CompareInput, index: Index): ReconciliationRow[] {
  const days = new Map<string, DayTotals>();
  const dayOf = (on: LocalDate, currency: string): DayTotals => {
    const key = `${on} ${currency}`;
    const known = days.get(key) ?? { source: 0n, differences: [] };
    days.set(key, known);
    return known;
  };
  for (const dated of input.facts) addFact(input, dated, dayOf);
  for (const posting of input.postings) {
    if (posting.on < input.from || posting.on > input.to) continue;
    for (const currency of posting.movements.keys())
      dayOf(posting.on, currency).differences.push(...postingDifference(input, index, posting, currency, 1n));
  }
  for (const document of input.documents) addDocument(input, index, document, dayOf);
  const byDay = {
    postings: Map.groupBy(input.postings, (one) => one.on),
    documents: Map.groupBy(input.documents, (one) => one.on),
  };
  return [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, totals]) => dayRow(input, byDay, key, totals));
}

function addFact(
  { from, to }: CompareInput,
  dated: DatedFact,
  dayOf: (on: LocalDate, currency: string) => DayTotals,
): void {
  const effect = balanceEffect(dated.fact);
  if (effect === null || dated.state === 'ignored') return;
  const { currency } = effect.movement;
  if (dated.on >= from && dated.on <= to) {
    const day = dayOf(dated.on, currency);
    day.source += effect.movement.minor;
    if (dated.state !== 'planned')
      day.differences.push({
        kind: 'missing',
        minor: effect.movement.minor,
        subject: dated.id,
        detail: dated.reason ?? 'Not planned yet.',
      });
  }
  if (dated.feesOn !== null && dated.feesOn >= from && dated.feesOn <= to && effect.fees.minor !== 0n)
    dayOf(dated.feesOn, currency).source -= effect.fees.minor;
}

/** Documents on our accounts that are not ours. */
function addDocument(
  input: CompareInput,
  index: Index,
  document: PostedDocument,
  dayOf: (on: LocalDate, currency: string) => DayTotals,
): void {
  const ours = document.postingId !== null && index.ours.has(document.postingId);
  if (ours || document.voided || document.on < input.from || document.on > input.to) return;
  for (const currency of new Set(input.accounts.values())) {
    const minor = onAccounts(input, document, currency);
    if (minor !== 0n)
      dayOf(document.on, currency).differences.push({
        kind: 'extra',
        minor: -minor,
        subject: document.documentId,
        detail: `${document.kind} ${document.documentId} in the ledger is not ours.`,
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
