import { absolute, formatAmount, isZero, type Money, negate } from '../../../kernel/money.ts';
import type { AdjustmentFact, ReserveFact } from '../../../model/facts.ts';
import type { Role } from '../../mapping/index.ts';
import { accountOf, clearing, dayOf, finish, memoOf, post } from './build.ts';
import { feePosting } from './fee.ts';
import type { PlanInput, PlannedPosting, PlanOutcome, Reason } from './types.ts';

/** S8: money held back or released by the processor. */
export function planReserve(input: PlanInput<ReserveFact>): PlanOutcome {
  return post(
    movement(input, {
      leg: 'reserve',
      recipe: 'S8',
      amount: input.fact.amount,
      other: 'RESERVE',
      what: 'Reserve',
      attention: null,
    }),
  );
}

/** S11: a movement without a recipe of its own is posted to SUSPENSE, and somebody is told. */
export function planAdjustment(input: PlanInput<AdjustmentFact>): PlanOutcome {
  const { fact } = input;
  const attention: Reason = {
    code: 'posting.unknown_category',
    detail: `"${fact.category}" of ${formatAmount(fact.amount)} ${fact.amount.currency} was posted to suspense. Re-code it there.`,
  };
  return post(
    movement(input, {
      leg: 'adjustment',
      recipe: 'S11',
      amount: fact.amount,
      other: 'SUSPENSE',
      what: `Movement "${fact.category}"`,
      attention,
    }),
    feePosting(input, fact.fees, 'S4'),
  );
}

interface Movement {
  readonly leg: 'reserve' | 'adjustment';
  readonly recipe: 'S8' | 'S11';
  /** Signed effect on the clearing account. */
  readonly amount: Money;
  readonly other: Role;
  readonly what: string;
  readonly attention: Reason | null;
}

function movement(input: PlanInput, { leg, recipe, amount, other, what, attention }: Movement): PlannedPosting | null {
  if (isZero(amount)) return null;
  const currency = amount.currency;
  const size = absolute(amount);
  const shared = {
    on: dayOf(input, input.fact.occurredAt),
    currency,
    memo: memoOf(input.fact, what),
    accountId: accountOf(input, clearing(currency)),
  };
  const lines = [{ accountId: accountOf(input, other), description: what, amount: size }];
  return finish(input, {
    leg,
    recipe,
    attention,
    total: size,
    entry: [
      { role: clearing(currency), amount },
      { role: other, amount: negate(amount) },
    ],
    document:
      amount.minor > 0n
        ? { kind: 'deposit', ...shared, lines }
        : { kind: 'expense', ...shared, vendorId: accountOf(input, 'VENDOR'), lines },
  });
}
