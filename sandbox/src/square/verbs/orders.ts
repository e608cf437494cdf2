import type { SquareContext } from '../context.ts';
import { money } from '../money.ts';
import { changed, type Fields, fresh } from '../objects/kept.ts';
import type { Order } from '../objects/order.ts';
import type { Payment } from '../objects/payment.ts';
import { type OrderInput, priceOrder } from '../order-pricing.ts';
import { iso } from '../render.ts';

export interface NewOrder extends Omit<OrderInput, 'currency'> {
  readonly location: string;
  readonly customer?: string | undefined;
  readonly reference?: string | undefined;
  readonly source?: string | undefined;
  readonly state?: 'OPEN' | 'DRAFT';
}

/** The priced part of an order's fields. */
export function pricedFields(context: SquareContext, input: Omit<OrderInput, 'currency'>) {
  const { currency } = context.settings;
  const priced = priceOrder({ ...input, currency });
  const of = (amount: number) => money(amount, currency);
  return {
    line_items: priced.line_items,
    ...(priced.discounts.length === 0 ? {} : { discounts: priced.discounts }),
    ...(priced.taxes.length === 0 ? {} : { taxes: priced.taxes }),
    ...(priced.service_charges.length === 0 ? {} : { service_charges: priced.service_charges }),
    total_money: of(priced.total),
    total_tax_money: of(priced.tax),
    total_discount_money: of(priced.discount),
    total_tip_money: of(0),
    total_service_charge_money: of(priced.serviceCharge),
    net_amount_due_money: of(priced.total),
  };
}

export function createOrder(context: SquareContext, at: number, input: NewOrder): Order {
  context.touch(at);
  const order = context.state.tables.orders.add({
    ...fresh(context.state.newId('orders'), at),
    show: {
      location_id: input.location,
      ...(input.reference === undefined ? {} : { reference_id: input.reference }),
      ...(input.customer === undefined ? {} : { customer_id: input.customer }),
      source: { name: input.source ?? 'Sandbox register' },
      state: input.state ?? 'OPEN',
      ...pricedFields(context, input),
    },
  });
  announceOrder(context, order, at, 'order.created');
  return order;
}

/** `order.*` events carry ids, version and state only: whoever wants more fetches the order. */
export function announceOrder(context: SquareContext, order: Order, at: number, type: string): void {
  const name = type.replace('.', '_');
  const short = { order_id: order.id, location_id: order.show.location_id, state: order.show.state };
  const moments = {
    created_at: iso(order.created),
    ...(type === 'order.updated' ? { updated_at: iso(order.updated) } : {}),
  };
  context.emit(type, at, {
    type: name,
    id: order.id,
    object: { [name]: { ...short, version: order.version, ...moments } },
  });
}

export function orderChanged(context: SquareContext, order: Order, at: number): void {
  changed(order, at);
  announceOrder(context, order, at, 'order.updated');
}

const TENDER_TYPES: Readonly<Record<Payment['kind'], string>> = {
  card: 'CARD',
  giftCard: 'SQUARE_GIFT_CARD',
  cash: 'CASH',
  external: 'OTHER',
  bankAccount: 'BANK_ACCOUNT',
  wallet: 'WALLET',
};

function tenderOf(order: Order, payment: Payment): Fields {
  const { amount_money: amount, tip_money: tip, total_money: total } = payment.show;
  return {
    id: payment.id,
    location_id: order.show.location_id,
    transaction_id: order.id,
    created_at: iso(payment.created),
    amount_money: total,
    ...(tip === undefined ? {} : { tip_money: tip }),
    type: TENDER_TYPES[payment.kind],
    payment_id: payment.id,
    ...(payment.kind === 'cash' ? { cash_details: { buyer_tendered_money: amount } } : {}),
    ...(payment.kind === 'card' ? { card_details: { status: 'CAPTURED', entry_method: 'EMV' } } : {}),
  };
}

/** A completed payment becomes a tender; the order is done when nothing is due. Tips raise the total. */
export function tender(context: SquareContext, order: Order, payment: Payment, at: number): void {
  const { currency } = context.settings;
  const { show } = order;
  const tip = payment.show.tip_money?.amount ?? 0;
  show.tenders = [...(show.tenders ?? []), tenderOf(order, payment)];
  show.total_tip_money = money(show.total_tip_money.amount + tip, currency);
  show.total_money = money(show.total_money.amount + tip, currency);
  const due = Math.max(0, show.net_amount_due_money.amount - payment.show.amount_money.amount);
  show.net_amount_due_money = money(due, currency);
  if (due === 0 && show.state === 'OPEN') {
    show.state = 'COMPLETED';
    show.closed_at = iso(at);
  }
  orderChanged(context, order, at);
}
