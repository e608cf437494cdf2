import { describe, expect, test } from 'vitest';
import { money, sumMoney } from '../../kernel/money.ts';
import type { SourceRecord } from '../sdk/index.ts';
import { factOf, meaningOf, record } from './fixtures/meaning.ts';
import { charge, type Fields, invoice, invoicePayment, line, row, session } from './fixtures/objects.ts';

const usd = (minor: bigint) => money(minor, 'USD');
const pays = (fields: Fields = {}): SourceRecord => record('invoice_payments', invoicePayment(fields), ['pi_1']);
const bills = (fields: Fields = {}): SourceRecord => record('invoices', invoice(fields));
const checkout = (fields: Fields = {}): SourceRecord => record('checkout_sessions', session(fields), ['pi_1']);
const paid = (amount: number, fields: Fields = {}) =>
  row({ amount, source: charge({ amount, amount_captured: amount, ...fields }) });

describe('the tax of a charge', () => {
  test('is that of the invoice it pays, with the lines', () => {
    const fact = factOf('charge', paid(50_000), [pays(), bills()]);
    expect(fact.tax).toEqual(usd(4_000n));
    expect(fact.lines).toEqual([{ description: 'Consulting', amount: usd(46_000n), role: 'sales' }]);
    expect(fact.references).toEqual({ charge: 'ch_1', payment_intent: 'pi_1', invoice: 'in_1' });
  });

  test('is found in the invoice inside the payment as well', () => {
    const fact = factOf('charge', paid(50_000), [pays({ invoice: invoice() })]);
    expect(fact).toMatchObject({ tax: usd(4_000n), references: { invoice: 'in_1' } });
  });

  test('is the share of the part that is paid, and the shares sum to the whole', () => {
    const taxes = [16_667, 33_333].map((amount) => {
      const fact = factOf('charge', paid(amount), [pays({ amount_paid: amount }), bills()]);
      expect(fact.lines).toEqual([]);
      return fact.tax!;
    });
    expect(taxes).toEqual([usd(1_333n), usd(2_667n)]);
    expect(sumMoney(taxes, 'USD')).toEqual(usd(4_000n));
  });

  test('is that of the checkout session when there is no invoice', () => {
    const fact = factOf('charge', row(), [checkout()]);
    expect(fact.tax).toEqual(usd(825n));
    expect(fact.lines).toEqual([{ description: 'Checkout', amount: usd(10_000n), role: 'sales' }]);
  });

  test('of a session comes with discount and shipping when they add up', () => {
    const details = { amount_discount: 500, amount_shipping: 700, amount_tax: 625 };
    const { lines } = factOf('charge', row(), [checkout({ amount_subtotal: 10_000, total_details: details })]);
    expect(lines.map(({ role, amount }) => [role, amount.minor])).toEqual([
      ['sales', 10_000n],
      ['shipping', 700n],
      ['discount', -500n],
    ]);
  });

  test('of a session whose prices include it comes without lines', () => {
    const fact = factOf('charge', row(), [checkout({ amount_subtotal: 10_825 })]);
    expect(fact).toMatchObject({ tax: usd(825n), lines: [] });
  });

  test.each([
    ['nothing is known', []],
    ['the session asked for another amount', [checkout({ amount_total: 10_000 })]],
    ['the session is in another currency', [checkout({ currency: 'eur' })]],
    ['the payment of the invoice was cancelled', [pays({ status: 'canceled' }), bills()]],
    ['the invoice is in another currency', [pays(), bills({ currency: 'eur' })]],
    ['the invoice is not stored yet', [pays()]],
  ])('is unknown, never zero, when %s', (_title, related) => {
    expect(factOf('charge', row(), related).tax).toBeNull();
  });

  test('is zero when the invoice says so', () => {
    const fact = factOf('charge', paid(50_000), [pays(), bills({ total_taxes: [] })]);
    expect(fact.tax).toEqual(usd(0n));
  });

  test('is converted by the exact ratio of the amounts, rounded once', () => {
    const body = row({
      amount: 53_650,
      exchange_rate: 1.073,
      source: charge({ currency: 'eur', amount: 50_000, amount_captured: 50_000 }),
    });
    const fact = factOf('charge', body, [
      pays({ currency: 'eur' }),
      bills({ currency: 'eur', total_taxes: [{ amount: 4_001, tax_behavior: 'exclusive' }] }),
    ]);
    expect(fact.tax).toEqual(usd(4_293n));
    expect(fact.lines).toEqual([]);
  });

  test('is converted between currencies of different decimals', () => {
    const source = charge({ currency: 'jpy', amount: 10_825, amount_captured: 10_825 });
    const fact = factOf('charge', row({ amount: 7_220, source }), [checkout({ currency: 'jpy' })]);
    expect(fact.tax).toEqual(usd(550n));
  });

  test('that is more than the money is a problem', () => {
    const details = { amount_discount: 0, amount_shipping: 0, amount_tax: 20_000 };
    const { facts, problems } = meaningOf('balance_transactions', row(), [checkout({ total_details: details })]);
    expect(facts).toEqual([]);
    expect(problems.map(({ field }) => field)).toEqual(['tax']);
  });
});

describe('the lines of an invoice', () => {
  const linesOf = (fields: Fields) => factOf('charge', paid(50_000), [pays(), bills(fields)]).lines;

  test('are without the tax that their prices include', () => {
    const taxes = [{ amount: 4_000, tax_behavior: 'inclusive' }];
    const lines = { has_more: false, data: [line('il_1', 50_000, { taxes })] };
    expect(linesOf({ total_taxes: taxes, lines })).toMatchObject([{ amount: usd(46_000n) }]);
  });

  test('have shipping and discounts beside the items', () => {
    const lines = linesOf({
      lines: { has_more: false, data: [line('il_1', 46_000), line('il_2', 1_000)] },
      total_discount_amounts: [{ amount: 1_500 }],
      shipping_cost: { amount_subtotal: 500, amount_tax: 0, amount_total: 500 },
    });
    expect(lines.map(({ role, amount }) => [role, amount.minor])).toEqual([
      ['sales', 46_000n],
      ['sales', 1_000n],
      ['shipping', 500n],
      ['discount', -1_500n],
    ]);
  });

  test('are left out when they do not add up', () => {
    expect(linesOf({ lines: { has_more: false, data: [line('il_1', 45_999)] } })).toEqual([]);
    expect(linesOf({ lines: { has_more: true, data: [line('il_1', 46_000)] } })).toEqual([]);
  });
});
