import { add, negate } from '../../../kernel/money.ts';
import type { AccountLine } from '../../../model/document.ts';
import type { DisputeLostFact, DisputeOpenedFact, DisputeWonFact } from '../../../model/facts.ts';
import { accountOf, clearing, credit, dayOf, debit, finish, memoOf, post, sumOfFees } from './build.ts';
import { feeLines } from './fee.ts';
import { givenBack } from './refund.ts';
import type { PlanInput, PlanOutcome } from './types.ts';

/** S6: the amount is held, the fee is spent, both in one document. */
export function planDisputeOpened(input: PlanInput<DisputeOpenedFact>): PlanOutcome {
  const { fact } = input;
  const currency = fact.amount.currency;
  const fee = sumOfFees(fact.fees, currency);
  const total = add(fact.amount, fee);
  const lines: AccountLine[] = [
    { accountId: accountOf(input, 'DISPUTED'), description: 'Held for a dispute', amount: fact.amount },
    ...feeLines(input, fact.fees),
  ];
  return post(
    finish(input, {
      leg: 'dispute',
      recipe: 'S6',
      total,
      entry: [
        debit('DISPUTED', fact.amount),
        ...fact.fees.map((part) => debit(`FEE:${part.role}`, part.amount)),
        credit(clearing(currency), total),
      ],
      document: {
        kind: 'expense',
        on: dayOf(input, fact.occurredAt),
        currency,
        memo: memoOf(fact, 'Dispute'),
        accountId: accountOf(input, clearing(currency)),
        vendorId: accountOf(input, 'VENDOR'),
        lines,
      },
    }),
  );
}

/** S6b: the amount comes back, and sometimes the fee. */
export function planDisputeWon(input: PlanInput<DisputeWonFact>): PlanOutcome {
  const { fact } = input;
  const currency = fact.amount.currency;
  const returned = fact.fees.map((part) => ({ ...part, amount: negate(part.amount) }));
  const total = add(fact.amount, sumOfFees(returned, currency));
  const lines: AccountLine[] = [
    { accountId: accountOf(input, 'DISPUTED'), description: 'Dispute won', amount: fact.amount },
    ...feeLines(input, returned),
  ];
  return post(
    finish(input, {
      leg: 'dispute_won',
      recipe: 'S6b',
      total,
      entry: [
        debit(clearing(currency), total),
        credit('DISPUTED', fact.amount),
        ...returned.map((part) => credit(`FEE:${part.role}`, part.amount)),
      ],
      document: {
        kind: 'deposit',
        on: dayOf(input, fact.occurredAt),
        currency,
        memo: memoOf(fact, 'Dispute won'),
        accountId: accountOf(input, clearing(currency)),
        lines,
      },
    }),
  );
}

/** S6c: what was held is gone; the sale is taken back out of the held amount. */
export function planDisputeLost(input: PlanInput<DisputeLostFact>): PlanOutcome {
  const given = givenBack(input, {
    legs: ['dispute_lost', 'dispute_lost.credit', 'dispute_lost.apply'],
    recipes: ['S6c', 'S6c'],
    amount: input.fact.amount,
    tax: null,
    from: 'DISPUTED',
    what: 'Dispute lost',
  });
  return 'code' in given ? { kind: 'wait', reason: given } : post(...given);
}
