import { describe, expect, test } from 'vitest';
import { charge, fee, feePart, payout, payoutItems, refund, usd } from './fixtures/facts.ts';
import { BOOK, inputOf, MEMBERS } from './fixtures/input.ts';
import { documentedRows } from './fixtures/recipes-document.ts';
import { written } from './fixtures/written.ts';
import { legId, postingId } from './ids.ts';
import { plan } from './plan.ts';

const PER_PAYOUT = { feeDetail: 'payout' };
const TAXED = { tax: usd('8.25') };
const WITH_FEE = charge('108.25', { ...TAXED, fees: [feePart('3.44')] });
const INVOICE_PAYMENT = charge('500.00', {
  source: { provider: 'stripe', accountId: 'acct_1', objectId: 'txn_charge2' },
  fees: [feePart('14.80')],
});
const openFee = (fact: typeof WITH_FEE) => ({ fact, legId: legId(BOOK, fact.source, 'fee') });
const WORKED_ITEMS = payoutItems(
  ['txn_charge', '104.81'],
  ['txn_charge2', '485.20'],
  ['txn_refund', '-21.65'],
  ['txn_dispute', '-69.13'],
);
const RETURNED = charge('50.00', { fees: [feePart('-0.30')] });

const EXAMPLES = {
  'S4-transaction': inputOf(WITH_FEE),
  'S4-kinds': inputOf(charge('108.25', { ...TAXED, fees: [feePart('3.44'), feePart('0.65', 'tax')] })),
  'S4-with-payout': inputOf(WITH_FEE, { settings: PER_PAYOUT }),
  'S4-payout': inputOf(payout('499.23'), {
    settings: PER_PAYOUT,
    context: {
      items: WORKED_ITEMS,
      memberPostings: MEMBERS,
      openFees: [openFee(WITH_FEE), openFee(INVOICE_PAYMENT)],
    },
  }),
  'S4-returned-in-payout': inputOf(payout('50.30'), {
    settings: PER_PAYOUT,
    context: { items: payoutItems(['txn_charge', '50.30']), openFees: [openFee(RETURNED)] },
  }),
  'S4b-credit': inputOf(fee('-0.30')),
  'S4b-with-refund': inputOf(refund('20.00', { tax: usd('0'), fees: [feePart('-0.30')] })),
  'S4c-billing': inputOf(fee('5.00')),
  'S4c-tax': inputOf(fee('1.05', 'tax')),
};

// Worked by hand; the same figures stand in docs/spec/recipes.md.
const SALE = 'S1 receipt SalesReceipt: Dr CLR:USD 108.25, Cr SALES 100.00, Cr TAX 8.25';
const FIGURES: Readonly<Record<string, readonly string[]>> = {
  'S4-transaction': [SALE, 'S4 fee Purchase: Dr FEE:processing 3.44, Cr CLR:USD 3.44'],
  'S4-kinds': [SALE, 'S4 fee Purchase: Dr FEE:processing 3.44, Dr FEE:tax 0.65, Cr CLR:USD 4.09'],
  'S4-with-payout': [SALE],
  'S4-payout': [
    'S7 payout Transfer: Dr BANK 499.23, Cr CLR:USD 499.23',
    'S4 fee Purchase: Dr FEE:processing 18.24, Cr CLR:USD 18.24',
  ],
  'S4-returned-in-payout': [
    'S7 payout Transfer: Dr BANK 50.30, Cr CLR:USD 50.30',
    'S4b fee Deposit: Dr CLR:USD 0.30, Cr FEE:processing 0.30',
  ],
  'S4b-credit': ['S4b fee Deposit: Dr CLR:USD 0.30, Cr FEE:processing 0.30'],
  'S4b-with-refund': [
    'S5 refund RefundReceipt: Dr SALES 20.00, Cr CLR:USD 20.00',
    'S4b fee Deposit: Dr CLR:USD 0.30, Cr FEE:processing 0.30',
  ],
  'S4c-billing': ['S4c fee Purchase: Dr FEE:processing 5.00, Cr CLR:USD 5.00'],
  'S4c-tax': ['S4c fee Purchase: Dr FEE:tax 1.05, Cr CLR:USD 1.05'],
};

describe('fees', () => {
  test.each(Object.entries(EXAMPLES))('%s is booked as worked by hand', (id, input) => {
    expect(written(plan(input))).toEqual(FIGURES[id]);
  });

  test('the page of recipes has the same examples and figures', () => {
    expect(documentedRows('S4', 'S4b', 'S4c')).toEqual(FIGURES);
  });

  test('the summary of a payout covers the fee leg of each member, is dated on arrival and goes before the transfer', () => {
    const own = postingId(BOOK, payout('499.23').source, 'fee');
    expect(plan(EXAMPLES['S4-payout'])).toMatchObject({
      postings: [
        { leg: 'payout', needs: [...MEMBERS, own] },
        {
          id: own,
          covers: [legId(BOOK, WITH_FEE.source, 'fee'), legId(BOOK, INVOICE_PAYMENT.source, 'fee')],
          document: { on: '2026-03-05', vendorId: 'account of VENDOR' },
        },
      ],
    });
  });

  test("a payout's own fee is in the summary of its members, and alone when it has none", () => {
    const fees = [feePart('1.00', 'payout')];
    const settings = PER_PAYOUT;
    const items = payoutItems(['txn_charge', '104.81']);
    const together = { items, openFees: [openFee(WITH_FEE)] };
    expect(written(plan(inputOf(payout('104.81', { fees }), { settings, context: together })))[1]).toBe(
      'S4 fee Purchase: Dr FEE:processing 3.44, Dr FEE:payout 1.00, Cr CLR:USD 4.44',
    );
    const alone = inputOf(payout('104.81', { fees, itemised: false }), { settings });
    expect(written(plan(alone))[1]).toBe('S4c fee Purchase: Dr FEE:payout 1.00, Cr CLR:USD 1.00');
  });
});
