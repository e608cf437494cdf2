import { isObject } from '../../core/json.ts';
import type { BtcpayContext } from '../context.ts';
import type { Invoice, InvoiceMark } from '../invoice.ts';
import { createInvoice } from '../new-invoice.ts';
import { mark } from '../status.ts';
import { BodyReader, readAmount, readCheckout, readReceipt } from './body.ts';
import { badRequest, invalid } from './errors.ts';
import { bothPaths, type Call, type Route, theInvoice } from './route.ts';
import { invoiceView, paymentMethodsView } from './views.ts';

const VIEW = 'btcpay.store.canviewinvoices';
const MODIFY = 'btcpay.store.canmodifyinvoices';
/** A search text is cut here. */
const MAX_SEARCH_LENGTH = 512;

function whole(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^-?\d{1,15}$/.test(text)) throw invalid([{ path: name, message: `The value '${text}' is not valid.` }]);
  return Number(text);
}

function searchTerms(invoice: Invoice): string[] {
  const { orderId, itemDesc, buyerEmail } = invoice.metadata;
  const named = [orderId, itemDesc, buyerEmail].filter((term) => typeof term === 'string');
  return [invoice.id, ...invoice.searchTerms, ...named].map((term) => term.toLowerCase());
}

function keepInvoice(query: URLSearchParams): (invoice: Invoice) => boolean {
  const orderIds = query.getAll('orderId');
  const statuses = query.getAll('status').map((status) => status.toLowerCase());
  const text = query.get('textSearch')?.slice(0, MAX_SEARCH_LENGTH).toLowerCase();
  const from = whole(query, 'startDate') ?? 0;
  const to = whole(query, 'endDate') ?? Number.MAX_SAFE_INTEGER;
  const includeArchived = query.get('includeArchived') === 'true';
  return (invoice) =>
    (includeArchived || !invoice.archived) &&
    invoice.created >= from &&
    invoice.created <= to &&
    (orderIds.length === 0 || orderIds.includes(String(invoice.metadata.orderId))) &&
    (statuses.length === 0 || statuses.includes(invoice.status.toLowerCase())) &&
    (!text || searchTerms(invoice).some((term) => term.startsWith(text)));
}

function withMethods(context: BtcpayContext, invoice: Invoice, query: URLSearchParams): unknown {
  const view = invoiceView(context, invoice);
  if (query.get('includePaymentMethods') !== 'true') return view;
  return { ...view, paymentMethods: paymentMethodsView(invoice, true) };
}

/** Newest first, a bare array, everything unless `take` says otherwise. */
function listInvoices({ context, ids, query }: Call): unknown {
  const keep = keepInvoice(query);
  const found = context.state.invoices
    .all()
    .filter((invoice) => invoice.storeId === ids.storeId && keep(invoice))
    .reverse();
  const skip = whole(query, 'skip') ?? 0;
  const take = whole(query, 'take') ?? found.length;
  return found.slice(skip, skip + take).map((invoice) => withMethods(context, invoice, query));
}

function postInvoice({ context, ids, body, now }: Call): unknown {
  const reader = new BodyReader(body);
  const amount = readAmount(reader);
  const currency =
    reader.text('currency', 'Currency')?.toUpperCase() ?? context.store(ids.storeId ?? '')?.currency ?? '';
  const metadata = reader.object('metadata') ?? {};
  const input = {
    checkout: readCheckout(reader),
    receipt: readReceipt(reader),
    searchTerms: reader.texts('additionalSearchTerms', 'AdditionalSearchTerms') ?? [],
  };
  reader.finish();
  if (currency !== 'BTC' && context.rates[currency] === undefined) {
    throw badRequest(null, `BTC-CHAIN: Rate provider could not find a rate for BTC_${currency}`);
  }
  const invoice = createInvoice(context, { at: now, storeId: ids.storeId ?? '', amount, currency, metadata, ...input });
  return invoiceView(context, invoice);
}

function putMetadata(call: Call): unknown {
  const invoice = theInvoice(call);
  const metadata = new BodyReader(call.body).object('metadata');
  if (!metadata) throw invalid([{ path: 'Metadata', message: 'The Metadata field is required.' }]);
  invoice.metadata = metadata;
  return invoiceView(call.context, invoice);
}

function postStatus(call: Call): unknown {
  const invoice = theInvoice(call);
  const status = isObject(call.body) ? call.body.status : undefined;
  const isMark = status === 'Settled' || status === 'Invalid';
  if (!isMark || !mark(call.context, invoice, status satisfies InvoiceMark, call.now)) {
    throw invalid([
      { path: 'Status', message: 'Status can only be marked to invalid or settled within certain conditions.' },
    ]);
  }
  return invoiceView(call.context, invoice);
}

function setArchived(archived: boolean) {
  return (call: Call): unknown => {
    const invoice = theInvoice(call);
    invoice.archived = archived;
    return archived ? undefined : invoiceView(call.context, invoice);
  };
}

export const invoiceRoutes: readonly Route[] = [
  { method: 'GET', path: '/stores/{storeId}/invoices', permission: VIEW, answer: listInvoices },
  {
    method: 'POST',
    path: '/stores/{storeId}/invoices',
    permission: 'btcpay.store.cancreateinvoice',
    answer: postInvoice,
  },
  ...bothPaths({
    method: 'GET',
    path: '/invoices/{invoiceId}',
    permission: VIEW,
    answer: (call) => withMethods(call.context, theInvoice(call), call.query),
  }),
  ...bothPaths({ method: 'PUT', path: '/invoices/{invoiceId}', permission: MODIFY, answer: putMetadata }),
  ...bothPaths({ method: 'DELETE', path: '/invoices/{invoiceId}', permission: MODIFY, answer: setArchived(true) }),
  ...bothPaths({
    method: 'POST',
    path: '/invoices/{invoiceId}/unarchive',
    permission: MODIFY,
    answer: setArchived(false),
  }),
  ...bothPaths({ method: 'POST', path: '/invoices/{invoiceId}/status', permission: MODIFY, answer: postStatus }),
  ...bothPaths({
    method: 'GET',
    path: '/invoices/{invoiceId}/payment-methods',
    permission: VIEW,
    answer: (call) => paymentMethodsView(theInvoice(call), call.query.get('onlyAccountedPayments') !== 'false'),
  }),
];
