import { describe, expect, test } from 'vitest';
import { MONDAY } from '../../core/testing.ts';
import { ledgerLines, testStripe } from '../testing.ts';

const at = MONDAY;
describe('other rows of the balance', () => {
  test('carry the categories that accounting goes by', () => {
    const { stripe } = testStripe();
    stripe.accountFee({ at, amount: 2_500 });
    stripe.feeCredit({ at, amount: 375 });
    stripe.taxFee({ at, amount: 293 });
    stripe.networkCost({ at, amount: 611 });
    stripe.holdReserve({ at, amount: 50_000 });
    stripe.releaseReserve({ at, amount: 50_000 });
    stripe.adjust({ at, amount: -1_234 });
    stripe.adjust({ at, amount: 5, category: 'never_seen' });
    expect(ledgerLines(stripe)).toEqual([
      'stripe_fee/fee -2500 0',
      'stripe_fee/fee 375 0',
      'tax_fee/tax -293 0',
      'stripe_fee/network_cost -611 0',
      'reserve_hold/risk_reserved_funds -50000 0',
      'reserve_release/risk_reserved_funds 50000 0',
      'adjustment/other_adjustment -1234 0',
      'adjustment/never_seen 5 0',
    ]);
  });

  test('show a reserve on both balances when asked to, without touching the sum that can be paid out', () => {
    const { stripe } = testStripe({ reserveRows: 'both' });
    stripe.holdReserve({ at, amount: 50_000 });
    const rows = stripe.context.state.tables.balanceTransactions.all();
    expect(rows.map((row) => [row.balance_type, row.net])).toEqual([
      ['payments', -50_000],
      ['risk_reserved', 50_000],
    ]);
    expect(stripe.balanceAt('usd', at).available).toBe(-50_000);
    expect(stripe.payoutDue({ at: at + 60 })?.amount).toBe(-50_000);
  });
});
