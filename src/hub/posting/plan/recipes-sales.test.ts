import { describe, expect, test } from 'vitest';
import { parseMoney } from '../../../kernel/money.ts';
import { charge, invoice, saleLine, usd } from './fixtures/facts.ts';
import { inputOf, postedInvoice } from './fixtures/input.ts';
import { documentedRows } from './fixtures/recipes-document.ts';
import { written } from './fixtures/written.ts';
import { plan } from './plan.ts';

const INVOICING = { mode: 'invoicing' };
const PAYS_INVOICE = { references: { charge: 'ch_1', invoice: 'in_1' }, tax: usd('38.11') };
const POSTED = { invoice: postedInvoice() };
const THREE_LINES = [saleLine('33.34'), saleLine('33.34'), saleLine('33.34')];

const EXAMPLES = {
  'S1-tax': inputOf(charge('108.25', { tax: usd('8.25') })),
  'S1-lines': inputOf(
    charge('73.07', {
      tax: usd('5.57'),
      lines: [saleLine('60.00'), saleLine('12.50', 'shipping'), saleLine('-5.00', 'discount')],
    }),
  ),
  'S1-yen': inputOf(charge('0', { gross: parseMoney('5500', 'JPY'), tax: parseMoney('500', 'JPY') })),
  'S1-rounding': inputOf(charge('108.26', { tax: usd('8.25'), lines: THREE_LINES })),
  'S1-mismatch': inputOf(charge('108.25', { tax: usd('8.25'), lines: THREE_LINES })),
  'S1-no-tax': inputOf(charge('40.00', { tax: null }), { settings: { taxUnknown: 'none' } }),
  'S1-tax-unknown': inputOf(charge('40.00', { tax: null })),
  'S2-tax': inputOf(invoice('500.00', '38.11'), { settings: INVOICING }),
  'S2-deposit': inputOf(invoice('500.00', '38.11')),
  'S2-void': inputOf(invoice('500.00', '38.11', { status: 'void' }), { settings: INVOICING }),
  'S2-zero': inputOf(invoice('0.00', '0.00'), { settings: INVOICING }),
  'S3-full': inputOf(charge('500.00', PAYS_INVOICE), { settings: INVOICING, context: POSTED }),
  'S3-part': inputOf(charge('200.00', PAYS_INVOICE), { settings: INVOICING, context: POSTED }),
  'S3-over': inputOf(charge('510.00', PAYS_INVOICE), { settings: INVOICING, context: POSTED }),
  'S3-deposit': inputOf(charge('500.00', PAYS_INVOICE)),
  'S3-early': inputOf(charge('500.00', PAYS_INVOICE), { settings: INVOICING }),
  'S3-currency': inputOf(
    charge('0', { ...PAYS_INVOICE, gross: parseMoney('460', 'EUR'), tax: parseMoney('35.06', 'EUR') }),
    { settings: INVOICING, context: POSTED },
  ),
};

// Worked by hand; the same figures stand in docs/spec/recipes.md.
const FIGURES: Readonly<Record<string, readonly string[]>> = {
  'S1-tax': ['S1 receipt SalesReceipt: Dr CLR:USD 108.25, Cr SALES 100.00, Cr TAX 8.25'],
  'S1-lines': [
    'S1 receipt SalesReceipt: Dr CLR:USD 73.07, Dr DISCOUNT 5.00, Cr SALES 60.00, Cr SHIPPING 12.50, Cr TAX 5.57',
  ],
  'S1-yen': ['S1 receipt SalesReceipt: Dr CLR:JPY 5500, Cr SALES 5000, Cr TAX 500'],
  'S1-rounding': ['S1 receipt SalesReceipt: Dr CLR:USD 108.26, Dr ROUND 0.01, Cr SALES 100.02, Cr TAX 8.25'],
  'S1-mismatch': ['– – –: waits posting.amount_mismatch'],
  'S1-no-tax': ['S1 receipt SalesReceipt: Dr CLR:USD 40.00, Cr SALES 40.00'],
  'S1-tax-unknown': ['– – –: waits posting.tax_unknown'],
  'S2-tax': ['S2 invoice Invoice: Dr AR 500.00, Cr SALES 461.89, Cr TAX 38.11'],
  'S2-deposit': ['– – –: nothing'],
  'S2-void': ['– – –: waits posting.not_built'],
  'S2-zero': ['– – –: nothing'],
  'S3-full': ['S3 receipt Payment: Dr CLR:USD 500.00, Cr AR 500.00'],
  'S3-part': ['S3 receipt Payment: Dr CLR:USD 200.00, Cr AR 200.00'],
  'S3-over': ['S3 receipt Payment: Dr CLR:USD 510.00, Cr AR 510.00'],
  'S3-deposit': ['S1 receipt SalesReceipt: Dr CLR:USD 500.00, Cr SALES 461.89, Cr TAX 38.11'],
  'S3-early': ['– – –: waits posting.original_missing'],
  'S3-currency': ['– – –: waits ledger.currency'],
};

describe('sales and invoices', () => {
  test.each(Object.entries(EXAMPLES))('%s is booked as worked by hand', (id, input) => {
    expect(written(plan(input))).toEqual(FIGURES[id]);
  });

  test('the page of recipes has the same examples and figures', () => {
    expect(documentedRows('S1', 'S2', 'S3')).toEqual(FIGURES);
  });

  test('a payment above its invoice applies what the invoice asks and leaves the rest as credit', () => {
    const outcome = plan(EXAMPLES['S3-over']);
    const invoiceId = POSTED.invoice.postingId;
    expect(outcome).toMatchObject({
      postings: [
        {
          needs: [invoiceId],
          party: { name: 'Acme LLC', email: 'books@acme.example' },
          document: {
            amount: usd('510.00'),
            applies: [{ document: { kind: 'invoice', postingId: invoiceId }, amount: usd('500.00') }],
          },
        },
      ],
    });
  });

  test('a payment of a part applies just that part', () => {
    expect(plan(EXAMPLES['S3-part'])).toMatchObject({
      postings: [{ document: { amount: usd('200.00'), applies: [{ amount: usd('200.00') }] } }],
    });
  });

  test('lines of a sale with tax are taxable, those of a sale without are not, a rounding line never is', () => {
    const taxable = (id: keyof typeof EXAMPLES) => {
      const outcome = plan(EXAMPLES[id]);
      const document = outcome.kind === 'post' ? outcome.postings[0]!.document : null;
      return document?.kind === 'sales_receipt' ? document.lines.map((line) => line.taxable) : [];
    };
    expect(taxable('S1-lines')).toEqual([true, true, true]);
    expect(taxable('S1-no-tax')).toEqual([false]);
    expect(taxable('S1-rounding')).toEqual([true, true, true, false]);
  });

  test('what the customer saw stands in the memo when the processor converted', () => {
    const presentment = { amount: parseMoney('100.00', 'EUR'), rate: '1.0825' };
    const outcome = plan(inputOf(charge('108.25', { presentment })));
    expect(outcome).toMatchObject({
      postings: [{ document: { memo: expect.stringContaining('Paid as 100.00 EUR at 1.0825') } }],
    });
  });
});
