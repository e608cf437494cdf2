import { type Money, negate, subtract, zero } from '../../../kernel/money.ts';
import type { Fact, RefundFact, RefundFailedFact } from '../../../model/facts.ts';
import type { Role } from '../../mapping/index.ts';
import { accountOf, clearing, credit, dayOf, debit, finish, memoOf, post, shortReference } from './build.ts';
import { feePosting } from './fee.ts';
import { isReason, shareOfTax, taxToBook } from './tax.ts';
import type { Leg, Original, PlanInput, PlannedPosting, PlanOutcome, Reason, Recipe } from './types.ts';

/** S5 for a sale, S5b for an invoice payment; S11 when a capture only shrank. */
export function planRefund(input: PlanInput<RefundFact>): PlanOutcome {
  const { fact } = input;
  const given = givenBack(input, {
    legs: ['refund', 'refund.credit', 'refund.apply'],
    recipes: fact.cause === 'capture_reversal' ? ['S11', 'S5b'] : ['S5', 'S5b'],
    amount: fact.amount,
    tax: fact.tax,
    from: clearing(fact.amount.currency),
    what: fact.cause === 'capture_reversal' ? 'Capture reversed' : 'Refund',
  });
  if ('code' in given) return { kind: 'wait', reason: given };
  return post(...given, feePosting(input, fact.fees, 'S4'));
}

/** S5c: the money came back and is owed to the customer again. */
export function planRefundFailed(input: PlanInput<RefundFailedFact>): PlanOutcome {
  const { fact } = input;
  const currency = fact.amount.currency;
  return post(
    finish(input, {
      leg: 'refund_failed',
      recipe: 'S5c',
      total: fact.amount,
      entry: [debit(clearing(currency), fact.amount), credit('REFUNDS_PAYABLE', fact.amount)],
      document: {
        kind: 'deposit',
        on: dayOf(input, fact.occurredAt),
        currency,
        memo: memoOf(fact, 'Failed refund'),
        accountId: accountOf(input, clearing(currency)),
        lines: [
          { accountId: accountOf(input, 'REFUNDS_PAYABLE'), description: 'Refund that failed', amount: fact.amount },
        ],
      },
    }),
  );
}

interface GivenBack {
  /** Legs of the money, of the credit memo and of the application. */
  readonly legs: readonly [Leg, Leg, Leg];
  /** Recipe for a sale and for an invoice payment. */
  readonly recipes: readonly [Recipe, Recipe];
  readonly amount: Money;
  readonly tax: Money | null;
  /** The account that the money leaves. */
  readonly from: Role;
  readonly what: string;
}

/** A sale taken back, the way its original was posted. */
export function givenBack(input: PlanInput, given: GivenBack): PlannedPosting[] | Reason {
  const { original } = input.context;
  const tax = taxInside(input, given, original);
  if (isReason(tax)) return tax;
  return original?.recipe === 'S3' ? creditTrio(input, given, tax, original) : [refundReceipt(input, given, tax)];
}

function taxInside({ settings }: PlanInput, given: GivenBack, original: Original | null): Money | Reason {
  if (given.tax !== null || original === null) return taxToBook(given.tax, given.amount, settings);
  const { gross } = original.fact;
  const tax = taxToBook(original.fact.tax, gross, settings);
  const before = original.givenBackBefore ?? zero(given.amount.currency);
  return isReason(tax) ? tax : shareOfTax(given.amount, before, { gross, tax });
}

function refundReceipt(input: PlanInput, given: GivenBack, tax: Money): PlannedPosting {
  const { fact } = input;
  const before = subtract(given.amount, tax);
  return finish(input, {
    leg: given.legs[0],
    recipe: given.recipes[0],
    total: given.amount,
    entry: [debit('SALES', before), debit('TAX', tax), credit(given.from, given.amount)],
    document: {
      kind: 'refund_receipt',
      on: dayOf(input, fact.occurredAt),
      currency: given.amount.currency,
      memo: memoOf(fact, given.what),
      accountId: accountOf(input, given.from),
      customerId: accountOf(input, 'CUSTOMER'),
      lines: [
        { itemId: accountOf(input, 'ITEM:sales'), description: given.what, amount: before, taxable: tax.minor !== 0n },
      ],
      tax,
      reference: shortReference(referenceOf(fact)),
    },
  });
}

/** Credit memo, journal entry that moves the money, and a payment of zero that ties the two. */
function creditTrio(input: PlanInput, given: GivenBack, tax: Money, original: Original): PlannedPosting[] {
  const { fact } = input;
  const on = dayOf(input, fact.occurredAt);
  const currency = given.amount.currency;
  const memo = memoOf(fact, given.what);
  const before = subtract(given.amount, tax);
  const [moneyLeg, creditLeg, applyLeg] = given.legs;
  const shared = { recipe: given.recipes[1], total: given.amount, party: original.party, needs: [original.receiptId] };
  const memoPosting = finish(input, {
    ...shared,
    leg: creditLeg,
    entry: [debit('SALES', before), debit('TAX', tax), credit('AR', given.amount)],
    document: {
      kind: 'credit_memo',
      on,
      currency,
      memo,
      customerId: '',
      tax,
      lines: [
        { itemId: accountOf(input, 'ITEM:sales'), description: given.what, amount: before, taxable: tax.minor !== 0n },
      ],
    },
  });
  const moneyPosting = finish(input, {
    ...shared,
    leg: moneyLeg,
    entry: [debit('AR', given.amount), credit(given.from, given.amount)],
    document: {
      kind: 'journal_entry',
      on,
      currency,
      memo,
      lines: [
        { accountId: accountOf(input, 'AR'), description: given.what, amount: given.amount, customerId: '' },
        {
          accountId: accountOf(input, given.from),
          description: given.what,
          amount: negate(given.amount),
          customerId: null,
        },
      ],
    },
  });
  const tied = [
    { document: { kind: 'credit_memo' as const, postingId: memoPosting.id }, amount: given.amount },
    { document: { kind: 'journal_entry' as const, postingId: moneyPosting.id }, amount: given.amount },
  ];
  const application = finish(input, {
    ...shared,
    leg: applyLeg,
    total: { minor: 0n, currency },
    needs: [memoPosting.id, moneyPosting.id],
    entry: [debit('AR', given.amount), credit('AR', given.amount)],
    document: { kind: 'credit_application', on, currency, memo, customerId: '', applies: tied },
  });
  return [memoPosting, moneyPosting, application];
}

function referenceOf(fact: Fact): string {
  return fact.references['refund'] ?? fact.references['dispute'] ?? fact.source.objectId;
}
