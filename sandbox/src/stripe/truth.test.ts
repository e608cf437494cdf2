import { expect, test } from 'vitest';
import { DAY, MONDAY } from '../core/testing.ts';
import { testStripe } from './testing.ts';
import { stripeTruth } from './truth.ts';

const NIGHT = Date.UTC(2026, 9, 7, 1) / 1000;

function account() {
  const { stripe } = testStripe();
  const { charge } = stripe.charge({ at: MONDAY, amount: 10_825 });
  stripe.charge({ at: MONDAY, amount: 50_000 });
  stripe.charge({ at: MONDAY, amount: 5_000, declined: true });
  const refund = stripe.refund({ at: MONDAY + 60, charge: charge.id, amount: 2_165 });
  const dispute = stripe.openDispute({ at: MONDAY + 90, charge: charge.id, amount: 5_413 });
  stripe.winDispute({ at: MONDAY + 900, dispute: dispute.id, feeReturned: true });
  stripe.failRefund({ at: MONDAY + 950, refund: refund.id });
  stripe.accountFee({ at: MONDAY, amount: 500 });
  stripe.feeCredit({ at: MONDAY, amount: 100 });
  stripe.holdReserve({ at: MONDAY, amount: 1_000 });
  const payout = stripe.payoutDue({ at: NIGHT });
  stripe.advancePayouts(NIGHT + DAY);
  stripe.failPayout({ at: NIGHT + 2 * DAY, payout: payout?.id ?? '' });
  stripe.charge({ at: Date.UTC(2026, 10, 2) / 1000, amount: 1_000 });
  return stripe;
}

test('the truth is the sum of what happened, and balances', () => {
  const { usd } = stripeTruth(account());
  expect(usd).toEqual({
    gross: 61_825,
    refunds: 0,
    fees: 344 + 1_480 + 59 + 1_500 - 1_500 + 400,
    disputes: 0,
    adjustments: -1_000,
    payouts: 0,
    balance: 61_825 - 2_283 - 1_000,
  });
});

test('a month holds what was created in it, and the balance at its end', () => {
  const { usd } = stripeTruth(account(), '2026-10');
  expect(usd).toMatchObject({ gross: 60_825, fees: 2_224, balance: 60_825 - 2_224 - 1_000 });
  expect(() => stripeTruth(account(), 'October')).toThrow('not a month');
});
