import { absolute, isZero, type Money, negate } from '../../../kernel/money.ts';
import type { AccountLine } from '../../../model/document.ts';
import type { FeeFact, FeePart, FeeRole } from '../../../model/facts.ts';
import { accountOf, clearing, credit, dayOf, debit, finish, memoOf, post, sumOfFees } from './build.ts';
import type { EntryLine, PlanInput, PlannedPosting, PlanOutcome, Recipe } from './types.ts';

/** S4c, or S4b when the processor gives it back. */
export function planFee(input: PlanInput<FeeFact>): PlanOutcome {
  return post(feeDocument(input, [input.fact.fee], input.fact.fee.amount.minor < 0n ? 'S4b' : 'S4c'));
}

/**
 * The fee that came with a movement: a document of its own, so that the sale shows what the customer paid. Null when
 * there is none, or when the pair books fees with the payout.
 */
export function feePosting(input: PlanInput, fees: readonly FeePart[], recipe: Recipe): PlannedPosting | null {
  return input.settings.feeDetail === 'payout' ? null : feeDocument(input, fees, recipe);
}

function feeDocument(input: PlanInput, fees: readonly FeePart[], recipe: Recipe): PlannedPosting | null {
  const currency = fees[0]?.amount.currency;
  if (currency === undefined) return null;
  const total = sumOfFees(fees, currency);
  if (isZero(total)) return null;
  const given = total.minor < 0n;
  const on = dayOf(input, input.fact.occurredAt);
  const memo = memoOf(input.fact, given ? 'Fee returned' : 'Fee');
  const lines = feeLines(input, fees).map((line) => (given ? { ...line, amount: negate(line.amount) } : line));
  return finish(input, {
    leg: 'fee',
    recipe: given ? 'S4b' : recipe,
    total: absolute(total),
    entry: feeEntry(fees, total),
    document: given
      ? { kind: 'deposit', on, currency, memo, accountId: accountOf(input, clearing(currency)), lines }
      : {
          kind: 'expense',
          on,
          currency,
          memo,
          accountId: accountOf(input, clearing(currency)),
          vendorId: accountOf(input, 'VENDOR'),
          lines,
        },
  });
}

/** One line for each kind of fee. */
export function feeLines(input: PlanInput, fees: readonly FeePart[]): AccountLine[] {
  return byRole(fees).map(({ role, amount, description }) => ({
    accountId: accountOf(input, `FEE:${role}`),
    description,
    amount,
  }));
}

export function feeEntry(fees: readonly FeePart[], total: Money): EntryLine[] {
  return [
    ...byRole(fees).map(({ role, amount }) => debit(`FEE:${role}`, amount)),
    credit(clearing(total.currency), total),
  ];
}

function byRole(fees: readonly FeePart[]): { role: FeeRole; amount: Money; description: string }[] {
  const sums = new Map<FeeRole, { role: FeeRole; amount: Money; description: string }>();
  for (const fee of fees) {
    const known = sums.get(fee.role);
    const amount = known ? { ...known.amount, minor: known.amount.minor + fee.amount.minor } : fee.amount;
    sums.set(fee.role, { role: fee.role, amount, description: known?.description ?? fee.description });
  }
  return [...sums.values()].filter((sum) => !isZero(sum.amount));
}
