import { expect, test } from 'vitest';
import { MONDAY } from '../core/testing.ts';
import { askingSquare, testSquare, usd } from './testing.ts';

test('a restored seller equals the original, goes on by the clock and never repeats an id', async () => {
  const { square, doors, post } = testSquare();
  const { payments } = square.sale({
    at: MONDAY,
    lines: [{ name: 'A', unitAmount: 500 }],
    giftCards: [{ amount: 100 }],
  });
  square.openDispute({ at: MONDAY, payment: payments[0]!.id, inquiry: true });
  const body = { idempotency_key: 'k', source_id: 'cnon:card-nonce-ok', amount_money: usd(900) };
  const paid = await post('/v2/payments', body);
  const snapshot = JSON.parse(JSON.stringify(square.snapshot())) as unknown;

  const other = testSquare();
  other.square.restore(snapshot);
  expect(other.square.snapshot()).toEqual(square.snapshot());
  expect((await other.post('/v2/payments', body)).text).toBe(paid.text);
  for (const seller of [doors, other.doors]) seller.pass(7_200_000);
  for (const path of ['/v2/payments', '/v2/disputes', `/v2/orders/${payments[0]?.show.order_id}`]) {
    expect((await askingSquare(other.square).get(path)).text).toBe((await askingSquare(square).get(path)).text);
  }
  const next = other.square.createPayment({ at: MONDAY + 9_000, amount: 1 });
  expect(square.context.state.tables.payments.get(next.id)).toBeUndefined();
  expect(square.createPayment({ at: MONDAY + 9_000, amount: 1 }).id).toBe(next.id);
});
