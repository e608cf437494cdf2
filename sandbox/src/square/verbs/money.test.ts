import { describe, expect, test } from 'vitest';
import { DAY, MONDAY } from '../../core/testing.ts';
import type { SandboxSquare } from '../square.ts';
import { testSquare, usd } from '../testing.ts';
import { squareTruth } from '../truth.ts';

function eventTypes(square: SandboxSquare): string[] {
  return square.context.state.tables.events.all().map(({ type }) => type);
}

describe('the fee of a payment', () => {
  test('is taken at once and shown hours later, with another version and an event', async () => {
    const { square, get, doors } = testSquare();
    const payment = square.createPayment({ at: MONDAY, amount: 10_000 });
    expect(square.balance()).toBe(10_000 - 270);
    const first = await get(`/v2/payments/${payment.id}`);
    expect(first.at('payment.processing_fee')).toBeUndefined();
    doors.pass(7_199_000);
    expect((await get(`/v2/payments/${payment.id}`)).text).toBe(first.text);
    doors.pass(1_000);
    const later = await get(`/v2/payments/${payment.id}`);
    expect(later.at('payment.processing_fee')).toEqual([
      { effective_at: '2026-10-05T10:00:00.000Z', type: 'INITIAL', amount_money: usd(270) },
    ]);
    expect(later.at('payment.version_token')).not.toBe(first.at('payment.version_token'));
    expect(later.at('payment.updated_at')).toBe('2026-10-05T12:00:00.000Z');
    expect(eventTypes(square)).toEqual(['payment.created', 'payment.updated', 'payment.updated']);
  });

  test('can be adjusted in both directions, on the payment and on the balance', () => {
    const { square } = testSquare();
    const { id } = square.createPayment({ at: MONDAY, amount: 10_000 });
    square.adjustFee({ at: MONDAY + 1, payment: id, amount: 40 });
    const payment = square.adjustFee({ at: MONDAY + 2, payment: id, amount: -15 });
    expect(payment.show.processing_fee?.map((fee) => [fee.type, fee.amount_money.amount])).toEqual([
      ['INITIAL', 270],
      ['ADJUSTMENT', 40],
      ['ADJUSTMENT', -15],
    ]);
    expect([square.balance(), squareTruth(square)['usd']?.fees]).toEqual([10_000 - 295, 295]);
  });
});

describe('a payment', () => {
  test('from a bank account waits, then completes or fails', () => {
    const { square } = testSquare();
    const good = square.createPayment({ at: MONDAY, amount: 5_000, source: 'bankAccount' });
    const bad = square.createPayment({ at: MONDAY, amount: 7_000, source: 'bankAccount' });
    expect([good.show.status, square.balance()]).toEqual(['PENDING', 0]);
    square.completePayment({ at: MONDAY + DAY, payment: good.id });
    square.failPayment({ at: MONDAY + DAY, payment: bad.id });
    expect([good.show.status, bad.show.status, square.balance()]).toEqual(['COMPLETED', 'FAILED', 5_000 - 140]);
    expect(() => square.completePayment({ at: MONDAY + DAY, payment: bad.id })).toThrow('FAILED');
  });

  test('that is declined moves nothing', () => {
    const { square } = testSquare();
    const payment = square.createPayment({ at: MONDAY, amount: 5_000, declined: 'GENERIC_DECLINE' });
    expect([payment.show.status, square.balance()]).toEqual(['FAILED', 0]);
  });
});

