import { describe, expect, test } from 'vitest';
import { MONDAY } from '../../core/testing.ts';
import { eventTypes, ledgerLines, testStripe } from '../testing.ts';

const at = MONDAY;

function disputed(input: { amount?: number; warning?: boolean } = {}) {
  const { stripe } = testStripe();
  const { charge } = stripe.charge({ at, amount: 5_413 });
  const dispute = stripe.openDispute({ at: at + 60, charge: charge.id, ...input });
  return { stripe, charge, dispute };
}

describe('a dispute', () => {
  test('takes amount and fee in one row', () => {
    const { stripe, charge, dispute } = disputed();
    expect(ledgerLines(stripe).at(-1)).toBe('adjustment/dispute -5413 1500');
    const row = stripe.context.state.tables.balanceTransactions.get(dispute.balance_transactions[0] ?? '');
    expect(row).toMatchObject({ net: -6_913, source: dispute.id });
    expect(charge.disputed).toBe(true);
    expect(eventTypes(stripe).slice(-2)).toEqual(['charge.dispute.created', 'charge.dispute.funds_withdrawn']);
  });

  test('that is won gives the amount back, sometimes with the fee', () => {
    const plain = disputed();
    plain.stripe.winDispute({ at: at + 600, dispute: plain.dispute.id });
    expect(ledgerLines(plain.stripe).at(-1)).toBe('adjustment/dispute_reversal 5413 0');
    const generous = disputed();
    generous.stripe.winDispute({ at: at + 600, dispute: generous.dispute.id, feeReturned: true });
    expect(ledgerLines(generous.stripe).at(-1)).toBe('adjustment/dispute_reversal 5413 -1500');
    expect(generous.dispute.balance_transactions).toHaveLength(2);
    expect(eventTypes(generous.stripe).slice(-2)).toEqual(['charge.dispute.closed', 'charge.dispute.funds_reinstated']);
  });

  test('that is lost changes its status only', () => {
    const { stripe, dispute } = disputed();
    const rows = ledgerLines(stripe).length;
    stripe.answerDispute({ at: at + 300, dispute: dispute.id });
    expect(dispute.status).toBe('under_review');
    stripe.loseDispute({ at: at + 600, dispute: dispute.id });
    expect([dispute.status, ledgerLines(stripe).length]).toEqual(['lost', rows]);
    expect(() => stripe.winDispute({ at, dispute: dispute.id })).toThrow('already lost');
  });

  test('that is only an inquiry moves no money', () => {
    const { stripe, dispute } = disputed({ warning: true });
    stripe.closeWarning({ at: at + 600, dispute: dispute.id });
    expect([dispute.status, dispute.balance_transactions, ledgerLines(stripe).length]).toEqual([
      'warning_closed',
      [],
      1,
    ]);
    expect(eventTypes(stripe).slice(-2)).toEqual(['charge.dispute.created', 'charge.dispute.closed']);
  });
});
