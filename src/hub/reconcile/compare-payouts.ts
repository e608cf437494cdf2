import { balanceEffect } from '../../model/balance-effect.ts';
import type { PayoutFact, PayoutItemsFact } from '../../model/facts.ts';
import { absent, changed, copyOf, missing, type OneCurrency } from './compare-differences.ts';
import { expectedOf, type Index, isUnplanned, movementOf, onAccounts, sumLive } from './compare-index.ts';
import type { ComparedPosting, CompareInput, DatedFact, Difference, ReconciliationRow } from './compare-types.ts';

/** One row for each payout that arrives in the range. */
export function payoutRows(input: CompareInput, index: Index): ReconciliationRow[] {
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
  return {
    kind: 'payout',
    subject: fact.payoutId,
    period: dated.on,
    currency,
    source: payoutSource(
      fact,
      items !== undefined,
      memberPostings.some((posting) => own.includes(posting)),
    ),
    postings: sign * sumLive(compared, currency),
    ledger: sign * compared.reduce((sum, posting) => sum + ledgerOf(input, index, posting, currency), 0n),
    differences: [
      ...compared.flatMap((posting) => payoutDifferences(input, index, { posting, currency }, sign)),
      ...(items === undefined
        ? []
        : transfers.flatMap((posting) => payoutDifferences(input, index, { posting, currency }, -1n))),
      ...(items?.members ?? []).flatMap((member) => memberDifferences(index, member)),
      ...unplanned(dated, fact, transfers),
    ],
  };
}

/** What the compared postings should come to; the payout's own fee counts where its document is among them. */
function payoutSource(fact: PayoutFact, byMembers: boolean, withOwnFee: boolean): bigint {
  const fees = fact.fees.reduce((sum, fee) => sum + fee.amount.minor, 0n);
  if (!byMembers) return fact.amount.minor + fees;
  return withOwnFee ? fact.amount.minor - fees : fact.amount.minor;
}

/** Postings of the members, and the fee document of the payout that stands for their fees. */
function membersOf(index: Index, items: PayoutItemsFact, own: readonly ComparedPosting[]): readonly ComparedPosting[] {
  const facts = items.members.flatMap(({ objectId }) => index.factsOfObject.get(objectId) ?? []);
  const memberIds = new Set(facts.map(({ id }) => id));
  const direct = [...memberIds].flatMap((id) => index.postingsOfFact.get(id) ?? []);
  const summaries = own.filter((posting) => posting.factIds.some((id) => memberIds.has(id)));
  return [...new Set([...direct, ...summaries])];
}

/** What of a member has no posting: all of it, or its fees, which wait for the payout. */
function memberDifferences(index: Index, { objectId, net }: PayoutItemsFact['members'][number]): Difference[] {
  const facts = index.factsOfObject.get(objectId) ?? [];
  if (facts.length === 0) return [missing(net.minor, objectId, 'This member of the payout has not been read yet.')];
  return facts.flatMap((dated) => {
    const effect = balanceEffect(dated.fact);
    if (effect === null || dated.state === 'ignored') return [];
    if (isUnplanned(index, dated)) {
      const minor = effect.movement.minor - effect.fees.minor;
      const detail = dated.reason ?? 'This member of the payout is not planned yet.';
      return minor === 0n ? [] : [missing(minor, objectId, detail)];
    }
    return dated.feesOn === null && effect.fees.minor !== 0n
      ? [missing(-effect.fees.minor, objectId, 'The fee of this member is booked with the payout.')]
      : [];
  });
}

function unplanned(dated: DatedFact, fact: PayoutFact, transfers: readonly ComparedPosting[]): Difference[] {
  if (transfers.length > 0 || dated.state === 'planned' || dated.state === 'ignored') return [];
  const { minor, currency } = fact.amount;
  return [missing(minor, dated.id, dated.reason ?? `Not planned yet (${currency}).`)];
}

function ledgerOf(input: CompareInput, index: Index, posting: ComparedPosting, currency: string): bigint {
  const documents = index.documentsOf.get(posting.id) ?? [];
  return documents.reduce((sum, document) => sum + onAccounts(input, document, currency), 0n);
}

/** Differences of a posting for a payout, where the day does not count but a move is told. */
function payoutDifferences(
  input: CompareInput,
  index: Index,
  { posting, currency }: OneCurrency,
  sign: bigint,
): Difference[] {
  const [document, ...copies] = index.documentsOf.get(posting.id) ?? [];
  const wanted = expectedOf(index, posting, currency);
  const extra = copies.map((copy) => copyOf(posting, copy, -sign * onAccounts(input, copy, currency)));
  if (document === undefined) return [...absent(posting, sign * wanted), ...extra];
  const is = onAccounts(input, document, currency);
  const moved = document.on !== posting.on && wanted !== 0n;
  if (is === wanted && !moved) return extra;
  const unwanted = is !== wanted && is === movementOf(posting, currency);
  return [changed(posting, document, sign * (wanted - is), unwanted), ...extra];
}
