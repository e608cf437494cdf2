import { addDays, dateIn, type LocalDate } from '../../../kernel/dates.ts';
import type { PostingId } from '../../../kernel/ids.ts';
import { add, isZero, type Money, negate, sumMoney } from '../../../kernel/money.ts';
import type { LedgerDocument } from '../../../model/document.ts';
import type { Fact, FeePart } from '../../../model/facts.ts';
import type { Role } from '../../mapping/index.ts';
import { legId, postingId } from './ids.ts';
import type { EntryLine, Leg, Party, PlanInput, PlannedPosting, PlanOutcome, Reason, Recipe } from './types.ts';

/** Raised while a recipe builds when a role is not mapped; `plan` turns it into a wait with the role's name. */
export class RoleMissing extends Error {
  readonly role: Role;
  constructor(role: Role) {
    super(`no ledger account is mapped for ${role}`);
    this.role = role;
  }
}

export function accountOf(input: PlanInput, role: Role): string {
  const id = input.roles(role);
  if (id === null) throw new RoleMissing(role);
  return id;
}

/** Raised when the parts of a fact do not sum to the whole: nothing is posted. */
export class AmountMismatch extends Error {}

/** The day of an instant in the ledger's time zone, moved to the first open day when the pair asks for that. */
export function dayOf(input: PlanInput, instant: number): LocalDate {
  return openDay(input, dateIn(input.book.timeZone, instant));
}

export function openDay(input: PlanInput, date: LocalDate): LocalDate {
  const { closedThrough } = input.book;
  if (input.settings.closedPeriod === 'first_open_day' && closedThrough !== null && date <= closedThrough)
    return addDays(closedThrough, 1);
  return date;
}

export interface Draft {
  readonly leg: Leg;
  readonly recipe: Recipe;
  readonly document: LedgerDocument;
  readonly entry: readonly EntryLine[];
  readonly total: Money;
  readonly party?: Party | null;
  readonly needs?: readonly PostingId[];
  readonly covers?: readonly string[];
  readonly held?: Reason | null;
  readonly attention?: Reason | null;
}

/** Gives a draft its ids, holds it when its day is closed, and checks that its entry balances. */
export function finish(input: PlanInput, draft: Draft): PlannedPosting {
  const { book, fact } = input;
  assertBalanced(draft);
  const closed = book.closedThrough !== null && draft.document.on <= book.closedThrough;
  const held: Reason | null = closed
    ? {
        code: 'ledger.closed_period',
        detail: `${draft.document.on} is in the period closed through ${book.closedThrough}. Nothing was posted.`,
      }
    : null;
  const generation = input.context.generations[draft.leg] ?? 1;
  return {
    id: postingId(book, fact.source, draft.leg, generation),
    leg: draft.leg,
    generation,
    replaces: generation === 1 ? null : postingId(book, fact.source, draft.leg, generation - 1),
    recipe: draft.recipe,
    document: draft.document,
    party: draft.party ?? null,
    entry: draft.entry.filter((line) => !isZero(line.amount)),
    total: draft.total,
    needs: draft.needs ?? [],
    covers: draft.covers ?? [legId(book, fact.source, draft.leg)],
    held: draft.held ?? held,
    attention: draft.attention ?? null,
  };
}

function assertBalanced({ entry, leg }: Draft): void {
  const currency = entry[0]?.amount.currency;
  if (currency === undefined) throw new AmountMismatch(`${leg}: an entry without lines`);
  const sum = sumMoney(
    entry.map((line) => line.amount),
    currency,
  );
  if (!isZero(sum))
    throw new AmountMismatch(`${leg}: debits and credits differ by ${sum.minor} minor units of ${currency}`);
}

export function post(...postings: readonly (PlannedPosting | null)[]): PlanOutcome {
  return { kind: 'post', postings: postings.filter((one) => one !== null) };
}

export function wait(code: Reason['code'], detail: string): PlanOutcome {
  return { kind: 'wait', reason: { code, detail } };
}

export function clearing(currency: string): Role {
  return `CLR:${currency}`;
}

export function debit(role: Role, amount: Money): EntryLine {
  return { role, amount };
}

export function credit(role: Role, amount: Money): EntryLine {
  return { role, amount: negate(amount) };
}

export function sumOfFees(fees: readonly FeePart[], currency: string): Money {
  return fees.map((fee) => fee.amount).reduce(add, { minor: 0n, currency });
}

/** First line of the memo: what it is and which object of the source it is. */
export function memoOf(fact: Fact, what: string): string {
  const lines = [`${what} ${fact.source.provider} ${fact.source.objectId}`];
  const refs = Object.entries(fact.references).map(([key, value]) => `${key} ${value}`);
  if (refs.length > 0) lines.push(refs.join(', '));
  if (fact.description !== '') lines.push(fact.description);
  return lines.join('\n');
}

/** A short reference for fields of 21 characters: the end of the id, which is its random part. */
export function shortReference(id: string): string {
  return id.slice(-21);
}
