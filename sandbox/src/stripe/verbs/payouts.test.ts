import { describe, expect, test } from 'vitest';
import { DAY, MONDAY } from '../../core/testing.ts';
import { eventTypes, ledgerLines, testStripe } from '../testing.ts';

const at = MONDAY;
/** Wednesday, one in the night: Monday's money is available. */
const NIGHT = Date.UTC(2026, 9, 7, 1) / 1000;

function worked() {
  const account = testStripe();
  const { stripe } = account;
  const { charge } = stripe.charge({ at, amount: 10_825 });
  stripe.charge({ at, amount: 50_000 });
  stripe.refund({ at: at + 60, charge: charge.id, amount: 2_165 });
  stripe.openDispute({ at: at + 90, charge: charge.id, amount: 5_413 });
  return { ...account, charge };
}

describe('an automatic payout', () => {
  test('sums what is available to the cent, and its own row takes it out', async () => {
    const { stripe, doors, all } = worked();
    const payout = stripe.payoutDue({ at: NIGHT });
    expect(payout).toMatchObject({
      amount: 49_923,
      automatic: true,
      status: 'pending',
      reconciliation_status: 'in_progress',
    });
    doors.set(NIGHT * 1000);
    const rows = await all(`/v1/balance_transactions?payout=${payout?.id}`);
    expect(rows).toHaveLength(5);
    const others = rows.filter((row) => row.source !== payout?.id);
    expect(others.reduce((sum, row) => sum + Number(row.net), 0)).toBe(49_923);
    expect(stripe.balanceAt('usd', NIGHT)).toEqual({ available: 0, pending: 0 });
  });

  test('leaves out what is not available yet', () => {
    const { stripe } = testStripe();
    stripe.charge({ at, amount: 10_000 });
    stripe.charge({ at: NIGHT - 60, amount: 20_000 });
    expect(stripe.payoutDue({ at: NIGHT })?.amount).toBe(9_680);
    expect(stripe.payoutDue({ at: NIGHT + 60 })).toBeNull();
  });

  test('goes to the bank, is reconciled and arrives on the next working day', () => {
    const { stripe } = worked();
    const payout = stripe.payoutDue({ at: NIGHT });
    stripe.advancePayouts(NIGHT + 7_200);
    expect(payout).toMatchObject({ status: 'in_transit', reconciliation_status: 'completed' });
    stripe.advancePayouts(NIGHT + DAY);
    expect(payout).toMatchObject({ status: 'paid', arrival_date: Date.UTC(2026, 9, 8) / 1000 });
    expect(eventTypes(stripe).slice(-4)).toEqual([
      'payout.created',
      'payout.updated',
      'payout.reconciliation_completed',
      'payout.paid',
    ]);
    stripe.advancePayouts(NIGHT + 2 * DAY);
    expect(eventTypes(stripe).at(-1)).toBe('payout.paid');
  });

  test('may take money from the bank', () => {
    const { stripe } = testStripe();
    const { charge } = stripe.charge({ at, amount: 10_000 });
    stripe.payoutDue({ at: NIGHT });
    stripe.refund({ at: NIGHT + 60, charge: charge.id });
    const payout = stripe.payoutDue({ at: NIGHT + DAY });
    expect(payout?.amount).toBe(-10_000);
    expect(ledgerLines(stripe).at(-1)).toBe('payout/payout 10000 0');
  });

  test('that fails after it was paid comes back and goes into the next one', () => {
    const { stripe } = worked();
    const payout = stripe.payoutDue({ at: NIGHT });
    stripe.advancePayouts(NIGHT + DAY);
    stripe.failPayout({ at: NIGHT + 3 * DAY, payout: payout?.id ?? '' });
    expect(payout).toMatchObject({ status: 'failed', failure_code: 'account_closed' });
    expect(payout?.failure_balance_transaction).toMatch(/^txn_/);
    expect(ledgerLines(stripe).at(-1)).toBe('payout_failure/payout_reversal 49923 0');
    expect(stripe.payoutDue({ at: NIGHT + 4 * DAY })?.amount).toBe(49_923);
  });

  test('can be canceled only while it is pending', () => {
    const { stripe } = worked();
    const payout = stripe.payoutDue({ at: NIGHT });
    stripe.cancelPayout({ at: NIGHT + 60, payout: payout?.id ?? '' });
    expect([payout?.status, ledgerLines(stripe).at(-1)]).toEqual(['canceled', 'payout_cancel/payout_reversal 49923 0']);
    expect(() => stripe.cancelPayout({ at: NIGHT, payout: payout?.id ?? '' })).toThrow('cannot be canceled');
  });
});

describe('a payout by hand', () => {
  test('takes its fee on top and is not itemised', async () => {
    const { stripe, doors, get } = worked();
    const payout = stripe.manualPayout({ at: NIGHT, amount: 20_000, method: 'instant', fee: 300 });
    expect(payout).toMatchObject({ automatic: false, method: 'instant', reconciliation_status: 'not_applicable' });
    expect(ledgerLines(stripe).at(-1)).toBe('payout/payout -20000 300');
    expect(stripe.balanceAt('usd', NIGHT).available).toBe(49_923 - 20_300);
    doors.set(NIGHT * 1000);
    const refused = await get(`/v1/balance_transactions?payout=${payout.id}`);
    expect([refused.status, refused.at('error.type')]).toEqual([400, 'invalid_request_error']);
    const next = stripe.payoutDue({ at: NIGHT + 60 });
    expect(next?.amount).toBe(49_923 - 20_300);
  });

  test('cannot exceed what is there; an instant one reaches pending money', () => {
    const { stripe } = testStripe();
    stripe.charge({ at, amount: 10_000 });
    expect(() => stripe.manualPayout({ at: at + 60, amount: 5_000 })).toThrow('0 usd can be paid out');
    expect(stripe.manualPayout({ at: at + 60, amount: 5_000, method: 'instant', fee: 75 }).amount).toBe(5_000);
    expect(() => stripe.manualPayout({ at: at + 61, amount: 5_000, method: 'instant' })).toThrow('can be paid out');
  });
});
