import type { SquareContext } from '../context.ts';
import { changed, type Fields, type Kept } from '../objects/kept.ts';
import { render } from '../render.ts';
import { announceInvoice, cancelInvoice, draftInvoice, publish } from '../verbs/invoices.ts';
import { invalid, missing, versionMismatch } from './errors.ts';
import { findRow, locationsOf, needLocation } from './finding.ts';
import type { Input } from './input.ts';
import { pageOf } from './pages.ts';
import type { Call, Route } from './route.ts';

const LIMIT = { min: 1, max: 200 } as const;
const DEFAULT_LIMIT = 100;
const VERSIONS = { min: 0, max: Number.MAX_SAFE_INTEGER } as const;
const WRITABLE = [
  'primary_recipient',
  'payment_requests',
  'delivery_method',
  'invoice_number',
  'title',
  'description',
  'scheduled_at',
  'accepted_payment_methods',
  'sale_or_service_date',
  'payment_conditions',
  'store_payment_method_enabled',
] as const;

function create({ context, input, now }: Call): Fields {
  const given = input.needObject('invoice');
  const order = findRow(context.state.tables.orders, given.needText('order_id', 255), 'order');
  const location = given.text('location_id', 255);
  if (location !== undefined && location !== order.show.location_id)
    throw invalid('LOCATION_MISMATCH', 'The order belongs to another location.', 'invoice.location_id');
  if (order.show.state !== 'OPEN') throw invalid('BAD_REQUEST', 'The order must be open.', 'invoice.order_id');
  if (context.state.tables.invoices.all().some(({ show }) => show.order_id === order.id))
    throw invalid('BAD_REQUEST', 'The order has an invoice already.', 'invoice.order_id');
  return { invoice: render(draftInvoice(context, now, order, given.pick(WRITABLE))) };
}

function list(call: Call, location: string, customers: readonly string[] | undefined): Fields {
  const { context, input } = call;
  const { rows, next } = pageOf(context, {
    rows: context.state.tables.invoices.all().filter(({ show }) => {
      const customer = (show.primary_recipient as { customer_id?: string } | undefined)?.customer_id;
      return show.location_id === location && (customers === undefined || customers.includes(customer ?? ''));
    }),
    id: ({ id }) => id,
    sortBy: ({ created }) => created,
    order: 'DESC',
    limit: input.integer('limit', LIMIT) ?? DEFAULT_LIMIT,
    cursor: input.text('cursor'),
    question: ['invoices', location, customers],
  });
  return { invoices: rows.map(render), ...next };
}

/** Exactly one location; there is no filter by time. */
function search(call: Call): Fields {
  const filter = call.input.needObject('query').needObject('filter');
  const locations = locationsOf(call.context, filter);
  if (locations?.length !== 1) throw invalid('BAD_REQUEST', 'Name exactly one location.', 'query.filter.location_ids');
  return list(call, locations[0] ?? '', filter.texts('customer_ids'));
}

function current(context: SquareContext, id: string | undefined, input: Input): Kept {
  const invoice = findRow(context.state.tables.invoices, id, 'invoice');
  const version = input.integer('version', VERSIONS);
  if (version === undefined) throw missing('version');
  if (version !== invoice.version) throw versionMismatch();
  return invoice;
}

function update({ context, input, ids, now }: Call): Fields {
  const given = input.needObject('invoice');
  const invoice = current(context, ids[0], given);
  if (!['DRAFT', 'UNPAID', 'SCHEDULED', 'PARTIALLY_PAID'].includes(String(invoice.show.status)))
    throw invalid('BAD_REQUEST', `The invoice is ${String(invoice.show.status)}.`, 'invoice.status');
  Object.assign(invoice.show, given.pick(WRITABLE.filter((name) => name !== 'payment_requests')));
  for (const name of input.texts('fields_to_clear') ?? []) {
    if ((WRITABLE as readonly string[]).includes(name)) delete invoice.show[name];
  }
  changed(invoice, now);
  announceInvoice(context, invoice, now, 'invoice.updated');
  return { invoice: render(invoice) };
}

function inState(invoice: Kept, states: readonly string[]): Kept {
  if (states.includes(String(invoice.show.status))) return invoice;
  throw invalid('BAD_REQUEST', `The invoice is ${String(invoice.show.status)}.`, 'invoice_id');
}

function remove({ context, input, ids, now }: Call): Fields {
  const invoice = findRow(context.state.tables.invoices, ids[0], 'invoice');
  const version = input.integer('version', VERSIONS);
  if (version !== undefined && version !== invoice.version) throw versionMismatch();
  inState(invoice, ['DRAFT']);
  context.state.tables.invoices.remove(invoice.id);
  context.emit('invoice.deleted', now, { type: 'invoice', id: invoice.id });
  return {};
}

/** Invoices: an order first, then the invoice over it, then its publishing. */
export const invoiceRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v2/invoices',
    scope: 'INVOICES_READ',
    fields: ['location_id', 'cursor', 'limit'],
    answer: (call) => list(call, needLocation(call.context, call.input), undefined),
  },
  {
    method: 'POST',
    path: '/v2/invoices',
    scope: 'INVOICES_WRITE',
    key: { max: 128, required: false },
    fields: ['invoice'],
    answer: create,
  },
  {
    method: 'POST',
    path: '/v2/invoices/search',
    scope: 'INVOICES_READ',
    fields: ['query', 'limit', 'cursor'],
    answer: search,
  },
  {
    method: 'GET',
    path: '/v2/invoices/{invoice_id}',
    scope: 'INVOICES_READ',
    fields: [],
    answer: ({ context, ids }) => ({ invoice: render(findRow(context.state.tables.invoices, ids[0], 'invoice')) }),
  },
  {
    method: 'PUT',
    path: '/v2/invoices/{invoice_id}',
    scope: 'INVOICES_WRITE',
    key: { max: 128, required: false },
    fields: ['invoice', 'fields_to_clear'],
    answer: update,
  },
  {
    method: 'DELETE',
    path: '/v2/invoices/{invoice_id}',
    scope: 'INVOICES_WRITE',
    fields: ['version'],
    answer: remove,
  },
  {
    method: 'POST',
    path: '/v2/invoices/{invoice_id}/publish',
    scope: 'INVOICES_WRITE',
    key: { max: 128, required: false },
    fields: ['version'],
    answer({ context, input, ids, now }) {
      const invoice = inState(current(context, ids[0], input), ['DRAFT']);
      publish(context, now, invoice);
      return { invoice: render(invoice) };
    },
  },
  {
    method: 'POST',
    path: '/v2/invoices/{invoice_id}/cancel',
    scope: 'INVOICES_WRITE',
    fields: ['version'],
    answer({ context, input, ids, now }) {
      const invoice = inState(current(context, ids[0], input), ['UNPAID', 'SCHEDULED', 'PARTIALLY_PAID']);
      cancelInvoice(context, now, invoice);
      return { invoice: render(invoice) };
    },
  },
];
