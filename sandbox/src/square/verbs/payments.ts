import type { SquareContext } from '../context.ts';
import { addEntry } from '../ledger.ts';
import { money } from '../money.ts';
import { changed, fresh } from '../objects/kept.ts';
import { type Payment, type PaymentStatus, reachesBalance, type SourceKind } from '../objects/payment.ts';
import { iso, renderPayment } from '../render.ts';
import { giftCardActivity } from './gift-cards.ts';
import { momentOf, need } from './lookup.ts';
import { tender } from './orders.ts';

export interface PaymentInput {
  readonly at: number;
  /** Minor units without the tip; tax is in it. */
  readonly amount: number;
  readonly tip?: number;
  readonly source?: SourceKind;
  readonly location?: string;
  readonly order?: string;
  readonly customer?: string;
  readonly reference?: string;
  readonly note?: string;
  /** Authorised only: waits for `completePayment` or `cancelPayment`. */
  readonly delayed?: boolean;
  /** The code with which the card's bank says no. */
  readonly declined?: string;
  /** The card that pays, for a gift card. */
  readonly giftCard?: string;
  /** What the other system is called, and what it kept. */
  readonly external?: { readonly type: string; readonly source: string; readonly fee?: number };
}

const SOURCE_TYPES: Readonly<Record<SourceKind, string>> = {
  card: 'CARD',
  giftCard: 'CARD',
  cash: 'CASH',
  external: 'EXTERNAL',
  bankAccount: 'BANK_ACCOUNT',
  wallet: 'WALLET',
};

/** Seven days: how long an authorisation made with a card that was not present is held by default. */
const DELAY_MS = 7 * 86_400_000;

function firstStatus(input: PaymentInput): PaymentStatus {
  if (input.declined !== undefined) return 'FAILED';
  if (input.source === 'bankAccount') return 'PENDING';
  return 'APPROVED';
}

function sourceDetails(context: SquareContext, input: PaymentInput, at: number): Record<string, unknown> {
  const { currency } = context.settings;
  const kind = input.source ?? 'card';
  const total = input.amount + (input.tip ?? 0);
  if (kind === 'cash')
    return { cash_details: { buyer_supplied_money: money(total, currency), change_back_money: money(0, currency) } };
  if (kind === 'external') {
    const { type = 'OTHER', source = 'Other till', fee } = input.external ?? {};
    const kept = fee === undefined ? {} : { source_fee_money: money(fee, currency) };
    return { external_details: { type, source, ...kept } };
  }
  if (kind === 'bankAccount')
    return { bank_account_details: { bank_name: 'Sandbox Bank', transfer_type: 'ACH', country: 'US' } };
  if (kind === 'wallet') return { wallet_details: { status: 'AUTHORIZED', brand: 'CASH_APP' } };
  const brand = kind === 'giftCard' ? 'SQUARE_GIFT_CARD' : 'VISA';
  const errors =
    input.declined === undefined
      ? {}
      : { errors: [{ category: 'PAYMENT_METHOD_ERROR', code: input.declined, detail: 'The card was declined.' }] };
  return {
    card_details: {
      status: input.declined === undefined ? 'AUTHORIZED' : 'FAILED',
      card: { card_brand: brand, last_4: '1111', exp_month: 11, exp_year: 2031 },
      entry_method: 'EMV',
      card_payment_timeline: { authorized_at: iso(at) },
      ...errors,
    },
  };
}

/** Someone pays; it goes through at once unless it is delayed, declined or comes from a bank account. */
export function createPayment(context: SquareContext, input: PaymentInput): Payment {
  const at = momentOf(input);
  const payment = startPayment(context, at, input);
  if (payment.show.status === 'APPROVED' && input.delayed !== true) capture(context, payment, at);
  return payment;
}

