import { describe, expect, test } from 'vitest';
import { MONDAY } from '../../core/testing.ts';
import { eventTypes, ledgerLines, testStripe } from '../testing.ts';

const at = MONDAY;

describe('a refund', () => {
  test('takes money out without the fee, in part and then in full', () => {
    const { stripe } = testStripe();
    const { charge } = stripe.charge({ at, amount: 10_825 });
    stripe.refund({ at: at + 60, charge: charge.id, amount: 2_165 });
    expect(charge).toMatchObject({ amount_refunded: 2_165, refunded: false });
    stripe.refund({ at: at + 120, charge: charge.id });
    expect(charge).toMatchObject({ amount_refunded: 10_825, refunded: true });
    expect(ledgerLines(stripe).slice(1)).toEqual(['refund/refund -2165 0', 'refund/refund -8660 0']);
    expect(() => stripe.refund({ at, charge: charge.id, amount: 1 })).toThrow('0 is left');
  });

  test('of a euro charge leaves in dollars', () => {
    const { stripe } = testStripe();
    const { charge } = stripe.charge({ at, amount: 5_000, currency: 'eur', exchangeRate: '1.1' });
    stripe.refund({ at: at + 1, charge: charge.id, amount: 1_000 });
    stripe.refund({ at: at + 2, charge: charge.id, amount: 1_000, exchangeRate: '1.2' });
    expect(ledgerLines(stripe).slice(1)).toEqual(['refund/refund -1100 0', 'refund/refund -1200 0']);
  });

  test('that fails later comes back in a row of its own', () => {
    const { stripe } = testStripe();
    const { charge } = stripe.charge({ at, amount: 10_825 });
    const refund = stripe.refund({ at: at + 60, charge: charge.id, amount: 2_165 });
    stripe.failRefund({ at: at + 600, refund: refund.id });
    expect(ledgerLines(stripe).slice(1)).toEqual(['refund/refund -2165 0', 'refund_failure/refund_failure 2165 0']);
    expect(refund).toMatchObject({ status: 'failed', failure_reason: 'expired_or_canceled_card' });
    expect(refund.failure_balance_transaction).toMatch(/^txn_/);
    expect(charge.amount_refunded).toBe(0);
    expect(eventTypes(stripe).slice(-2)).toEqual(['refund.updated', 'refund.failed']);
    expect(() => stripe.failRefund({ at, refund: refund.id })).toThrow('is failed');
  });
});
