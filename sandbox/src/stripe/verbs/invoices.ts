import type { StripeContext } from '../context.ts';
import type { Invoice } from '../objects/invoice.ts';
import { type InvoicePayment, newInvoicePayment } from '../objects/invoice-payment.ts';
import type { PaymentIntent } from '../objects/payment-intent.ts';
import { type ChargeResult, charge, createIntent } from './charges.ts';
import { need } from './lookup.ts';

export interface InvoiceMoment {
  readonly at: number;
  readonly invoice: string;
}

/** The invoice gets its number and its first, still open payment. */
export function finalizeInvoice(context: StripeContext, input: InvoiceMoment): Invoice {
  const invoice = expectStatus(context, input, ['draft']);
  invoice.status = 'open';
  invoice.number = `ACME-${String(context.state.nextNumber('invoiceNumbers')).padStart(4, '0')}`;
  invoice.effective_at = input.at;
  invoice.ending_balance = 0;
  invoice.hosted_invoice_url = `https://invoice.stripe.invalid/i/${invoice.id}`;
  invoice.invoice_pdf = `https://pay.stripe.invalid/invoice/${invoice.id}/pdf`;
  invoice.status_transitions.finalized_at = input.at;
  addInvoicePayment(context, invoice, { at: input.at, amount: invoice.amount_due, isDefault: true });
  context.emit('invoice.finalized', input.at, invoice);
  return invoice;
}

interface PaymentPlan {
  readonly at: number;
  readonly amount: number;
  readonly isDefault: boolean;
}

function addInvoicePayment(context: StripeContext, invoice: Invoice, plan: PaymentPlan): InvoicePayment {
  const intent = createIntent(context, {
    at: plan.at,
    amount: plan.amount,
    currency: invoice.currency,
    customer: invoice.customer,
    description: `Payment for Invoice ${invoice.number}`,
  });
  return context.state.tables.invoicePayments.add(
    newInvoicePayment({
      id: context.state.newId('invoicePayments'),
      created: plan.at,
      invoice: invoice.id,
      currency: invoice.currency,
      amountRequested: plan.amount,
      isDefault: plan.isDefault,
      paymentIntent: intent.id,
    }),
  );
}

export interface PayInvoiceInput extends InvoiceMoment {
  /** Minor units; all that remains when missing. */
  readonly amount?: number;
}

export interface PaidInvoice extends ChargeResult {
  readonly invoice: Invoice;
  readonly payment: InvoicePayment;
}

/** A card payment towards an open invoice. A part of the amount goes through a payment of its own. */
export function payInvoice(context: StripeContext, input: PayInvoiceInput): PaidInvoice {
  const invoice = expectStatus(context, input, ['open', 'uncollectible']);
  const amount = input.amount ?? invoice.amount_remaining;
  if (amount <= 0 || amount > invoice.amount_remaining) {
    throw new Error(`cannot pay ${amount} towards ${invoice.id}: ${invoice.amount_remaining} remains`);
  }
  const payment = paymentFor(context, invoice, { at: input.at, amount, isDefault: false });
  const intent = need(context.state.tables.paymentIntents, payment.payment.payment_intent);
  const paid = charge(context, {
    at: input.at,
    amount,
    currency: invoice.currency,
    customer: invoice.customer,
    description: intent.description,
    billing: { name: invoice.customer_name, email: invoice.customer_email },
    paymentIntent: intent,
  });
  applyPayment(context, invoice, payment, input.at);
  return { ...paid, invoice, payment };
}

/** The default payment serves when it asks for exactly this amount. */
function paymentFor(context: StripeContext, invoice: Invoice, plan: PaymentPlan): InvoicePayment {
  const open = openDefault(context, invoice);
  return open && open.amount_requested === plan.amount ? open : addInvoicePayment(context, invoice, plan);
}

function openDefault(context: StripeContext, invoice: Invoice): InvoicePayment | undefined {
  const payments = context.state.tables.invoicePayments.all();
  return payments.find((row) => row.invoice === invoice.id && row.is_default && row.status === 'open');
}

function applyPayment(context: StripeContext, invoice: Invoice, payment: InvoicePayment, at: number): void {
  payment.status = 'paid';
  payment.amount_paid = payment.amount_requested;
  payment.status_transitions.paid_at = at;
  invoice.amount_paid += payment.amount_requested;
  invoice.amount_remaining -= payment.amount_requested;
  invoice.attempted = true;
  invoice.attempt_count += 1;
  context.emit('invoice_payment.paid', at, payment);
  settleRemaining(context, invoice, at);
}

/** After what is owed has changed: the waiting payment follows it, and an invoice that owes nothing is paid. */
export function settleRemaining(context: StripeContext, invoice: Invoice, at: number): void {
  if (invoice.amount_remaining === 0) {
    markPaid(context, invoice, at);
    return;
  }
  const open = openDefault(context, invoice);
  if (open) {
    open.amount_requested = invoice.amount_remaining;
    need(context.state.tables.paymentIntents, open.payment.payment_intent).amount = invoice.amount_remaining;
  }
  context.emit('invoice.updated', at, invoice);
}

function markPaid(context: StripeContext, invoice: Invoice, at: number): void {
  invoice.status = 'paid';
  invoice.status_transitions.paid_at = at;
  closeOpenPayment(context, invoice, at);
  context.emit('invoice.updated', at, invoice, { previous: { status: 'open' } });
  context.emit('invoice.paid', at, invoice);
}

/** An invoice that needs no further payment cancels the payment it was waiting for. */
function closeOpenPayment(context: StripeContext, invoice: Invoice, at: number): void {
  const open = openDefault(context, invoice);
  if (!open) return;
  open.status = 'canceled';
  open.status_transitions.canceled_at = at;
  const intent: PaymentIntent = need(context.state.tables.paymentIntents, open.payment.payment_intent);
  intent.status = 'canceled';
  intent.canceled_at = at;
  intent.cancellation_reason = 'void_invoice';
}

/** Paid by other means, told to Stripe by the merchant: no charge and no money in the balance. */
export function payInvoiceOutOfBand(context: StripeContext, input: InvoiceMoment): Invoice {
  const invoice = expectStatus(context, input, ['open', 'uncollectible']);
  invoice.amount_paid_off_stripe = invoice.amount_remaining;
  invoice.amount_paid += invoice.amount_remaining;
  invoice.amount_remaining = 0;
  markPaid(context, invoice, input.at);
  return invoice;
}

export function voidInvoice(context: StripeContext, input: InvoiceMoment): Invoice {
  const invoice = expectStatus(context, input, ['open', 'uncollectible']);
  if (invoice.amount_paid > 0) throw new Error(`${invoice.id} is partly paid and cannot be voided`);
  invoice.status = 'void';
  invoice.status_transitions.voided_at = input.at;
  closeOpenPayment(context, invoice, input.at);
  context.emit('invoice.voided', input.at, invoice);
  return invoice;
}

export function markUncollectible(context: StripeContext, input: InvoiceMoment): Invoice {
  const invoice = expectStatus(context, input, ['open']);
  invoice.status = 'uncollectible';
  invoice.status_transitions.marked_uncollectible_at = input.at;
  context.emit('invoice.marked_uncollectible', input.at, invoice);
  return invoice;
}

export function expectStatus(context: StripeContext, input: InvoiceMoment, allowed: readonly string[]): Invoice {
  const invoice = need(context.state.tables.invoices, input.invoice);
  if (!allowed.includes(invoice.status)) throw new Error(`${invoice.id} is ${invoice.status}`);
  return invoice;
}
