import type { SquareContext } from '../context.ts';
import { addEntry } from '../ledger.ts';
import { money } from '../money.ts';
import { changed, type Fields, fresh } from '../objects/kept.ts';
import type { Order } from '../objects/order.ts';
import { type Payment, reachesBalance } from '../objects/payment.ts';
import type { Refund } from '../objects/refund.ts';
import { iso, render } from '../render.ts';
import { giftCardActivity } from './gift-cards.ts';
import { momentOf, need } from './lookup.ts';
import { announceOrder, orderChanged } from './orders.ts';
import { type PaymentMoment, paymentChanged } from './payments.ts';

export interface RefundInput extends PaymentMoment {
  /** Minor units; all that is left when missing. */
  readonly amount?: number;
  readonly reason?: string;
  /** Stays PENDING until `completeRefund` or `failRefund`. */
  readonly pending?: boolean;
}

/** What of a payment has not been given back, in minor units. */
export function refundable(payment: Payment): number {
  return payment.show.total_money.amount - (payment.show.refunded_money?.amount ?? 0);
}

export function refund(context: SquareContext, input: RefundInput): Refund {
  const at = momentOf(input);
  const made = startRefund(context, at, input);
  if (input.pending !== true) settleRefund(context, made, at);
  return made;
}

/** A refund that is under way; the payment counts it from now on. */
export function startRefund(context: SquareContext, at: number, input: Omit<RefundInput, 'at'>): Refund {
  const { settings, state } = context;
  const payment = need(state.tables.payments, input.payment);
  const amount = input.amount ?? refundable(payment);
  if (payment.show.status !== 'COMPLETED') throw new Error(`${payment.id} is ${payment.show.status}`);
  if (amount <= 0 || amount > refundable(payment)) throw new Error(`${payment.id} has ${refundable(payment)} left`);
  const returning = returnOrder(context, payment, amount, at);
  const made = state.tables.refunds.add({
    ...fresh(`${payment.id}_${state.newId('refunds')}`, at),
    completedAt: null,
    fees: [],
    show: {
      status: 'PENDING',
      amount_money: money(amount, settings.currency),
      payment_id: payment.id,
      ...(returning === null ? {} : { order_id: returning.id }),
      location_id: payment.show.location_id,
      destination_type: payment.show.source_type,
      ...(input.reason === undefined ? {} : { reason: input.reason }),
      unlinked: false,
    },
  });
  payment.show.refunded_money = money((payment.show.refunded_money?.amount ?? 0) + amount, settings.currency);
  payment.show.refund_ids = [...(payment.show.refund_ids ?? []), made.id];
  announceRefund(context, made, at, 'refund.created');
  paymentChanged(context, payment, at);
  return made;
}

function announceRefund(context: SquareContext, made: Refund, at: number, type: string): void {
  context.emit(type, at, { type: 'refund', id: made.id, object: { refund: render(made) } });
}

/** The part of the first fee that goes back with a refund, on plans that give it back. */
function feeReturned(context: SquareContext, payment: Payment, amount: number): number {
  if (!context.settings.refundsReturnFee) return 0;
  const fee = payment.fees[0]?.amount ?? 0;
  return Number((BigInt(fee) * BigInt(amount)) / BigInt(payment.show.total_money.amount));
}

/** The refund is through: the money leaves the balance, the drawer or goes back to the gift card. */
export function settleRefund(context: SquareContext, made: Refund, at: number): void {
  const payment = need(context.state.tables.payments, made.show.payment_id);
  const { amount } = made.show.amount_money;
  made.show.status = 'COMPLETED';
  made.completedAt = at;
  if (reachesBalance(payment.kind)) giveBack(context, made, payment, at);
  if (payment.giftCard !== null) {
    giftCardActivity(context, at, {
      type: 'REFUND',
      giftCard: payment.giftCard,
      location: made.show.location_id,
      amount,
      details: { payment_id: payment.id },
    });
  }
  changed(made, at);
  announceRefund(context, made, at, 'refund.updated');
}

function giveBack(context: SquareContext, made: Refund, payment: Payment, at: number): void {
  const { amount, currency } = made.show.amount_money;
  const fee = feeReturned(context, payment, amount);
  if (fee > 0) {
    made.fees.push({ at, amount: -fee });
    made.show.processing_fee = [{ effective_at: iso(at), type: 'INITIAL', amount_money: money(-fee, currency) }];
  }
  addEntry(context, {
    at,
    location: made.show.location_id,
    type: 'REFUND',
    gross: -amount,
    fee: -fee,
    details: { payment_id: payment.id, refund_id: made.id },
  });
}

export interface RefundMoment {
  readonly at: number;
  readonly refund: string;
}

