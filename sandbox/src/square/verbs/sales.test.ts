import { describe, expect, test } from 'vitest';
import { MONDAY } from '../../core/testing.ts';
import { testSquare, usd } from '../testing.ts';
import { squareTruth } from '../truth.ts';

/** Items 40.00, discount 4.00, tax 2.88, tip 6.00, gift card sold 25.00; paid by card 59.88 and gift card 10.00. */
function worked() {
  const seller = testSquare();
  const { square } = seller;
  const bought = square.sale({
    at: MONDAY,
    giftCards: [{ amount: 1_000 }],
    tenders: [{ source: 'cash', amount: 1_000 }],
  });
  const sale = square.sale({
    at: MONDAY + 60,
    lines: [{ name: 'Coffee beans', unitAmount: 2_000, quantity: '2' }],
    giftCards: [{ amount: 2_500 }],
    discounts: [{ name: 'Regular', percentage: '10' }],
    taxes: [{ name: 'Sales tax', percentage: '8' }],
    tenders: [
      { source: 'card', amount: 5_388, tip: 600 },
      { source: 'giftCard', amount: 1_000, giftCard: bought.giftCards[0]!.id },
    ],
  });
  return { ...seller, bought, sale };
}

describe('a sale', () => {
  test('shows items, discount, tax, tip and both tenders, to the cent', async () => {
    const { get, sale } = worked();
    const order = await get(`/v2/orders/${sale.order.id}`);
    expect(order.at('order')).toMatchObject({
      state: 'COMPLETED',
      total_money: usd(6_988),
      total_tax_money: usd(288),
      total_discount_money: usd(400),
      total_tip_money: usd(600),
      net_amount_due_money: usd(0),
      tenders: [
        { type: 'CARD', amount_money: usd(5_988), tip_money: usd(600), payment_id: sale.payments[0]?.id },
        { type: 'SQUARE_GIFT_CARD', amount_money: usd(1_000), payment_id: sale.payments[1]?.id },
      ],
    });
    const lines = order.at('order.line_items') as Record<string, unknown>[];
    expect(lines.map((line) => [line.item_type, line.total_discount_money, line.total_tax_money])).toEqual([
      ['ITEM', usd(400), usd(288)],
      ['GIFT_CARD', usd(0), usd(0)],
    ]);
  });

  test('reaches the balance by card only, less the fee', () => {
    const { square } = worked();
    expect(squareTruth(square)['usd']).toEqual({
      gross: 5_988,
      refunds: 0,
      fees: 166,
      disputes: 0,
      adjustments: 0,
      payouts: 0,
      cash: 1_000,
      external: 0,
      giftCards: 1_000,
      balance: 5_822,
    });
  });

  test('uses up the gift card that pays and activates the one that is sold', async () => {
    const { get, bought, sale } = worked();
    const card = bought.giftCards[0]!;
    const activities = await get(`/v2/gift-cards/activities?gift_card_id=${card.id}&sort_order=ASC`);
    const rows = activities.at('gift_card_activities') as Record<string, unknown>[];
    expect(rows.map((row) => [row.type, row.gift_card_balance_money])).toEqual([
      ['ACTIVATE', usd(1_000)],
      ['REDEEM', usd(0)],
    ]);
    expect(sale.giftCards[0]).toMatchObject({ state: 'ACTIVE', balance: 2_500 });
  });

  test('takes tenders for exactly what is due', () => {
    const { square } = testSquare();
    const sell = () =>
      square.sale({ at: MONDAY, lines: [{ name: 'A', unitAmount: 100 }], tenders: [{ source: 'cash', amount: 99 }] });
    expect(sell).toThrow('100 is due');
  });

  test('has inclusive tax in its prices and service charges on top', () => {
    const { square } = testSquare();
    const { order } = square.sale({
      at: MONDAY,
      lines: [{ name: 'Menu', unitAmount: 1_190 }],
      taxes: [{ name: 'VAT', percentage: '19', inclusive: true }],
      serviceCharges: [
        { name: 'Service', percentage: '10' },
        { name: 'Cover', amount: 50 },
      ],
    });
    expect([order.show.total_money, order.show.total_tax_money, order.show.total_service_charge_money]).toEqual([
      usd(1_359),
      usd(190),
      usd(169),
    ]);
  });

  test('leaves no cent behind when a discount is split over lines', () => {
    const { square } = testSquare();
    const lines = [1, 2, 3].map((number) => ({ name: `L${number}`, unitAmount: 333 }));
    const { order } = square.sale({ at: MONDAY, lines, discounts: [{ name: 'One off', amount: 100 }] });
    const discounts = order.show.line_items?.map((line) => line.total_discount_money.amount) ?? [];
    expect(discounts).toEqual([33, 33, 34]);
    expect(order.show.total_money).toEqual(usd(899));
  });
});
