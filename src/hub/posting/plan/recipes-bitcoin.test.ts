import { describe, expect, test } from 'vitest';
import { bitcoin, usd } from './fixtures/facts.ts';
import { inputOf, LEDGER_INVOICE } from './fixtures/input.ts';
import { documentedRows } from './fixtures/recipes-document.ts';
import { written } from './fixtures/written.ts';
import { plan } from './plan.ts';
import type { PlanInput } from './types.ts';

const MATCHED = { ledgerInvoice: LEDGER_INVOICE };
const invoicing = (fact: ReturnType<typeof bitcoin>, settings: object = {}, context: object = MATCHED) =>
  inputOf(fact, { settings: { mode: 'invoicing', ...settings }, context });
const market = (marketRate: string | null) =>
  invoicing(bitcoin('125.50'), { bitcoinValue: 'market' }, { ...MATCHED, marketRate });

const LIGHTNING = { wallet: 'lightning' } as const;
const PARTIAL = { status: 'expired', exception: 'partial', paid: usd('40.00') } as const;
const LATE = { status: 'expired', exception: 'late' } as const;
const MARKED = { exception: 'marked', paid: usd('120.00') } as const;
const over = (surplus: string) => ({ exception: 'over', surplus: usd(surplus) }) as const;
const second = (before: string) => ({ paidBefore: usd(before), position: 1, count: 2 });
const FIRST = { count: 2 };

const EXAMPLES: Readonly<Record<string, PlanInput>> = {
  'B1-chain': invoicing(bitcoin('125.50')),
  'B1-lightning': invoicing(bitcoin('125.50', {}, LIGHTNING)),
  'B1-looking': invoicing(bitcoin('125.50'), {}, { ledgerInvoice: 'not_looked_up' }),
  'B1-unmatched': invoicing(bitcoin('125.50'), {}, { ledgerInvoice: 'not_found' }),
  'B1-currency': invoicing(bitcoin('125.50'), {}, { ledgerInvoice: { ...LEDGER_INVOICE, currency: 'EUR' } }),
  'B1-processing': invoicing(bitcoin('125.50', {}, { paymentStatus: 'processing' })),
  'B1-invoice-open': invoicing(bitcoin('125.50', { status: 'processing' })),
  'B1b-up': market('50200'),
  'B1b-down': market('49900'),
  'B1b-same': market('50000'),
  'B1b-no-rate': market(null),
  'B2-first': invoicing(bitcoin('60.00', {}, FIRST)),
  'B2-second': invoicing(bitcoin('65.50', {}, { ...LIGHTNING, ...second('60.00') })),
  'B3-hold': invoicing(bitcoin('40.00', PARTIAL)),
  'B3-accept': invoicing(bitcoin('40.00', PARTIAL), { partial: 'accept' }),
  'B3-accept-deposit': inputOf(bitcoin('40.00', PARTIAL), { settings: { partial: 'accept' } }),
  'B4-dust': invoicing(bitcoin('125.53', over('0.03'))),
  'B4-credit': invoicing(bitcoin('135.50', over('10.00'))),
  'B4-second': invoicing(bitcoin('10.00', over('10.00'), second('125.50'))),
  'B4-second-dust': invoicing(bitcoin('0.03', over('0.03'), second('125.50'))),
  'B5-hold': invoicing(bitcoin('125.50', LATE)),
  'B5-accept': invoicing(bitcoin('125.50', LATE), { late: 'accept' }),
  'B5-accept-deposit': inputOf(bitcoin('125.50', LATE), { settings: { late: 'accept' } }),
  'B6-payment': invoicing(bitcoin('125.50', {}, { paymentStatus: 'invalid' })),
  'B6-invoice': invoicing(bitcoin('125.50', { status: 'invalid', exception: 'marked' })),
  'B6b-part': invoicing(bitcoin('120.00', MARKED)),
  'B6b-part-deposit': inputOf(bitcoin('120.00', MARKED)),
  'B7-exact': inputOf(bitcoin('125.50')),
  'B7-setting': invoicing(bitcoin('125.50'), { unmatched: 'sale' }, { ledgerInvoice: 'not_found' }),
  'B7-several-1': inputOf(bitcoin('60.00', {}, FIRST)),
  'B7-several-2': inputOf(bitcoin('65.50', {}, { ...LIGHTNING, ...second('60.00') })),
  'B7-over': inputOf(bitcoin('135.50', over('10.00'))),
  'B7-dust': inputOf(bitcoin('125.53', over('0.03'))),
  'B7-over-split-1': inputOf(bitcoin('100.00', over('10.00'), FIRST)),
  'B7-over-split-2': inputOf(bitcoin('35.50', over('10.00'), second('100.00'))),
  'B7-after': inputOf(bitcoin('10.00', over('10.00'), second('125.50'))),
  'B7-tax-unknown': inputOf(bitcoin('125.50', { tax: null })),
  'B7-top-up': inputOf(bitcoin('15.00', { asked: usd('0'), paid: usd('15.00'), tax: null }), {
    settings: { taxUnknown: 'none' },
  }),
};

