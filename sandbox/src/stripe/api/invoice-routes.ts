import type { StripeContext } from '../context.ts';
import type { CreditNote } from '../objects/credit-note.ts';
import type { Invoice } from '../objects/invoice.ts';
import type { InvoicePayment } from '../objects/invoice-payment.ts';
import { type Rendered, renderObject } from '../render.ts';
import { finalizeInvoice, markUncollectible, payInvoice, payInvoiceOutOfBand, voidInvoice } from '../verbs/invoices.ts';
import { missingParameter, refused, resourceMissing } from './errors.ts';
import { LIST_PARAMS, listItems } from './lists.ts';
import type { Params } from './params.ts';
import { every, readable, same, within } from './reading.ts';
import type { Call, Route } from './route.ts';

/** Only payment intents and payment records can be asked for; a charge cannot. */
function keepPayment(params: Params): (row: InvoicePayment) => boolean {
  const payment = params.map('payment');
  if (params.has('payment') && payment.type === undefined) throw missingParameter('payment[type]');
  if (payment.type !== undefined && !['payment_intent', 'payment_record'].includes(payment.type)) {
    throw refused('Invalid payment[type]: must be one of payment_intent or payment_record');
  }
  return every<InvoicePayment>(
    within(params, 'created', (row) => row.created),
    same(params, 'invoice', (row) => row.invoice),
    same(params, 'status', (row) => row.status),
    (row) => payment.type === undefined || row.payment.type === payment.type,
    (row) => payment.payment_intent === undefined || row.payment.payment_intent === payment.payment_intent,
    (row) => payment.payment_record === undefined || row.payment.type === 'payment_record',
  );
}

function theInvoice(context: StripeContext, id: string): Invoice {
  const invoice = context.state.tables.invoices.get(id);
  if (!invoice) throw resourceMissing('invoice', id, { param: 'invoice', status: 404 });
  return invoice;
}

type Step = (
  context: StripeContext,
  input: { readonly at: number; readonly invoice: string },
  params: Params,
) => unknown;

/** A change of state: allowed from the named states only, refused in Stripe's way otherwise. */
function step(name: string, from: readonly string[], extra: readonly string[], act: Step): Route {
  return {
    method: 'POST',
    path: `/v1/invoices/{id}/${name}`,
    resource: 'invoices',
    params: ['expand', ...extra],
    answer({ context, params, id, now }) {
      const invoice = theInvoice(context, id);
      if (!from.includes(invoice.status)) throw refused(`This invoice is ${invoice.status}; it cannot take ${name}.`);
      if (name === 'void' && invoice.amount_paid > 0)
        throw refused('You cannot void an invoice that has been partly paid.');
      act(context, { at: now, invoice: id }, params);
      return renderObject(context.state, invoice, now);
    },
  };
}

function invoiceLines({ context, params, id }: Call): Rendered {
  return listItems(theInvoice(context, id).lines, params, `/v1/invoices/${id}/lines`);
}

function creditNoteLines({ context, params, id }: Call): Rendered {
  const note = context.state.tables.creditNotes.get(id);
  if (!note) throw resourceMissing('credit_note', id, { param: 'credit_note', status: 404 });
  return listItems(note.lines, params, `/v1/credit_notes/${id}/lines`);
}

/** Invoices, their payments and credit notes. */
export const invoiceRoutes: readonly Route[] = [
  ...readable<Invoice>({
    path: 'invoices',
    noun: 'invoice',
    filters: ['collection_method', 'created', 'customer', 'due_date', 'status', 'subscription'],
    table: ({ state }) => state.tables.invoices,
    keep: (params) =>
      every<Invoice>(
        within(params, 'created', (row) => row.created),
        within(params, 'due_date', (row) => row.due_date),
        same(params, 'collection_method', (row) => row.collection_method),
        same(params, 'customer', (row) => row.customer),
        same(params, 'status', (row) => row.status),
        same(params, 'subscription', () => null),
      ),
  }),
  { method: 'GET', path: '/v1/invoices/{id}/lines', resource: 'invoices', params: LIST_PARAMS, answer: invoiceLines },
  step('finalize', ['draft'], ['auto_advance'], (context, input) => finalizeInvoice(context, input)),
  step('pay', ['open', 'uncollectible'], ['paid_out_of_band'], (context, input, params) =>
    params.flag('paid_out_of_band') ? payInvoiceOutOfBand(context, input) : payInvoice(context, input),
  ),
  step('void', ['open', 'uncollectible'], [], (context, input) => voidInvoice(context, input)),
  step('mark_uncollectible', ['open'], [], (context, input) => markUncollectible(context, input)),
  ...readable<InvoicePayment>({
    path: 'invoice_payments',
    noun: 'invoice_payment',
    filters: ['created', 'invoice', 'payment', 'status'],
    table: ({ state }) => state.tables.invoicePayments,
    keep: keepPayment,
  }),
  ...readable<CreditNote>({
    path: 'credit_notes',
    noun: 'credit_note',
    filters: ['created', 'customer', 'invoice'],
    table: ({ state }) => state.tables.creditNotes,
    keep: (params) =>
      every<CreditNote>(
        within(params, 'created', (row) => row.created),
        same(params, 'customer', (row) => row.customer),
        same(params, 'invoice', (row) => row.invoice),
      ),
  }),
  {
    method: 'GET',
    path: '/v1/credit_notes/{id}/lines',
    resource: 'credit_notes',
    params: LIST_PARAMS,
    answer: creditNoteLines,
  },
];
