import { describe, expect, test } from 'vitest';
import type { SourceRef } from '../../../model/source-ref.ts';
import { charge, feePart, usd } from './fixtures/facts.ts';
import { BOOK, inputOf, postedInvoice } from './fixtures/input.ts';
import { documentNumber, postingId } from './ids.ts';
import { plan } from './plan.ts';
import type { Leg } from './types.ts';

const LEGS: readonly Leg[] = [
  'receipt',
  'fee',
  'refund',
  'refund.credit',
  'refund.apply',
  'refund_failed',
  'dispute',
  'dispute_won',
  'dispute_lost',
  'dispute_lost.credit',
  'dispute_lost.apply',
  'payout',
  'payout_reversed',
  'reserve',
  'adjustment',
  'invoice',
  'surplus',
  'value',
];
const SOURCE: SourceRef = { provider: 'stripe', accountId: 'acct_1', objectId: 'txn_1' };

describe('posting ids', () => {
  test('the same event has the same id for ever', () => {
    // Written down once: an id that changes would post history a second time.
    expect(postingId(BOOK, SOURCE, 'receipt')).toBe('pst_zj9rfb9xnet9zg4xhzyx2exhb4sdmk4t');
  });

  test('each leg, generation, object, account, provider, company and tenant has its own', () => {
    const ids = [
      ...LEGS.map((leg) => postingId(BOOK, SOURCE, leg)),
      postingId(BOOK, SOURCE, 'receipt', 2),
      postingId(BOOK, { ...SOURCE, objectId: 'txn_2' }, 'receipt'),
      postingId(BOOK, { ...SOURCE, accountId: 'acct_2' }, 'receipt'),
      postingId(BOOK, { ...SOURCE, provider: 'square' }, 'receipt'),
      postingId({ ...BOOK, companyId: '2' }, SOURCE, 'receipt'),
      postingId({ ...BOOK, ledgerProvider: 'xero' }, SOURCE, 'receipt'),
      postingId({ ...BOOK, tenantId: 'ten_2' }, SOURCE, 'receipt'),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('the parts cannot run into each other', () => {
    const one = postingId(BOOK, { ...SOURCE, accountId: 'acct_1', objectId: '2txn' }, 'receipt');
    const other = postingId(BOOK, { ...SOURCE, accountId: 'acct_12', objectId: 'txn' }, 'receipt');
    expect(one).not.toBe(other);
  });

  test('mode and settings change the documents and never the id of a receipt', () => {
    const taxed = charge('108.25', { tax: usd('8.25'), references: { invoice: 'in_1' }, fees: [feePart('3.44')] });
    const ids = [
      { settings: {} },
      { settings: { mode: 'invoicing' }, context: { invoice: postedInvoice() } },
      { settings: { feeDetail: 'payout', taxUnknown: 'none', closedPeriod: 'first_open_day' } },
    ].map((given) => {
      const outcome = plan(inputOf(taxed, given));
      return outcome.kind === 'post' ? outcome.postings[0]!.id : null;
    });
    expect(ids).toEqual(Array(3).fill(postingId(BOOK, taxed.source, 'receipt')));
  });
});

describe('document numbers', () => {
  test.each([
    ['stripe', 'ST-'],
    ['btcpay', 'BP-'],
    ['square', 'SQ-'],
    ['anything else', 'MN-'],
  ])('those of %s begin with %s and have 21 characters', (provider, prefix) => {
    const id = postingId(BOOK, { ...SOURCE, provider }, 'receipt');
    expect(documentNumber(provider, id)).toBe(`${prefix}${id.slice(4, 22)}`);
    expect(documentNumber(provider, id)).toHaveLength(21);
  });
});