describe('a refund', () => {
  test('leaves the balance when it completes and stays on the payment only while it is good', () => {
    const { square } = testSquare();
    const { id } = square.createPayment({ at: MONDAY, amount: 10_000 });
    const first = square.refund({ at: MONDAY + 10, payment: id, amount: 3_000 });
    const second = square.refund({ at: MONDAY + 20, payment: id, amount: 2_000, pending: true });
    const payment = square.context.state.tables.payments.get(id)!;
    expect([first.show.status, second.show.status, square.balance()]).toEqual(['COMPLETED', 'PENDING', 9_730 - 3_000]);
    expect(payment.show.refunded_money).toEqual(usd(5_000));
    square.failRefund({ at: MONDAY + 30, refund: second.id });
    expect([payment.show.refunded_money, square.balance()]).toEqual([usd(3_000), 6_730]);
    expect(() => square.refund({ at: MONDAY + 40, payment: id, amount: 7_001 })).toThrow('has 7000 left');
  });

  test('gives its part of the fee back on plans that do', () => {
    const { square } = testSquare({ refundsReturnFee: true });
    const { id } = square.createPayment({ at: MONDAY, amount: 10_000 });
    const refund = square.refund({ at: MONDAY + 10, payment: id, amount: 5_000 });
    expect(refund.show.processing_fee?.[0]?.amount_money).toEqual(usd(-135));
    expect(square.balance()).toBe(9_730 - 5_000 + 135);
  });

  test('of a whole order is an order of its own with the lines, the tax and the tip returned', async () => {
    const { square, get } = testSquare();
    const { order, payments } = square.sale({
      at: MONDAY,
      lines: [{ name: 'Cup', unitAmount: 1_000 }],
      taxes: [{ name: 'Tax', percentage: '8' }],
      tip: 100,
    });
    const refund = square.refund({ at: MONDAY + 60, payment: payments[0]!.id });
    const returned = await get(`/v2/orders/${refund.show.order_id}`);
    expect(returned.at('order.returns.0')).toMatchObject({
      source_order_id: order.id,
      return_line_items: [
        { name: 'Cup', gross_return_money: usd(1_000), source_line_item_uid: order.show.line_items?.[0]?.uid },
      ],
      return_taxes: [{ applied_money: usd(80) }],
      return_tips: [{ applied_money: usd(100) }],
      return_amounts: { total_money: usd(1_180), tax_money: usd(80), tip_money: usd(100) },
    });
    expect((await get(`/v2/orders/${order.id}`)).at('order.net_amounts.total_money')).toEqual(usd(0));
  });

  test('of a part is one line of that amount', () => {
    const { square } = testSquare();
    const { payments } = square.sale({ at: MONDAY, lines: [{ name: 'Cup', unitAmount: 1_000 }] });
    const refund = square.refund({ at: MONDAY + 60, payment: payments[0]!.id, amount: 250 });
    const order = square.context.state.tables.orders.get(refund.show.order_id ?? '');
    expect(order?.show.returns?.[0]?.return_line_items).toMatchObject([
      { item_type: 'CUSTOM_AMOUNT', total_money: usd(250) },
    ]);
  });
});

describe('a dispute', () => {
  test('takes the money at once and gives it back when it is won', () => {
    const { square } = testSquare();
    const { id } = square.createPayment({ at: MONDAY, amount: 10_000 });
    const dispute = square.openDispute({ at: MONDAY + 1, payment: id });
    expect(square.balance()).toBe(-270);
    square.answerDispute({ at: MONDAY + 2, dispute: dispute.id });
    square.winDispute({ at: MONDAY + 3, dispute: dispute.id });
    expect([dispute.show.state, square.balance(), squareTruth(square)['usd']?.disputes]).toEqual(['WON', 9_730, 0]);
    expect(() => square.loseDispute({ at: MONDAY + 4, dispute: dispute.id })).toThrow('WON');
  });

  test('begins as a question that moves nothing', () => {
    const { square } = testSquare();
    const { id } = square.createPayment({ at: MONDAY, amount: 10_000 });
    const closed = square.openDispute({ at: MONDAY + 1, payment: id, inquiry: true });
    square.answerDispute({ at: MONDAY + 2, dispute: closed.id });
    square.closeInquiry({ at: MONDAY + 3, dispute: closed.id });
    expect([closed.show.state, square.balance()]).toEqual(['INQUIRY_CLOSED', 9_730]);
    const grown = square.openDispute({ at: MONDAY + 4, payment: id, inquiry: true });
    square.escalateInquiry({ at: MONDAY + 5, dispute: grown.id });
    square.acceptDispute({ at: MONDAY + 6, dispute: grown.id });
    expect([grown.show.state, square.balance()]).toEqual(['ACCEPTED', -270]);
  });

  test('is about a card only', () => {
    const { square } = testSquare();
    const { id } = square.createPayment({ at: MONDAY, amount: 100, source: 'cash' });
    expect(() => square.openDispute({ at: MONDAY, payment: id })).toThrow('cannot be disputed');
  });
});