function needPending(context: SquareContext, id: string): Refund {
  const made = need(context.state.tables.refunds, id);
  if (made.show.status !== 'PENDING') throw new Error(`${id} is ${made.show.status}`);
  return made;
}

export function completeRefund(context: SquareContext, input: RefundMoment): Refund {
  const made = needPending(context, input.refund);
  settleRefund(context, made, momentOf(input));
  return made;
}

/** The bank or Square says no: the payment has that much left again. */
export function failRefund(context: SquareContext, input: RefundMoment & { readonly rejected?: boolean }): Refund {
  const at = momentOf(input);
  const made = needPending(context, input.refund);
  const payment = need(context.state.tables.payments, made.show.payment_id);
  const { amount, currency } = made.show.amount_money;
  made.show.status = input.rejected === true ? 'REJECTED' : 'FAILED';
  changed(made, at);
  payment.show.refunded_money = money((payment.show.refunded_money?.amount ?? 0) - amount, currency);
  announceRefund(context, made, at, 'refund.updated');
  paymentChanged(context, payment, at);
  return made;
}

/** A refund is an order of its own that points back: the whole order's lines, or one line of the amount. */
function returnOrder(context: SquareContext, payment: Payment, amount: number, at: number): Order | null {
  const { state, settings } = context;
  const source = payment.show.order_id === undefined ? undefined : state.tables.orders.get(payment.show.order_id);
  if (!source) return null;
  const zero = money(0, settings.currency);
  const isWhole = amount === source.show.total_money.amount;
  const entry = isWhole ? wholeReturn(context, source) : partReturn(context, amount);
  const order = state.tables.orders.add({
    ...fresh(state.newId('orders'), at),
    show: {
      location_id: source.show.location_id,
      source: source.show.source,
      state: 'COMPLETED',
      returns: [{ uid: state.newId('uids'), source_order_id: source.id, ...entry }],
      return_amounts: entry.return_amounts,
      total_money: zero,
      total_tax_money: zero,
      total_discount_money: zero,
      total_tip_money: zero,
      total_service_charge_money: zero,
      net_amount_due_money: zero,
      closed_at: iso(at),
    },
  });
  source.show.refunds = [
    ...(source.show.refunds ?? []),
    {
      id: order.id,
      location_id: source.show.location_id,
      transaction_id: source.id,
      tender_id: payment.id,
      created_at: iso(at),
      reason: 'Refund',
      amount_money: money(amount, settings.currency),
      status: 'APPROVED',
    },
  ];
  announceOrder(context, order, at, 'order.created');
  orderChanged(context, source, at);
  return order;
}

function wholeReturn(context: SquareContext, source: Order): Fields {
  const { show } = source;
  const uid = () => context.state.newId('uids');
  return {
    return_line_items: (show.line_items ?? []).map(({ gross_sales_money: gross, uid: line, ...rest }) => ({
      ...rest,
      uid: uid(),
      source_line_item_uid: line,
      gross_return_money: gross,
    })),
    ...(show.taxes === undefined
      ? {}
      : { return_taxes: show.taxes.map((tax) => ({ ...tax, uid: uid(), source_tax_uid: tax.uid })) }),
    ...(show.discounts === undefined
      ? {}
      : { return_discounts: show.discounts.map((one) => ({ ...one, uid: uid(), source_discount_uid: one.uid })) }),
    ...(show.service_charges === undefined
      ? {}
      : {
          return_service_charges: show.service_charges.map((charge) => ({
            ...charge,
            uid: uid(),
            source_service_charge_uid: charge.uid,
          })),
        }),
    ...(show.total_tip_money.amount === 0
      ? {}
      : { return_tips: [{ uid: uid(), applied_money: show.total_tip_money }] }),
    return_amounts: {
      total_money: show.total_money,
      tax_money: show.total_tax_money,
      discount_money: show.total_discount_money,
      tip_money: show.total_tip_money,
      service_charge_money: show.total_service_charge_money,
    },
  };
}

function partReturn(context: SquareContext, amount: number): Fields {
  const { currency } = context.settings;
  const of = (value: number) => money(value, currency);
  return {
    return_line_items: [
      {
        uid: context.state.newId('uids'),
        quantity: '1',
        item_type: 'CUSTOM_AMOUNT',
        base_price_money: of(amount),
        variation_total_price_money: of(amount),
        gross_return_money: of(amount),
        total_tax_money: of(0),
        total_discount_money: of(0),
        total_money: of(amount),
      },
    ],
    return_amounts: {
      total_money: of(amount),
      tax_money: of(0),
      discount_money: of(0),
      tip_money: of(0),
      service_charge_money: of(0),
    },
  };
}