function startPayment(context: SquareContext, at: number, input: PaymentInput): Payment {
  const { currency } = context.settings;
  const total = money(input.amount + (input.tip ?? 0), currency);
  const id = context.state.newId('payments');
  const kind = input.source ?? 'card';
  const payment = context.state.tables.payments.add({
    ...fresh(id, at),
    kind,
    fees: [],
    completedAt: null,
    giftCard: input.giftCard ?? null,
    show: {
      amount_money: money(input.amount, currency),
      ...(input.tip === undefined ? {} : { tip_money: money(input.tip, currency) }),
      total_money: total,
      approved_money: total,
      status: firstStatus(input),
      source_type: SOURCE_TYPES[kind],
      ...sourceDetails(context, input, at),
      location_id: input.location ?? context.mainLocation,
      ...(input.order === undefined ? {} : { order_id: input.order }),
      ...(input.customer === undefined ? {} : { customer_id: input.customer }),
      ...(input.reference === undefined ? {} : { reference_id: input.reference }),
      ...(input.note === undefined ? {} : { note: input.note }),
      ...(input.delayed === true
        ? { delay_action: 'CANCEL', delay_duration: 'PT168H', delayed_until: iso(at + DELAY_MS) }
        : {}),
      receipt_number: id.slice(0, 4),
      receipt_url: `https://squareup.com/receipt/preview/${id}`,
    },
  });
  announcePayment(context, payment, at, 'payment.created');
  return payment;
}

export function announcePayment(context: SquareContext, payment: Payment, at: number, type: string): void {
  context.emit(type, at, { type: 'payment', id: payment.id, object: { payment: renderPayment(payment) } });
}

export function paymentChanged(context: SquareContext, payment: Payment, at: number): void {
  changed(payment, at);
  announcePayment(context, payment, at, 'payment.updated');
}

/** What Square keeps of an amount. */
function feeOn(context: SquareContext, amount: number): number {
  const { percentBps, fixedMinor } = context.settings.fee;
  const share = Number((BigInt(amount) * BigInt(percentBps) * 2n + 10_000n) / 20_000n);
  return Math.min(amount, share + fixedMinor);
}

/** The money is the seller's: on the balance with its fee taken, which the payment itself shows only later. */
function capture(context: SquareContext, payment: Payment, at: number): void {
  const { show } = payment;
  show.status = 'COMPLETED';
  payment.completedAt = at;
  if (reachesBalance(payment.kind)) takeIn(context, payment, at);
  if (payment.giftCard !== null) {
    giftCardActivity(context, at, {
      type: 'REDEEM',
      giftCard: payment.giftCard,
      location: show.location_id,
      amount: show.total_money.amount,
      details: { payment_id: payment.id, status: 'COMPLETED' },
    });
  }
  paymentChanged(context, payment, at);
  const order = show.order_id === undefined ? undefined : context.state.tables.orders.get(show.order_id);
  if (order) tender(context, order, payment, at);
}

function takeIn(context: SquareContext, payment: Payment, at: number): void {
  const total = payment.show.total_money.amount;
  const fee = feeOn(context, total);
  payment.fees.push({ at, amount: fee });
  addEntry(context, {
    at,
    location: payment.show.location_id,
    type: 'CHARGE',
    gross: total,
    fee,
    details: { payment_id: payment.id },
  });
  context.state.later({ at: at + context.settings.feeDelaySeconds * 1000, kind: 'fee', id: payment.id });
}

export interface PaymentMoment {
  readonly at: number;
  readonly payment: string;
}

function needOpen(context: SquareContext, id: string): Payment {
  const payment = need(context.state.tables.payments, id);
  if (payment.show.status === 'APPROVED' || payment.show.status === 'PENDING') return payment;
  throw new Error(`${id} is ${payment.show.status}`);
}

/** The seller captures an authorisation, or the bank transfer arrives. */
export function completePayment(context: SquareContext, input: PaymentMoment): Payment {
  const payment = needOpen(context, input.payment);
  capture(context, payment, momentOf(input));
  return payment;
}

/** The seller, or time, lets an authorisation go. */
export function cancelPayment(context: SquareContext, input: PaymentMoment): Payment {
  return end(context, input, 'CANCELED');
}

/** The bank transfer does not arrive. */
export function failPayment(context: SquareContext, input: PaymentMoment): Payment {
  return end(context, input, 'FAILED');
}

function end(context: SquareContext, input: PaymentMoment, status: 'CANCELED' | 'FAILED'): Payment {
  const payment = needOpen(context, input.payment);
  payment.show.status = status;
  paymentChanged(context, payment, momentOf(input));
  return payment;
}