describe('a payout', () => {
  test('takes what a location has, and its entries add up to it', async () => {
    const { square, all } = testSquare();
    const { id } = square.createPayment({ at: MONDAY, amount: 10_000 });
    square.createPayment({ at: MONDAY, amount: 500, source: 'cash' });
    square.createPayment({ at: MONDAY, amount: 1_000, location: 'LSANDBOXSIDE2' });
    square.refund({ at: MONDAY + 1, payment: id, amount: 1_000 });
    square.adjust({ at: MONDAY + 2, type: 'BRAND_NEW_TYPE', amount: -30 });
    const payout = square.payoutDue({ at: MONDAY + DAY })!;
    expect(payout.show).toMatchObject({
      status: 'SENT',
      type: 'BATCH',
      arrival_date: '2026-10-07',
      amount_money: usd(8_700),
    });
    const entries = await all(`/v2/payouts/${payout.id}/payout-entries`, 'payout_entries');
    expect(entries.map((entry) => [entry.type, (entry.net_amount_money as { amount: number }).amount])).toEqual([
      ['CHARGE', 9_730],
      ['REFUND', -1_000],
      ['BRAND_NEW_TYPE', -30],
    ]);
    expect(entries[0]).toMatchObject({ type_charge_details: { payment_id: id }, fee_amount_money: usd(270) });
    expect(Object.keys(entries[2] ?? {}).filter((key) => key.startsWith('type_'))).toEqual([]);
    expect(square.balance()).toBe(1_000 - 36);
    expect(square.payoutDue({ at: MONDAY + DAY })).toBeUndefined();
  });

  test('below zero is taken from the bank', () => {
    const { square } = testSquare();
    const { id } = square.createPayment({ at: MONDAY, amount: 1_000 });
    square.payoutDue({ at: MONDAY + 1 });
    square.refund({ at: MONDAY + 2, payment: id });
    expect(square.payoutDue({ at: MONDAY + 3 })?.show.amount_money).toEqual(usd(-1_000));
    expect(square.balance()).toBe(0);
  });

  test('that comes back is an entry of the next one', async () => {
    const { square, all } = testSquare();
    square.createPayment({ at: MONDAY, amount: 1_000 });
    const failed = square.payoutDue({ at: MONDAY + 1 })!;
    square.payoutFailed({ at: MONDAY + DAY, payout: failed.id });
    const next = square.payoutDue({ at: MONDAY + 2 * DAY })!;
    square.payoutPaid({ at: MONDAY + 3 * DAY, payout: next.id });
    const [entry] = await all(`/v2/payouts/${next.id}/payout-entries`, 'payout_entries');
    expect(entry).toMatchObject({ type: 'RETURNED_PAYOUT', net_amount_money: usd(964) });
    expect(eventTypes(square).filter((type) => type.startsWith('payout'))).toEqual([
      'payout.sent',
      'payout.failed',
      'payout.sent',
      'payout.paid',
    ]);
    expect(squareTruth(square)['usd']).toMatchObject({ payouts: 964, balance: 0 });
  });

  test('at once costs a fee and lists no entries', async () => {
    const { square, get } = testSquare();
    square.createPayment({ at: MONDAY, amount: 10_000 });
    const payout = square.payoutDue({ at: MONDAY + 1, instant: true })!;
    expect(payout.show).toMatchObject({
      type: 'SIMPLE',
      amount_money: usd(9_560),
      payout_fee: [{ amount_money: usd(170) }],
    });
    expect((await get(`/v2/payouts/${payout.id}/payout-entries`)).json).toEqual({});
    expect(squareTruth(square)['usd']).toMatchObject({ fees: 440, payouts: 9_560, balance: 0 });
  });
});

test('a month holds what happened in it, and the balance at its end', () => {
  const { square } = testSquare();
  square.createPayment({ at: MONDAY, amount: 10_000 });
  square.payoutDue({ at: Date.UTC(2026, 10, 2) / 1000 });
  square.createPayment({ at: Date.UTC(2026, 10, 3) / 1000, amount: 500 });
  expect(squareTruth(square, '2026-10')['usd']).toMatchObject({ gross: 10_000, fees: 270, payouts: 0, balance: 9_730 });
  expect(squareTruth(square, '2026-11')['usd']).toMatchObject({ gross: 500, payouts: 9_730 });
  expect(squareTruth(square, '2026-09')).toEqual({});
  expect(() => squareTruth(square, 'October')).toThrow('not a month');
});
