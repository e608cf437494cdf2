import type { SquareContext } from '../context.ts';
import { sumOf } from '../money.ts';
import type { Fields } from '../objects/kept.ts';
import type { Order } from '../objects/order.ts';
import type { OrderInput } from '../order-pricing.ts';
import { iso, render } from '../render.ts';
import { createOrder, orderChanged, pricedFields } from '../verbs/orders.ts';
import { invalid, missing, versionMismatch } from './errors.ts';
import { findRow, locationsOf, needLocation, rangeOf } from './finding.ts';
import type { Input } from './input.ts';
import { pageOf } from './pages.ts';
import type { Call, Route } from './route.ts';

const MAX_LOCATIONS = 10;
const SEARCH = { min: 1, max: 1_000 } as const;
const SEARCH_DEFAULT = 500;
const MAX_BATCH = 100;

/** The order with what is left of it after returns. */
export function renderOrder(context: SquareContext, order: Order): Fields {
  const { currency } = context.settings;
  const { show } = order;
  const refunded = sumOf((show.refunds ?? []).map((refund) => (refund.amount_money as { amount: number }).amount));
  const net = (amount: number) => ({ amount, currency });
  return {
    ...render(order),
    net_amounts: {
      total_money: net(show.total_money.amount - refunded),
      tax_money: show.total_tax_money,
      discount_money: show.total_discount_money,
      tip_money: show.total_tip_money,
      service_charge_money: show.total_service_charge_money,
    },
  };
}

function inputOf(context: SquareContext, input: Input): Omit<OrderInput, 'currency'> {
  const { currency } = context.settings;
  const uid = (given: Input) => given.text('uid', 60) ?? context.state.newId('uids');
  const share = (given: Input) => {
    const [percentage, amount] = [given.text('percentage', 10), given.amount('amount_money', currency)];
    return {
      uid: uid(given),
      name: given.text('name', 255) ?? 'Custom',
      ...(percentage === undefined ? {} : { percentage: decimalText(percentage, 'percentage') }),
      ...(amount === undefined ? {} : { amount }),
    };
  };
  return {
    lines: input.objects('line_items', 500).map((line) => {
      const [name, catalogObject] = [line.text('name', 512), line.text('catalog_object_id', 192)];
      return {
        uid: uid(line),
        ...(name === undefined ? {} : { name }),
        quantity: decimalText(line.needText('quantity', 12), 'quantity'),
        unitAmount: line.amount('base_price_money', currency) ?? priceOf(context, catalogObject),
        itemType: line.oneOf('item_type', ['ITEM', 'CUSTOM_AMOUNT', 'GIFT_CARD']) ?? 'ITEM',
        ...(catalogObject === undefined ? {} : { catalogObject }),
      };
    }),
    discounts: input.objects('discounts', 500).map(share),
    taxes: input.objects('taxes', 500).map((tax) => ({
      uid: uid(tax),
      name: tax.text('name', 255) ?? 'Tax',
      percentage: decimalText(tax.needText('percentage', 10), 'percentage'),
      inclusive: tax.oneOf('type', ['ADDITIVE', 'INCLUSIVE']) === 'INCLUSIVE',
    })),
    serviceCharges: input.objects('service_charges', 500).map(share),
  };
}

function decimalText(value: string, field: string): string {
  if (!/^\d{1,10}(\.\d{1,5})?$/.test(value)) throw invalid('INVALID_VALUE', `${field} must be a decimal.`, field);
  return value;
}

function priceOf(context: SquareContext, variation: string | undefined): number {
  const row = context.state.tables.catalog.get(variation ?? '');
  const data = row?.show.item_variation_data as { price_money?: { amount: number } } | undefined;
  if (!data?.price_money) throw missing('order.line_items.base_price_money');
  return data.price_money.amount;
}

function create({ context, input, now }: Call): Fields {
  const given = input.needObject('order');
  const order = createOrder(context, now, {
    location: needLocation(context, given),
    customer: given.text('customer_id', 191),
    reference: given.text('reference_id', 40),
    source: given.object('source').text('name'),
    state: given.oneOf('state', ['OPEN', 'DRAFT']) ?? 'OPEN',
    ...inputOf(context, given),
  });
  return { order: renderOrder(context, order) };
}

/** Only what is sent changes; the version must be the one that was read. */
function update({ context, input, ids, now }: Call): Fields {
  const order = findRow(context.state.tables.orders, ids[0], 'order');
  const given = input.needObject('order');
  const version = given.integer('version', { min: 0, max: Number.MAX_SAFE_INTEGER });
  if (version === undefined) throw missing('order.version');
  if (version !== order.version) throw versionMismatch('order.version');
  if (order.show.state !== 'OPEN' && order.show.state !== 'DRAFT')
    throw invalid('BAD_REQUEST', `The order is ${order.show.state}.`, 'order.state');
  Object.assign(order.show, given.pick(['reference_id', 'customer_id', 'ticket_name', 'metadata']));
  const state = given.oneOf('state', ['OPEN', 'CANCELED']);
  if (given.has('line_items')) Object.assign(order.show, pricedFields(context, inputOf(context, given)));
  if (state !== undefined) order.show.state = state;
  if (state === 'CANCELED') order.show.closed_at = iso(now);
  orderChanged(context, order, now);
  return { order: renderOrder(context, order) };
}

