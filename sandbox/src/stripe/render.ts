import type { StripeState, TableName } from './state.ts';

export interface ApiObject {
  readonly id: string;
  readonly object: string;
}

export type Rendered = { [field: string]: unknown };

/** How many lines an invoice, a credit note or a charge shows of an embedded list. */
const EMBEDDED_ITEMS = 10;

export function list(url: string, rows: readonly unknown[], hasMore: boolean): Rendered {
  return { object: 'list', data: rows, has_more: hasMore, url };
}

function embedded(url: string, rows: readonly unknown[]): Rendered {
  return list(url, rows.slice(0, EMBEDDED_ITEMS), rows.length > EMBEDDED_ITEMS);
}

type Renderer = (state: StripeState, fields: Rendered, now: number) => Rendered;

const renderers: Readonly<Record<string, Renderer>> = {
  balance_transaction: (_state, fields, now) => ({
    ...fields,
    status: Number(fields.available_on) <= now ? 'available' : 'pending',
  }),
  dispute: (state, fields, now) => ({
    ...fields,
    balance_transactions: (fields.balance_transactions as string[]).flatMap((id) => renderById(state, id, now) ?? []),
  }),
  invoice: (_state, fields) => ({
    ...fields,
    lines: embedded(`/v1/invoices/${fields.id}/lines`, fields.lines as unknown[]),
  }),
  credit_note: (_state, fields) => ({
    ...fields,
    lines: embedded(`/v1/credit_notes/${fields.id}/lines`, fields.lines as unknown[]),
  }),
  'checkout.session': (_state, { items: _items, ...fields }) => fields,
  webhook_endpoint: (_state, { secret: _secret, payload: _payload, ...fields }) => fields,
  event: (state, fields) => ({
    ...fields,
    pending_webhooks: state.outgoing.filter(({ event }) => event === fields.id).length,
  }),
};

/** The object as the API shows it at that second, nothing expanded. */
export function renderObject(state: StripeState, object: ApiObject, now: number): Rendered {
  const fields = { ...object } as Rendered;
  return renderers[object.object]?.(state, fields, now) ?? fields;
}

const TABLE_OF_PREFIX: Readonly<Record<string, TableName>> = {
  txn: 'balanceTransactions',
  ch: 'charges',
  cs: 'checkoutSessions',
  cn: 'creditNotes',
  cus: 'customers',
  du: 'disputes',
  evt: 'events',
  inpay: 'invoicePayments',
  in: 'invoices',
  pi: 'paymentIntents',
  po: 'payouts',
  price: 'prices',
  prod: 'products',
  re: 'refunds',
  txr: 'taxRates',
};

/** Any stored object by its id; undefined when there is none. */
export function findById(state: StripeState, id: string): ApiObject | undefined {
  const deleted = state.deleted.get(id);
  if (deleted) return { id, object: deleted, deleted: true } as ApiObject;
  const table = TABLE_OF_PREFIX[id.slice(0, id.indexOf('_'))];
  return table ? state.tables[table].get(id) : undefined;
}

export function renderById(state: StripeState, id: string, now: number): Rendered | undefined {
  const object = findById(state, id);
  return object ? renderObject(state, object, now) : undefined;
}

/** Lists that a field shows only when it is expanded. */
export function expandedList(state: StripeState, object: ApiObject, field: string, now: number): Rendered | null {
  const key = `${object.object}.${field}`;
  if (key === 'charge.refunds') {
    const rows = state.tables.refunds.all().filter((refund) => refund.charge === object.id);
    return embedded(`/v1/charges/${object.id}/refunds`, newestFirst(state, rows, now));
  }
  if (key === 'invoice.payments') {
    const rows = state.tables.invoicePayments.all().filter((payment) => payment.invoice === object.id);
    return embedded(`/v1/invoice_payments?invoice=${object.id}`, newestFirst(state, rows, now));
  }
  if (key === 'checkout.session.line_items') {
    const session = state.tables.checkoutSessions.get(object.id);
    return embedded(`/v1/checkout/sessions/${object.id}/line_items`, session?.items ?? []);
  }
  return null;
}

function newestFirst(state: StripeState, rows: readonly ApiObject[], now: number): Rendered[] {
  return rows.map((row) => renderObject(state, row, now)).reverse();
}
