import { describe, expect, test } from 'vitest';
import { MONDAY } from '../../core/testing.ts';
import { eventTypes, ledgerLines, testStripe } from '../testing.ts';

const at = MONDAY;

describe('a charge', () => {
  test('puts its amount less the fee into the balance, available two working days later', () => {
    const { stripe } = testStripe();
    const { charge, balanceTransaction, paymentIntent } = stripe.charge({ at, amount: 10_825, description: 'Order 1' });
    expect(balanceTransaction).toMatchObject({
      amount: 10_825,
      fee: 344,
      net: 10_481,
      source: charge.id,
      currency: 'usd',
    });
    expect(balanceTransaction?.available_on).toBe(Date.UTC(2026, 9, 7) / 1000);
    expect(charge).toMatchObject({ paid: true, status: 'succeeded', balance_transaction: balanceTransaction?.id });
    expect(paymentIntent).toMatchObject({ status: 'succeeded', amount_received: 10_825, latest_charge: charge.id });
    expect(eventTypes(stripe)).toEqual(['payment_intent.created', 'charge.succeeded', 'payment_intent.succeeded']);
  });

  test('in euros settles in dollars at its rate, the fee in dollars', () => {
    const { stripe } = testStripe();
    const { charge, balanceTransaction } = stripe.charge({
      at,
      amount: 5_000,
      currency: 'eur',
      exchangeRate: '1.0837',
    });
    expect(charge).toMatchObject({ amount: 5_000, currency: 'eur' });
    expect(balanceTransaction).toMatchObject({
      amount: 5_419,
      currency: 'usd',
      exchange_rate: 1.0837,
      fee: 187,
      net: 5_232,
    });
    expect(() => stripe.charge({ at, amount: 1, currency: 'eur' })).toThrow('needs an exchange rate');
  });

  test('that is captured in part gives the rest back in a row of its own category', () => {
    const { stripe } = testStripe();
    const { charge } = stripe.charge({ at, amount: 10_000, captured: 6_000 });
    expect(ledgerLines(stripe)).toEqual(['charge/charge 10000 320', 'refund/partial_capture_reversal -4000 0']);
    expect(charge).toMatchObject({ amount: 10_000, amount_captured: 6_000, amount_refunded: 4_000 });
  });

  test('that is declined moves no money', () => {
    const { stripe } = testStripe();
    const { charge, balanceTransaction } = stripe.charge({ at, amount: 10_000, declined: true });
    expect(charge).toMatchObject({ status: 'failed', paid: false, balance_transaction: null });
    expect(balanceTransaction).toBeNull();
    expect([ledgerLines(stripe), eventTypes(stripe).at(-1)]).toEqual([[], 'charge.failed']);
  });

  test('through checkout names the tax, and its items must add up', () => {
    const { stripe } = testStripe();
    const items = [{ description: 'Thing', quantity: 2, subtotal: 10_000, tax: 825 }];
    const { paymentIntent } = stripe.charge({ at, amount: 10_825, checkout: { items } });
    const session = stripe.context.state.tables.checkoutSessions.all()[0];
    expect(session).toMatchObject({ payment_intent: paymentIntent.id, amount_subtotal: 10_000, amount_total: 10_825 });
    expect(session?.total_details.amount_tax).toBe(825);
    expect(() => stripe.charge({ at, amount: 10_000, checkout: { items } })).toThrow('must add up');
  });
});
