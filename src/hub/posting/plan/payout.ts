import type { LocalDate } from '../../../kernel/dates.ts';
import { absolute, formatAmount, isZero, type Money, sumMoney } from '../../../kernel/money.ts';
import type { AccountLine } from '../../../model/document.ts';
import type { Fact, FeePart, PayoutFact, PayoutReversedFact } from '../../../model/facts.ts';
import type { Role } from '../../mapping/index.ts';
import {
  AmountMismatch,
  accountOf,
  clearing,
  credit,
  type Draft,
  dayOf,
  debit,
  finish,
  memoOf,
  openDay,
  post,
  sumOfFees,
  wait,
} from './build.ts';
import { feeEntry, feeLines, feePosting } from './fee.ts';
import type { PlanInput, PlannedPosting, PlanOutcome, Recipe } from './types.ts';

/**
 * S7, or S7c when the bank is debited. An itemised payout waits until its members are known and sum to it; it is sent
 * after they are posted.
 */
export function planPayout(input: PlanInput<PayoutFact>): PlanOutcome {
  const { fact, context, settings } = input;
  if (!fact.itemised)
    return post(
      transfer(input, fact.amount, openDay(input, fact.arrivesOn), []),
      feePosting(perTransaction(input), fact.fees, 'S4c'),
    );
  if (context.items === null)
    return wait('posting.members_missing', `What payout ${fact.payoutId} is made of is not known yet.`);
  assertMembersSum(
    fact,
    context.items.members.map((member) => member.net),
  );
  if (context.membersWithoutPosting.length > 0) {
    const first = context.membersWithoutPosting.slice(0, 3).join(', ');
    return wait(
      'posting.members_missing',
      `${context.membersWithoutPosting.length} members of payout ${fact.payoutId} are not planned: ${first}.`,
    );
  }
  const fees = settings.feeDetail === 'payout' ? feeSummary(input) : null;
  const needs = [...context.memberPostings, ...(fees === null ? [] : [fees.id])];
  return post(
    transfer(input, fact.amount, openDay(input, fact.arrivesOn), needs),
    fees ?? feePosting(input, fact.fees, 'S4c'),
  );
}

/** S7b: a payout that failed comes back from the bank. */
export function planPayoutReversed(input: PlanInput<PayoutReversedFact>): PlanOutcome {
  const { fact } = input;
  return post(
    finish(
      input,
      transferDraft(input, {
        leg: 'payout_reversed',
        recipe: 'S7b',
        toClearing: fact.amount.minor > 0n,
        amount: absolute(fact.amount),
        on: dayOf(input, fact.occurredAt),
        what: 'Payout returned',
      }),
    ),
  );
}

/** A payout's own fee is in no list of members, so it is booked by itself in either detail. */
function perTransaction(input: PlanInput<PayoutFact>): PlanInput<PayoutFact> {
  return { ...input, settings: { ...input.settings, feeDetail: 'transaction' } };
}

function assertMembersSum(fact: PayoutFact, nets: readonly Money[]): void {
  const sum = sumMoney(nets, fact.amount.currency);
  if (sum.minor !== fact.amount.minor) {
    throw new AmountMismatch(
      `payout ${fact.payoutId} is ${formatAmount(fact.amount)} ${sum.currency}, its members sum to ${formatAmount(sum)}`,
    );
  }
}

function transfer(
  input: PlanInput<PayoutFact>,
  amount: Money,
  on: LocalDate,
  needs: PlannedPosting['needs'],
): PlannedPosting | null {
  if (isZero(amount)) return null;
  const toClearing = amount.minor < 0n;
  const draft = transferDraft(input, {
    leg: 'payout',
    recipe: toClearing ? 'S7c' : 'S7',
    toClearing,
    amount: absolute(amount),
    on,
    what: 'Payout',
  });
  return finish(input, { ...draft, needs });
}

interface TransferShape {
  readonly leg: 'payout' | 'payout_reversed';
  readonly recipe: Recipe;
  readonly toClearing: boolean;
  readonly amount: Money;
  readonly on: LocalDate;
  readonly what: string;
}

function transferDraft(input: PlanInput, { leg, recipe, toClearing, amount, on, what }: TransferShape): Draft {
  const ours = clearing(amount.currency);
  const [from, to]: [Role, Role] = toClearing ? ['BANK', ours] : [ours, 'BANK'];
  return {
    leg,
    recipe,
    total: amount,
    entry: [debit(to, amount), credit(from, amount)],
    document: {
      kind: 'transfer',
      on,
      currency: amount.currency,
      memo: memoOf(input.fact, what),
      fromAccountId: accountOf(input, from),
      toAccountId: accountOf(input, to),
      amount,
    },
  };
}

/** One document for the fees of all members that have none of their own yet. */
function feeSummary(input: PlanInput<PayoutFact>): PlannedPosting | null {
  const { fact, context } = input;
  const fees = [...context.openFees.flatMap((open) => feesOf(open.fact)), ...fact.fees];
  const currency = fact.amount.currency;
  const total = sumOfFees(fees, currency);
  if (isZero(total)) return null;
  const lines = feeLines(input, fees);
  const covers = context.openFees.map((open) => open.legId);
  const on = openDay(input, fact.arrivesOn);
  const memo = memoOf(fact, `Fees of ${covers.length} transactions in payout`);
  const accountId = accountOf(input, clearing(currency));
  const returned: AccountLine[] = lines.map((line) => ({
    ...line,
    amount: { ...line.amount, minor: -line.amount.minor },
  }));
  return finish(input, {
    leg: 'fee',
    recipe: total.minor < 0n ? 'S4b' : 'S4',
    total: absolute(total),
    covers,
    entry: feeEntry(fees, total),
    document:
      total.minor < 0n
        ? { kind: 'deposit', on, currency, memo, accountId, lines: returned }
        : { kind: 'expense', on, currency, memo, accountId, vendorId: accountOf(input, 'VENDOR'), lines },
  });
}

/** Fees that are booked as a leg of their own, beside the movement they came with. */
export function feesOf(fact: Fact): readonly FeePart[] {
  return fact.kind === 'charge' || fact.kind === 'refund' || fact.kind === 'adjustment' ? fact.fees : [];
}