// Worked by hand; the same figures stand in docs/spec/recipes.md.
const RECEIPT = 'receipt Payment: Dr BTC:on_chain';
const FIGURES: Readonly<Record<string, readonly string[]>> = {
  'B1-chain': [`B1 ${RECEIPT} 125.50, Cr AR 125.50`],
  'B1-lightning': ['B1 receipt Payment: Dr BTC:lightning 125.50, Cr AR 125.50'],
  'B1-looking': ['– – –: waits posting.unmatched'],
  'B1-unmatched': ['– – –: waits posting.unmatched'],
  'B1-currency': ['– – –: waits ledger.currency'],
  'B1-processing': ['– – –: nothing'],
  'B1-invoice-open': ['– – –: nothing'],
  'B1b-up': [
    `B1 ${RECEIPT} 125.50, Cr AR 125.50`,
    'B1b value JournalEntry: Dr BTC:on_chain 0.50, Cr CRYPTO_SETTLE 0.50',
  ],
  'B1b-down': [
    `B1 ${RECEIPT} 125.50, Cr AR 125.50`,
    'B1b value JournalEntry: Dr CRYPTO_SETTLE 0.25, Cr BTC:on_chain 0.25',
  ],
  'B1b-same': [`B1 ${RECEIPT} 125.50, Cr AR 125.50`],
  'B1b-no-rate': ['– – –: waits posting.rate_missing'],
  'B2-first': [`B2 ${RECEIPT} 60.00, Cr AR 60.00`],
  'B2-second': ['B2 receipt Payment: Dr BTC:lightning 65.50, Cr AR 65.50'],
  'B3-hold': ['B3 receipt Deposit: Dr BTC:on_chain 40.00, Cr DEPOSITS 40.00; attention posting.customer_money'],
  'B3-accept': [`B3 ${RECEIPT} 40.00, Cr AR 40.00`],
  'B3-accept-deposit': ['B3 receipt SalesReceipt: Dr BTC:on_chain 40.00, Cr SALES 36.95, Cr TAX 3.05'],
  'B4-dust': [`B4 ${RECEIPT} 125.50, Cr AR 125.50`, 'B4 surplus Deposit: Dr BTC:on_chain 0.03, Cr ROUND 0.03'],
  'B4-credit': [`B4 ${RECEIPT} 135.50, Cr AR 135.50`],
  'B4-second': [`B4 ${RECEIPT} 10.00, Cr AR 10.00`],
  'B4-second-dust': ['B4 receipt Deposit: Dr BTC:on_chain 0.03, Cr ROUND 0.03'],
  'B5-hold': ['– – –: waits posting.approval'],
  'B5-accept': [`B5 ${RECEIPT} 125.50, Cr AR 125.50`],
  'B5-accept-deposit': ['B5 receipt SalesReceipt: Dr BTC:on_chain 125.50, Cr SALES 115.94, Cr TAX 9.56'],
  'B6-payment': ['– – –: withdrawn posting.changed_after_posting'],
  'B6-invoice': ['– – –: withdrawn posting.changed_after_posting'],
  'B6b-part': [`B6b ${RECEIPT} 120.00, Cr AR 120.00`],
  'B6b-part-deposit': ['B6b receipt SalesReceipt: Dr BTC:on_chain 120.00, Cr SALES 110.86, Cr TAX 9.14'],
  'B7-exact': ['B7 receipt SalesReceipt: Dr BTC:on_chain 125.50, Cr SALES 115.94, Cr TAX 9.56'],
  'B7-setting': ['B7 receipt SalesReceipt: Dr BTC:on_chain 125.50, Cr SALES 115.94, Cr TAX 9.56'],
  'B7-several-1': ['B7 receipt SalesReceipt: Dr BTC:on_chain 60.00, Cr SALES 55.43, Cr TAX 4.57'],
  'B7-several-2': ['B7 receipt SalesReceipt: Dr BTC:lightning 65.50, Cr SALES 60.51, Cr TAX 4.99'],
  'B7-over': ['B7 receipt SalesReceipt: Dr BTC:on_chain 135.50, Cr SALES 115.94, Cr TAX 9.56, Cr DEPOSITS 10.00'],
  'B7-dust': ['B7 receipt SalesReceipt: Dr BTC:on_chain 125.53, Cr SALES 115.94, Cr TAX 9.56, Cr ROUND 0.03'],
  'B7-over-split-1': ['B7 receipt SalesReceipt: Dr BTC:on_chain 100.00, Cr SALES 92.38, Cr TAX 7.62'],
  'B7-over-split-2': ['B7 receipt SalesReceipt: Dr BTC:on_chain 35.50, Cr SALES 23.56, Cr TAX 1.94, Cr DEPOSITS 10.00'],
  'B7-after': ['B7 receipt SalesReceipt: Dr BTC:on_chain 10.00, Cr DEPOSITS 10.00'],
  'B7-tax-unknown': ['– – –: waits posting.tax_unknown'],
  'B7-top-up': ['B7 receipt SalesReceipt: Dr BTC:on_chain 15.00, Cr SALES 15.00'],
};

