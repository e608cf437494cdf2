import { describe, expect, test } from 'vitest';
import {
  charge,
  disputeLost,
  disputeOpened,
  disputeWon,
  feePart,
  NEW_YORK_DAY,
  refund,
  refundFailed,
  usd,
} from './fixtures/facts.ts';
import { BOOK, INVOICE_PAYMENT, inputOf, originalOf, SALE } from './fixtures/input.ts';
import { documentedRows } from './fixtures/recipes-document.ts';
import { written } from './fixtures/written.ts';
import { postingId } from './ids.ts';
import { plan } from './plan.ts';

const TENNER = originalOf('S1', '10.00', '0.50');
const afterGivingBack = (amount: string, original = TENNER) => ({
  context: { original: { ...original, givenBackBefore: usd(amount) } },
});

const EXAMPLES = {
  'S5-part': inputOf(refund('21.65'), { context: { original: SALE } }),
  'S5-full': inputOf(refund('108.25'), { context: { original: SALE } }),
  'S5-thirds-1': inputOf(refund('3.33'), { context: { original: TENNER } }),
  'S5-thirds-2': inputOf(refund('3.33'), afterGivingBack('3.33')),
  'S5-thirds-3': inputOf(refund('3.34'), afterGivingBack('6.66')),
  'S5-alone': inputOf(refund('21.65'), { settings: { taxUnknown: 'none' } }),
  'S5-alone-held': inputOf(refund('21.65')),
  'S5b-part': inputOf(refund('100.00'), { context: { original: INVOICE_PAYMENT } }),
  'S5c-whole': inputOf(refundFailed('21.65')),
  'S6-fee': inputOf(disputeOpened('54.13', [feePart('15.00', 'dispute')])),
  'S6-no-fee': inputOf(disputeOpened('54.13')),
  'S6b-amount': inputOf(disputeWon('54.13')),
  'S6b-with-fee': inputOf(disputeWon('54.13', '15.00')),
  'S6c-sale': inputOf(disputeLost('54.13'), { context: { original: SALE } }),
  'S6c-invoice': inputOf(disputeLost('54.13'), { context: { original: INVOICE_PAYMENT } }),
  'S6c-after-refund': inputOf(disputeLost('54.13'), afterGivingBack('21.65', SALE)),
};

// Worked by hand; the same figures stand in docs/spec/recipes.md.
const FIGURES: Readonly<Record<string, readonly string[]>> = {
  'S5-part': ['S5 refund RefundReceipt: Dr SALES 20.00, Dr TAX 1.65, Cr CLR:USD 21.65'],
  'S5-full': ['S5 refund RefundReceipt: Dr SALES 100.00, Dr TAX 8.25, Cr CLR:USD 108.25'],
  'S5-thirds-1': ['S5 refund RefundReceipt: Dr SALES 3.16, Dr TAX 0.17, Cr CLR:USD 3.33'],
  'S5-thirds-2': ['S5 refund RefundReceipt: Dr SALES 3.17, Dr TAX 0.16, Cr CLR:USD 3.33'],
  'S5-thirds-3': ['S5 refund RefundReceipt: Dr SALES 3.17, Dr TAX 0.17, Cr CLR:USD 3.34'],
  'S5-alone': ['S5 refund RefundReceipt: Dr SALES 21.65, Cr CLR:USD 21.65'],
  'S5-alone-held': ['– – –: waits posting.tax_unknown'],
  'S5b-part': [
    'S5b refund.credit CreditMemo: Dr SALES 92.38, Dr TAX 7.62, Cr AR 100.00',
    'S5b refund JournalEntry: Dr AR 100.00, Cr CLR:USD 100.00',
    'S5b refund.apply Payment of zero: Dr AR 100.00, Cr AR 100.00',
  ],
  'S5c-whole': ['S5c refund_failed Deposit: Dr CLR:USD 21.65, Cr REFUNDS_PAYABLE 21.65'],
  'S6-fee': ['S6 dispute Purchase: Dr DISPUTED 54.13, Dr FEE:dispute 15.00, Cr CLR:USD 69.13'],
  'S6-no-fee': ['S6 dispute Purchase: Dr DISPUTED 54.13, Cr CLR:USD 54.13'],
  'S6b-amount': ['S6b dispute_won Deposit: Dr CLR:USD 54.13, Cr DISPUTED 54.13'],
  'S6b-with-fee': ['S6b dispute_won Deposit: Dr CLR:USD 69.13, Cr DISPUTED 54.13, Cr FEE:dispute 15.00'],
  'S6c-sale': ['S6c dispute_lost RefundReceipt: Dr SALES 50.00, Dr TAX 4.13, Cr DISPUTED 54.13'],
  'S6c-invoice': [
    'S6c dispute_lost.credit CreditMemo: Dr SALES 50.00, Dr TAX 4.13, Cr AR 54.13',
    'S6c dispute_lost JournalEntry: Dr AR 54.13, Cr DISPUTED 54.13',
    'S6c dispute_lost.apply Payment of zero: Dr AR 54.13, Cr AR 54.13',
  ],
  'S6c-after-refund': ['S6c dispute_lost RefundReceipt: Dr SALES 50.00, Dr TAX 4.13, Cr DISPUTED 54.13'],
};

describe('refunds and disputes', () => {
  test.each(Object.entries(EXAMPLES))('%s is booked as worked by hand', (id, input) => {
    expect(written(plan(input))).toEqual(FIGURES[id]);
  });

  test('the page of recipes has the same examples and figures', () => {
    expect(documentedRows('S5', 'S5b', 'S5c', 'S6', 'S6b', 'S6c')).toEqual(FIGURES);
  });

  test('the three documents of an invoice refund go after the original, the tie after the other two', () => {
    const { source } = refund('100.00');
    const money = postingId(BOOK, source, 'refund');
    const credit = postingId(BOOK, source, 'refund.credit');
    const party = { name: 'Acme LLC', email: 'books@acme.example' };
    expect(plan(EXAMPLES['S5b-part'])).toMatchObject({
      postings: [
        { id: credit, needs: [INVOICE_PAYMENT.receiptId], party, document: { on: NEW_YORK_DAY } },
        { id: money, needs: [INVOICE_PAYMENT.receiptId], party },
        {
          needs: [credit, money],
          party,
          total: usd('0'),
          document: {
            applies: [
              { document: { kind: 'credit_memo', postingId: credit }, amount: usd('100.00') },
              { document: { kind: 'journal_entry', postingId: money }, amount: usd('100.00') },
            ],
          },
        },
      ],
    });
  });

  test('an original whose tax is unknown decides nothing for its refund: the setting does', () => {
    const original = { ...SALE, fact: charge('108.25', { tax: null }) };
    const none = inputOf(refund('21.65'), { context: { original }, settings: { taxUnknown: 'none' } });
    expect(written(plan(none))).toEqual(['S5 refund RefundReceipt: Dr SALES 21.65, Cr CLR:USD 21.65']);
    const held = inputOf(refund('21.65'), { context: { original } });
    expect(written(plan(held))).toEqual(['– – –: waits posting.tax_unknown']);
  });

  test('a tax that the source states is taken, whatever the share would be', () => {
    const input = inputOf(refund('21.65', { tax: usd('1.00') }), { context: { original: SALE } });
    expect(written(plan(input))).toEqual(['S5 refund RefundReceipt: Dr SALES 20.65, Dr TAX 1.00, Cr CLR:USD 21.65']);
  });
});
