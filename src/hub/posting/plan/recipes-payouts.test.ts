import { describe, expect, test } from 'vitest';
import { add, zero } from '../../../kernel/money.ts';
import {
  adjustment,
  charge,
  disputeOpened,
  feePart,
  payout,
  payoutItems,
  payoutReversed,
  refund,
  reserve,
  usd,
} from './fixtures/facts.ts';
import { inputOf, MEMBERS, postedInvoice, SALE } from './fixtures/input.ts';
import { documentedRows } from './fixtures/recipes-document.ts';
import { written } from './fixtures/written.ts';
import { plan } from './plan.ts';
import type { PlannedPosting } from './types.ts';

const ITEMS = payoutItems(
  ['txn_charge', '104.81'],
  ['txn_charge2', '485.20'],
  ['txn_refund', '-21.65'],
  ['txn_dispute', '-69.13'],
);
const PLANNED = { items: ITEMS, memberPostings: MEMBERS };

const EXAMPLES = {
  'S7-worked': inputOf(payout('499.23'), { context: PLANNED }),
  'S7-items-unknown': inputOf(payout('499.23')),
  'S7-member-missing': inputOf(payout('499.23'), { context: { ...PLANNED, membersWithoutPosting: ['txn_refund'] } }),
  'S7-sum': inputOf(payout('499.23'), {
    context: { items: payoutItems(['txn_charge', '104.81'], ['txn_charge2', '394.41']) },
  }),
  'S7-instant': inputOf(payout('100.00', { itemised: false, fees: [feePart('1.00', 'payout')] })),
  'S7b-failed': inputOf(payoutReversed('499.23')),
  'S7b-debit-failed': inputOf(payoutReversed('-25.00')),
  'S7c-debit': inputOf(payout('-25.00', { itemised: false })),
  'S8-hold': inputOf(reserve('-50.00')),
  'S8-release': inputOf(reserve('50.00')),
  'S11-capture': inputOf(refund('21.65', { cause: 'capture_reversal' }), { context: { original: SALE } }),
  'S11-out': inputOf(adjustment('-12.34', [feePart('0.30')])),
  'S11-in': inputOf(adjustment('12.34')),
};

// Worked by hand; the same figures stand in docs/spec/recipes.md.
const UNKNOWN = 'attention posting.unknown_category';
const FIGURES: Readonly<Record<string, readonly string[]>> = {
  'S7-worked': ['S7 payout Transfer: Dr BANK 499.23, Cr CLR:USD 499.23'],
  'S7-items-unknown': ['– – –: waits posting.members_missing'],
  'S7-member-missing': ['– – –: waits posting.members_missing'],
  'S7-sum': ['– – –: waits posting.amount_mismatch'],
  'S7-instant': [
    'S7 payout Transfer: Dr BANK 100.00, Cr CLR:USD 100.00',
    'S4c fee Purchase: Dr FEE:payout 1.00, Cr CLR:USD 1.00',
  ],
  'S7b-failed': ['S7b payout_reversed Transfer: Dr CLR:USD 499.23, Cr BANK 499.23'],
  'S7b-debit-failed': ['S7b payout_reversed Transfer: Dr BANK 25.00, Cr CLR:USD 25.00'],
  'S7c-debit': ['S7c payout Transfer: Dr CLR:USD 25.00, Cr BANK 25.00'],
  'S8-hold': ['S8 reserve Purchase: Dr RESERVE 50.00, Cr CLR:USD 50.00'],
  'S8-release': ['S8 reserve Deposit: Dr CLR:USD 50.00, Cr RESERVE 50.00'],
  'S11-capture': ['S11 refund RefundReceipt: Dr SALES 20.00, Dr TAX 1.65, Cr CLR:USD 21.65'],
  'S11-out': [
    `S11 adjustment Purchase: Dr SUSPENSE 12.34, Cr CLR:USD 12.34; ${UNKNOWN}`,
    'S4 fee Purchase: Dr FEE:processing 0.30, Cr CLR:USD 0.30',
  ],
  'S11-in': [`S11 adjustment Deposit: Dr CLR:USD 12.34, Cr SUSPENSE 12.34; ${UNKNOWN}`],
};

describe('payouts and other movements', () => {
  test.each(Object.entries(EXAMPLES))('%s is booked as worked by hand', (id, input) => {
    expect(written(plan(input))).toEqual(FIGURES[id]);
  });

  test('the page of recipes has the same examples and figures', () => {
    expect(documentedRows('S7', 'S7b', 'S7c', 'S8', 'S11')).toEqual(FIGURES);
  });

  test.each(['transaction', 'payout'])(
    'the worked payout leaves nothing on the clearing account (fees by %s)',
    (detail) => {
      const settings = { mode: 'invoicing', feeDetail: detail };
      const sale = charge('108.25', { tax: usd('8.25'), fees: [feePart('3.44')] });
      const invoicePayment = charge('500.00', { references: { invoice: 'in_1' }, fees: [feePart('14.80')] });
      const openFees = detail === 'payout' ? [sale, invoicePayment].map((fact) => ({ fact, legId: 'leg_1' })) : [];
      const postings = [
        inputOf(sale, { settings }),
        inputOf(invoicePayment, { settings, context: { invoice: postedInvoice() } }),
        inputOf(refund('21.65'), { settings, context: { original: SALE } }),
        inputOf(disputeOpened('54.13', [feePart('15.00', 'dispute')]), { settings }),
        inputOf(payout('499.23'), { settings, context: { ...PLANNED, openFees } }),
      ].flatMap((input) => {
        const outcome = plan(input);
        return outcome.kind === 'post' ? outcome.postings : [];
      });
      expect(onAccount(postings, 'BANK')).toEqual(usd('499.23'));
      expect(onAccount(postings, 'FEE:processing')).toEqual(usd('18.24'));
      expect(onAccount(postings, 'CLR:USD')).toEqual(usd('0.00'));
    },
  );

  test('a payout is dated on arrival, as the bank writes it, and goes after its members', () => {
    expect(plan(EXAMPLES['S7-worked'])).toMatchObject({
      postings: [{ needs: MEMBERS, document: { on: '2026-03-05', toAccountId: 'account of BANK' } }],
    });
  });

  test('a payout of nothing posts nothing and waits for nobody', () => {
    const items = payoutItems(['txn_charge', '50.00'], ['txn_refund', '-50.00']);
    expect(plan(inputOf(payout('0.00'), { context: { items } }))).toEqual({ kind: 'post', postings: [] });
  });
});

function onAccount(postings: readonly PlannedPosting[], role: string) {
  return postings
    .flatMap(({ entry }) => entry.filter((line) => line.role === role).map(({ amount }) => amount))
    .reduce(add, zero('USD'));
}
