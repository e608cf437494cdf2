import { format, round } from '../core/decimal.ts';
import { countedPayments, currencyDigits, isOverpaid, isPaid, netPaid } from './amounts.ts';
import type { BtcpayContext } from './context.ts';
import { type Invoice, type InvoiceMark, manualMarks, type Payment } from './invoice.ts';

/** Payment details as an event carries them. */
function paymentFields(invoice: Invoice, payment: Payment) {
  const destination = invoice.prompts.find((prompt) => prompt.method === payment.method)?.destination ?? '';
  const { id, receivedDate, value, fee, status } = payment;
  return { paymentMethodId: payment.method, payment: { id, receivedDate, value, fee, status, destination } };
}

/** A payment was seen: tells so, and moves the invoice as far as the money reaches. */
export function paymentSeen(context: BtcpayContext, invoice: Invoice, payment: Payment, at: number): void {
  invoice.payments.push(payment);
  const afterExpiration = at > invoice.expirationTime;
  context.emit(invoice, 'InvoiceReceivedPayment', at, { afterExpiration, ...paymentFields(invoice, payment) });
  if (payment.status === 'Settled') announceSettledPayment(context, invoice, payment, at);
  paymentsChanged(context, invoice, at);
}

/** The payment has the confirmations that the store asks for. */
export function paymentConfirmed(context: BtcpayContext, invoice: Invoice, payment: Payment, at: number): void {
  payment.status = 'Settled';
  announceSettledPayment(context, invoice, payment, at);
  if (invoice.status === 'Processing') settleIfConfirmed(context, invoice, at);
}

function announceSettledPayment(context: BtcpayContext, invoice: Invoice, payment: Payment, at: number): void {
  const afterExpiration = payment.receivedDate > invoice.expirationTime;
  context.emit(invoice, 'InvoicePaymentSettled', at, { afterExpiration, ...paymentFields(invoice, payment) });
}

/** The payment was replaced or double-spent. A paid invoice goes back to New without a word. */
export function paymentReplaced(context: BtcpayContext, invoice: Invoice, payment: Payment): void {
  payment.status = 'Invalid';
  if (invoice.status !== 'Processing' || isPaid(invoice, countedPayments(invoice))) return;
  invoice.status = 'New';
  invoice.additionalStatus = countedPayments(invoice).length > 0 ? 'PaidPartial' : 'None';
  context.state.open.add(invoice);
}

function paymentsChanged(context: BtcpayContext, invoice: Invoice, at: number): void {
  const paid = isPaid(invoice, countedPayments(invoice));
  switch (invoice.status) {
    case 'New':
      if (paid) startProcessing(context, invoice, at);
      else invoice.additionalStatus = 'PaidPartial';
      return;
    case 'Processing':
      if (isOverpaid(invoice)) invoice.additionalStatus = 'PaidOver';
      settleIfConfirmed(context, invoice, at);
      return;
    case 'Expired':
      paidLate(context, invoice, paid, at);
      return;
    case 'Settled':
    case 'Invalid':
      return;
  }
}

function startProcessing(context: BtcpayContext, invoice: Invoice, at: number): void {
  if (invoice.type === 'TopUp') {
    invoice.amount = format(round(netPaid(invoice, invoice.payments), currencyDigits(invoice.currency), 'half-even'));
  }
  invoice.status = 'Processing';
  invoice.additionalStatus = isOverpaid(invoice) ? 'PaidOver' : 'None';
  context.emit(invoice, 'InvoiceProcessing', at, { overPaid: invoice.additionalStatus === 'PaidOver' });
  settleIfConfirmed(context, invoice, at);
}

function settleIfConfirmed(context: BtcpayContext, invoice: Invoice, at: number): void {
  const confirmed = invoice.payments.filter((payment) => payment.status === 'Settled');
  if (!isPaid(invoice, confirmed)) return;
  invoice.status = 'Settled';
  context.state.open.delete(invoice);
  const overPaid = invoice.additionalStatus === 'PaidOver';
  context.emit(invoice, 'InvoiceSettled', at, { manuallyMarked: false, overPaid });
}

/** The status stays Expired whatever comes in late. */
function paidLate(context: BtcpayContext, invoice: Invoice, paid: boolean, at: number): void {
  if (invoice.additionalStatus === 'PaidLate' || invoice.additionalStatus === 'Marked') return;
  invoice.additionalStatus = paid ? 'PaidLate' : 'PaidPartial';
  if (paid) context.emit(invoice, 'InvoicePaidAfterExpiration', at);
}

function expire(context: BtcpayContext, invoice: Invoice): void {
  const partiallyPaid = countedPayments(invoice).length > 0;
  invoice.status = 'Expired';
  invoice.additionalStatus = partiallyPaid ? 'PaidPartial' : 'None';
  context.emit(invoice, 'InvoiceExpired', invoice.expirationTime, { partiallyPaid });
  if (partiallyPaid) context.emit(invoice, 'InvoiceExpiredPaidPartial', invoice.expirationTime);
}

/** Confirmations did not come before the end of monitoring. */
function giveUp(context: BtcpayContext, invoice: Invoice): void {
  invoice.status = 'Invalid';
  context.emit(invoice, 'InvoiceInvalid', invoice.monitoringExpiration, { manuallyMarked: false });
}

function timeOfChange(invoice: Invoice): number {
  return invoice.status === 'New' ? invoice.expirationTime : invoice.monitoringExpiration;
}

/** Lets time pass: what expires by then expires, in the order of its time. */
export function advance(context: BtcpayContext, at: number): void {
  const due = [...context.state.open].filter((invoice) => timeOfChange(invoice) <= at);
  due.sort((a, b) => timeOfChange(a) - timeOfChange(b));
  for (const invoice of due) {
    context.state.open.delete(invoice);
    if (invoice.status === 'New') expire(context, invoice);
    else giveUp(context, invoice);
  }
}

/** A person says so. False when the state does not allow it. */
export function mark(context: BtcpayContext, invoice: Invoice, to: InvoiceMark, at: number): boolean {
  if (!manualMarks(invoice).includes(to)) return false;
  invoice.status = to;
  invoice.additionalStatus = 'Marked';
  context.state.open.delete(invoice);
  const extra = to === 'Settled' ? { manuallyMarked: true, overPaid: false } : { manuallyMarked: true };
  context.emit(invoice, `Invoice${to}`, at, extra);
  return true;
}