describe('bitcoin payments', () => {
  test.each(Object.entries(EXAMPLES))('%s is booked as worked by hand', (id, input) => {
    expect(written(plan(input))).toEqual(FIGURES[id]);
  });

  test('the page of recipes has the same examples and figures', () => {
    expect(documentedRows('B1', 'B1b', 'B2', 'B3', 'B4', 'B5', 'B6', 'B6b', 'B7')).toEqual(FIGURES);
  });

  test.each([
    ['B1-chain', '125.50'],
    ['B4-dust', '125.50'],
    ['B4-credit', '125.50'],
    ['B3-accept', '40.00'],
  ])('%s applies %s to the ledger invoice', (id, applied) => {
    const outcome = plan(EXAMPLES[id]!);
    expect(outcome.kind === 'post' && outcome.postings[0]?.document).toMatchObject({
      customerId: '12',
      applies: [{ document: { kind: 'invoice', documentId: '77' }, amount: usd(applied) }],
    });
  });

  test('money that comes after the invoice was covered is applied to nothing', () => {
    expect(plan(EXAMPLES['B4-second']!)).toMatchObject({ postings: [{ document: { applies: [] } }] });
  });

  test('with a dust limit of nothing every surplus is the customer’s', () => {
    const input = inputOf(bitcoin('125.53', over('0.03')), { settings: { dust_minor: 0 } });
    expect(written(plan(input))).toEqual([
      'B7 receipt SalesReceipt: Dr BTC:on_chain 125.53, Cr SALES 115.94, Cr TAX 9.56, Cr DEPOSITS 0.03',
    ]);
  });

  test('the memo says what came, at which rate, and that a person marked the invoice', () => {
    expect(plan(EXAMPLES['B6b-part']!)).toMatchObject({
      postings: [
        { document: { memo: expect.stringMatching(/0\.00240000000 BTC at 50000\nMarked as settled by hand$/) } },
      ],
    });
  });
});
