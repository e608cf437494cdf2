import fc from 'fast-check';
import { expect } from 'vitest';
import { spoiled } from '../../../test/support/odd-json.ts';
import { property } from '../../../test/support/properties.ts';
import { isLocalDate } from '../../kernel/dates.ts';
import type { Json } from '../../kernel/json.ts';
import type { Fact } from '../../model/facts.ts';
import { stripeMoney } from './amounts.ts';
import { meaningOf, record } from './fixtures/meaning.ts';
import {
  charge,
  DAY_ONE,
  dispute,
  type Fields,
  feeDetail,
  invoice,
  invoicePayment,
  line,
  payout,
  refund,
  row,
} from './fixtures/objects.ts';
import { stripeRelatives } from './relatives.ts';

const CATEGORIES = [
  'charge',
  'refund',
  'partial_capture_reversal',
  'refund_failure',
  'dispute',
  'dispute_reversal',
  'fee',
  'network_cost',
  'tax',
  'payout',
  'payout_reversal',
  'risk_reserved_funds',
  'something_new',
];
const SOURCES: readonly Fields[] = [charge(), refund(), dispute(), payout()];
const cents = fc.integer({ min: -10_000_000, max: 10_000_000 });
const fees = fc.array(
  fc.record({
    amount: fc.integer({ min: -50_000, max: 50_000 }),
    type: fc.constantFrom('stripe_fee', 'tax', 'new_fee'),
  }),
  { maxLength: 4 },
);

/** A row of the balance in any category, with an amount, fees and a source that may not fit. */
const anyRow: fc.Arbitrary<Fields> = fc
  .record({ amount: cents, fees, category: fc.constantFrom(...CATEGORIES), source: fc.constantFrom(null, ...SOURCES) })
  .map(({ amount, fees: details, category, source }) => {
    const fee = details.reduce((sum, one) => sum + one.amount, 0);
    const parts = details.map((one) => feeDetail(one.amount, one.type));
    return row({ amount, fee, fee_details: parts, reporting_category: category, type: category, source });
  });

const ITEMS: Json = {
  payout: 'po_1',
  items: [
    { id: 'txn_1', net: 100, currency: 'usd', type: 'charge', source: 'ch_1', created: DAY_ONE },
    { id: 'txn_2', net: -100, currency: 'usd', type: 'payout', source: 'po_1', created: DAY_ONE },
  ],
};
const PAYMENT = invoicePayment();
const bodies: fc.Arbitrary<readonly [stream: string, body: Json]> = fc.oneof(
  anyRow.map((body) => ['balance_transactions', body] as const),
  fc.constant(['invoices', invoice()] as const),
  fc.constant(['disputes', dispute({ status: 'lost' })] as const),
  fc.constant(['payout_items', ITEMS] as const),
);
const spoiledRecord = bodies.chain(([stream, body]) => spoiled(body).map((broken) => [stream, broken] as const));

const related = (invoiceBody: Json, paymentBody: Json) => [
  record('invoices', invoiceBody, ['in_1']),
  record('invoice_payments', paymentBody, ['pi_1', 'ch_1']),
];

/** What the facts of a row say that it did to the balance. */
function movedBy(facts: readonly Fact[]): bigint {
  const costs = (fact: Fact) => ('fees' in fact ? fact.fees.reduce((sum, { amount }) => sum + amount.minor, 0n) : 0n);
  return facts.reduce((sum, fact) => sum + grossOf(fact) - costs(fact), 0n);
}

function grossOf(fact: Fact): bigint {
  switch (fact.kind) {
    case 'charge':
      return fact.gross.minor;
    case 'refund':
    case 'dispute_opened':
    case 'payout':
      return -fact.amount.minor;
    case 'fee':
      return -fact.fee.amount.minor;
    case 'refund_failed':
    case 'dispute_won':
    case 'payout_reversed':
    case 'reserve':
    case 'adjustment':
      return fact.amount.minor;
    default:
      throw new Error(`a row of the balance is no ${fact.kind}`);
  }
}

property('normalise: the facts of a Stripe row move the balance by its net, in every category', [anyRow], (body) => {
  const { facts, problems } = meaningOf('balance_transactions', body);
  if (facts.length > 0) expect(movedBy(facts)).toBe(BigInt(body.net as number));
  else expect(problems).not.toEqual([]);
});

property('normalise: a Stripe record with parts missing or odd never throws', [spoiledRecord], ([stream, body]) => {
  const { facts, problems } = meaningOf(stream, body);
  for (const { field } of problems) expect(field).not.toBe('');
  for (const fact of facts) {
    expect(new Date(fact.occurredAt).toISOString()).toMatch(/^\d{4}-/);
    if (fact.kind === 'payout') expect(isLocalDate(fact.arrivesOn)).toBe(true);
  }
});

property(
  'normalise: Stripe relatives that are odd never make a row throw',
  [anyRow, spoiled(invoice()), spoiled(PAYMENT)],
  (body, odd, paid) => {
    expect(() => meaningOf('balance_transactions', body, related(odd, paid))).not.toThrow();
    expect(() => stripeRelatives(record('invoice_payments', paid))).not.toThrow();
  },
);

property('normalise: the order of the relatives changes no Stripe fact', [anyRow, fc.boolean()], (body, paysAll) => {
  const paid = invoicePayment({ amount_paid: paysAll ? 50_000 : 10_825 });
  const others = related(invoice(), paid);
  expect(meaningOf('balance_transactions', body, others.toReversed())).toEqual(
    meaningOf('balance_transactions', body, others),
  );
});

property(
  'normalise: the lines of a Stripe invoice sum to its total without tax',
  [fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 6 }), fc.nat({ max: 100_000 })],
  (amounts, tax) => {
    const total = amounts.reduce((sum, one) => sum + one, 0) + tax;
    const lines = { object: 'list', has_more: false, data: amounts.map((one, i) => line(`il_${i}`, one)) };
    const taxes = [{ amount: tax, tax_behavior: 'exclusive', taxability_reason: 'standard_rated' }];
    const { facts } = meaningOf('invoices', invoice({ total, lines, total_taxes: taxes }));
    const [fact] = facts;
    if (fact?.kind !== 'invoice') throw new Error('not one invoice');
    expect(fact.lines.reduce((sum, { amount }) => sum + amount.minor, 0n) + fact.tax.minor).toBe(fact.total.minor);
    expect(fact.total.minor).toBe(BigInt(total));
  },
);

property(
  'normalise: an integer of Stripe is an amount to the minor unit, or refused',
  [
    fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }),
    fc.constantFrom('usd', 'eur', 'jpy', 'kwd', 'isk', 'ugx', 'mga', 'xxx'),
  ],
  (minor, currency) => {
    try {
      const amount = stripeMoney(minor, currency);
      expect(amount.currency).toBe(currency.toUpperCase());
      expect(amount.minor === 0n).toBe(minor === 0n);
      expect(stripeMoney(-minor, currency).minor).toBe(-amount.minor);
    } catch (error) {
      expect(error).toBeInstanceOf(RangeError);
      expect(['isk', 'ugx', 'xxx']).toContain(currency);
    }
  },
);