const SORTS = { CREATED_AT: 'created_at', UPDATED_AT: 'updated_at', CLOSED_AT: 'closed_at' } as const;

/** A time filter needs the order by the same time. */
function timeFilter(query: Input): { readonly field: keyof typeof SORTS; keeps(order: Order): boolean } {
  const sort = query.object('sort');
  const field = sort.oneOf('sort_field', ['CREATED_AT', 'UPDATED_AT', 'CLOSED_AT']) ?? 'CREATED_AT';
  const times = query.object('filter').object('date_time_filter');
  const wrong = Object.values(SORTS).find((name) => times.has(name) && name !== SORTS[field]);
  if (wrong !== undefined)
    throw invalid(
      'BAD_REQUEST',
      `A filter on ${wrong} needs the sort field of the same name.`,
      'query.sort.sort_field',
    );
  const inRange = rangeOf(times, SORTS[field]);
  return { field, keeps: (order) => !times.has(SORTS[field]) || inRange(momentBy(order, field)) };
}

function momentBy(order: Order, field: keyof typeof SORTS): number {
  if (field === 'CREATED_AT') return order.created;
  return field === 'UPDATED_AT' ? order.updated : Date.parse(order.show.closed_at ?? '1970-01-01T00:00:00Z');
}

function search({ context, input }: Call): Fields {
  const locations = locationsOf(context, input);
  if (locations === undefined || locations.length === 0) throw missing('location_ids');
  if (locations.length > MAX_LOCATIONS)
    throw invalid('ARRAY_LENGTH_TOO_LONG', `At most ${MAX_LOCATIONS} locations.`, 'location_ids');
  const query = input.object('query');
  const filter = query.object('filter');
  const states = filter.object('state_filter').texts('states');
  const customers = filter.object('customer_filter').texts('customer_ids');
  const time = timeFilter(query);
  const { rows, next } = pageOf(context, {
    rows: context.state.tables.orders
      .all()
      .filter(
        (order) =>
          locations.includes(order.show.location_id) &&
          (states === undefined || states.includes(order.show.state)) &&
          (customers === undefined || customers.includes(String(order.show.customer_id))) &&
          (time.field !== 'CLOSED_AT' || order.show.closed_at !== undefined) &&
          time.keeps(order),
      ),
    id: ({ id }) => id,
    sortBy: (order) => momentBy(order, time.field),
    order: query.object('sort').oneOf('sort_order', ['ASC', 'DESC']) ?? 'DESC',
    limit: input.integer('limit', SEARCH) ?? SEARCH_DEFAULT,
    cursor: input.text('cursor'),
    question: ['orders', locations, input.raw('query'), input.raw('return_entries')],
  });
  if (!input.flag('return_entries')) return { orders: rows.map((order) => renderOrder(context, order)), ...next };
  return {
    order_entries: rows.map(({ id, version, show }) => ({ order_id: id, version, location_id: show.location_id })),
    ...next,
  };
}

function batchRetrieve({ context, input }: Call): Fields {
  const ids = input.texts('order_ids');
  if (ids === undefined) throw missing('order_ids');
  if (ids.length > MAX_BATCH) throw invalid('ARRAY_LENGTH_TOO_LONG', `At most ${MAX_BATCH} orders.`, 'order_ids');
  const location = input.text('location_id');
  const found = ids
    .flatMap((id) => context.state.tables.orders.get(id) ?? [])
    .filter(({ show }) => location === undefined || show.location_id === location);
  return { orders: found.map((order) => renderOrder(context, order)) };
}

/** Orders: what was sold, with everything that makes up the amount. */
export const orderRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v2/orders',
    scope: 'ORDERS_WRITE',
    key: { max: 192, required: false },
    fields: ['order'],
    answer: create,
  },
  {
    method: 'POST',
    path: '/v2/orders/search',
    scope: 'ORDERS_READ',
    fields: ['location_ids', 'cursor', 'query', 'limit', 'return_entries'],
    answer: search,
  },
  {
    method: 'POST',
    path: '/v2/orders/batch-retrieve',
    scope: 'ORDERS_READ',
    fields: ['location_id', 'order_ids'],
    answer: batchRetrieve,
  },
  {
    method: 'GET',
    path: '/v2/orders/{order_id}',
    scope: 'ORDERS_READ',
    fields: [],
    answer: ({ context, ids }) => ({
      order: renderOrder(context, findRow(context.state.tables.orders, ids[0], 'order')),
    }),
  },
  {
    method: 'PUT',
    path: '/v2/orders/{order_id}',
    scope: 'ORDERS_WRITE',
    key: { max: 192, required: false },
    fields: ['order'],
    answer: update,
  },
];
