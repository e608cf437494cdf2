import type { SquareContext } from '../context.ts';
import { money } from '../money.ts';
import { changed, type Fields, fresh, type Kept } from '../objects/kept.ts';
import type { Order } from '../objects/order.ts';
import type { Payment } from '../objects/payment.ts';
import { iso, render } from '../render.ts';
import { momentOf, need } from './lookup.ts';
import { orderChanged } from './orders.ts';
import { createPayment } from './payments.ts';

/** A draft over an open order: the lines stay on the order. */
export function draftInvoice(context: SquareContext, at: number, order: Order, fields: Fields): Kept {
  const { state, settings } = context;
  const requests = (fields.payment_requests as Fields[] | undefined) ?? [{ request_type: 'BALANCE' }];
  const invoice = state.tables.invoices.add({
    ...fresh(state.newId('invoices'), at),
    version: 0,
    show: {
      invoice_number: String(state.nextNumber('invoice numbers')).padStart(6, '0'),
      timezone: 'Etc/UTC',
      accepted_payment_methods: { card: true },
      ...fields,
      location_id: order.show.location_id,
      order_id: order.id,
      status: 'DRAFT',
      payment_requests: requests.map((request) => ({
        uid: state.newId('uids'),
        ...request,
        computed_amount_money: order.show.net_amount_due_money,
        total_completed_amount_money: money(0, settings.currency),
        rounding_adjustment_included_money: money(0, settings.currency),
      })),
    },
  });
  announceInvoice(context, invoice, at, 'invoice.created');
  return invoice;
}

export function announceInvoice(context: SquareContext, invoice: Kept, at: number, type: string): void {
  context.emit(type, at, { type: 'invoice', id: invoice.id, object: { invoice: render(invoice) } });
}

function dueOn(context: SquareContext, invoice: Kept) {
  return need(context.state.tables.orders, String(invoice.show.order_id)).show.net_amount_due_money;
}

/** Sends it: from now on it wants money. */
export function publish(context: SquareContext, at: number, invoice: Kept): void {
  Object.assign(invoice.show, {
    status: 'UNPAID',
    public_url: `https://squareup.com/pay-invoice/${invoice.id}`,
    next_payment_amount_money: dueOn(context, invoice),
  });
  changed(invoice, at);
  announceInvoice(context, invoice, at, 'invoice.published');
}

/** Takes it back, and with it the order. */
export function cancelInvoice(context: SquareContext, at: number, invoice: Kept): void {
  invoice.show.status = 'CANCELED';
  delete invoice.show.next_payment_amount_money;
  changed(invoice, at);
  const order = need(context.state.tables.orders, String(invoice.show.order_id));
  order.show.state = 'CANCELED';
  order.show.closed_at = iso(at);
  orderChanged(context, order, at);
  announceInvoice(context, invoice, at, 'invoice.canceled');
}

export interface PayInvoiceInput {
  readonly at: number;
  readonly invoice: string;
  /** All that is due when missing. */
  readonly amount?: number;
}

/** The customer pays on the invoice's page, in part or in full, by card. */
export function payInvoice(context: SquareContext, input: PayInvoiceInput): Payment {
  const at = momentOf(input);
  const invoice = need(context.state.tables.invoices, input.invoice);
  if (invoice.show.status !== 'UNPAID' && invoice.show.status !== 'PARTIALLY_PAID')
    throw new Error(`${invoice.id} is ${String(invoice.show.status)}`);
  const amount = input.amount ?? dueOn(context, invoice).amount;
  const payment = createPayment(context, {
    at: input.at,
    amount,
    location: String(invoice.show.location_id),
    order: String(invoice.show.order_id),
  });
  const due = dueOn(context, invoice);
  const [request, ...others] = invoice.show.payment_requests as Fields[];
  const before = (request?.total_completed_amount_money as { amount: number } | undefined)?.amount ?? 0;
  const paid = money(before + amount, due.currency);
  invoice.show.payment_requests = [{ ...request, total_completed_amount_money: paid }, ...others];
  invoice.show.status = due.amount === 0 ? 'PAID' : 'PARTIALLY_PAID';
  if (due.amount === 0) delete invoice.show.next_payment_amount_money;
  else invoice.show.next_payment_amount_money = due;
  changed(invoice, at);
  announceInvoice(context, invoice, at, 'invoice.payment_made');
  return payment;
}
