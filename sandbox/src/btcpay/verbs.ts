import { decimal, format, round, subtract } from '../core/decimal.ts';
import { derivedText, HEX } from '../core/ids.ts';
import { coinsFor, countedPayments, netPaid } from './amounts.ts';
import type { BtcpayContext } from './context.ts';
import { type Invoice, type InvoiceMark, type Payment, type PaymentMethod, promptOf } from './invoice.ts';
import { advance, mark, paymentConfirmed, paymentReplaced, paymentSeen } from './status.ts';

export interface PayInput {
  readonly at: number;
  readonly invoice: string;
  readonly method?: PaymentMethod;
  /** Coins as decimal text; exactly what is still due when missing. */
  readonly value?: string;
  /** Share of the value that only covers the network cost, in coins. */
  readonly fee?: string;
  /** Confirmed at once; lightning always is. */
  readonly confirmed?: boolean;
}

/** A customer sends coins. Nobody notices after the end of monitoring. */
export function pay(context: BtcpayContext, input: PayInput): Payment {
  advance(context, input.at);
  const invoice = needInvoice(context, input.invoice);
  if (input.at >= invoice.monitoringExpiration) throw new Error(`${invoice.id} is no longer monitored`);
  const method = input.method ?? 'BTC-CHAIN';
  const payment: Payment = {
    id: paymentId(invoice, method),
    method,
    receivedDate: input.at,
    value: input.value ?? stillDue(invoice, method),
    fee: input.fee ?? '0.0',
    status: method === 'BTC-LN' || input.confirmed ? 'Settled' : 'Processing',
  };
  paymentSeen(context, invoice, payment, input.at);
  return payment;
}

function paymentId(invoice: Invoice, method: PaymentMethod): string {
  const hash = derivedText(HEX, 64, invoice.id, method, invoice.payments.length);
  return method === 'BTC-LN' ? hash : `${hash}-${invoice.payments.length % 3}`;
}

/** Coins that pay the rest of an invoice, to the satoshi. */
export function stillDue(invoice: Invoice, method: PaymentMethod): string {
  const rest = subtract(decimal(invoice.amount), netPaid(invoice, countedPayments(invoice)));
  if (rest.units <= 0n) throw new Error(`${invoice.id} is paid already: name the value`);
  return format(coinsFor(rest, promptOf(invoice, method).rate));
}

/** A share of the invoice's price in coins of a method, rounded down to the satoshi. */
export function shareOfPrice(invoice: Invoice, method: PaymentMethod, percent: number): string {
  const coins = coinsFor(decimal(invoice.amount), promptOf(invoice, method).rate);
  return format(round({ units: coins.units * BigInt(percent), scale: coins.scale + 2 }, 8, 'down'));
}

export interface PaymentMoment {
  readonly at: number;
  readonly invoice: string;
  readonly payment: string;
}

export function confirmPayment(context: BtcpayContext, input: PaymentMoment): Payment {
  advance(context, input.at);
  const { invoice, payment } = needPayment(context, input);
  if (payment.status === 'Processing') paymentConfirmed(context, invoice, payment, input.at);
  return payment;
}

export function replacePayment(context: BtcpayContext, input: PaymentMoment): Payment {
  advance(context, input.at);
  const { invoice, payment } = needPayment(context, input);
  if (payment.status === 'Settled') throw new Error(`${payment.id} is confirmed and cannot be replaced`);
  context.touch(input.at);
  paymentReplaced(context, invoice, payment);
  return payment;
}

export interface MarkInput {
  readonly at: number;
  readonly invoice: string;
  readonly to: InvoiceMark;
}

export function markInvoice(context: BtcpayContext, input: MarkInput): Invoice {
  advance(context, input.at);
  const invoice = needInvoice(context, input.invoice);
  if (!mark(context, invoice, input.to, input.at))
    throw new Error(`${invoice.id} is ${invoice.status} and cannot become ${input.to}`);
  return invoice;
}

export function advanceTo(context: BtcpayContext, at: number): void {
  advance(context, at);
}

export function needInvoice(context: BtcpayContext, id: string): Invoice {
  const invoice = context.state.invoices.get(id);
  if (!invoice) throw new Error(`no such invoice: ${id}`);
  return invoice;
}

function needPayment(context: BtcpayContext, input: PaymentMoment): { invoice: Invoice; payment: Payment } {
  const invoice = needInvoice(context, input.invoice);
  const payment = invoice.payments.find((candidate) => candidate.id === input.payment);
  if (!payment) throw new Error(`no such payment: ${input.payment}`);
  return { invoice, payment };
}
