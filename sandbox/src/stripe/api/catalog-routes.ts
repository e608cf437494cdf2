import type { Price, Product, TaxRate } from '../objects/catalog.ts';
import type { Customer } from '../objects/customer.ts';
import { type Rendered, renderObject } from '../render.ts';
import {
  type CustomerChange,
  createCustomer,
  createPrice,
  createProduct,
  deleteCustomer,
  updateCustomer,
} from '../verbs/customers.ts';
import { missingParameter, resourceMissing } from './errors.ts';
import type { Params } from './params.ts';
import { every, readable, same, within } from './reading.ts';
import type { Call, Route } from './route.ts';

const CUSTOMER_PARAMS = ['name', 'email', 'phone', 'description', 'metadata', 'expand'];

function theCustomer({ context, id }: Call): Customer {
  const customer = context.state.tables.customers.get(id);
  if (!customer) throw resourceMissing('customer', id, { param: 'id', status: 404 });
  return customer;
}

function postCustomer({ context, params, now }: Call): Rendered {
  const customer = createCustomer(context, {
    at: now,
    name: params.text('name') || null,
    email: params.text('email') || null,
    phone: params.text('phone') || null,
    description: params.text('description') || null,
    metadata: params.map('metadata'),
  });
  return renderObject(context.state, customer, now);
}

function changeCustomer(call: Call): Rendered {
  const { context, params, now } = call;
  const customer = theCustomer(call);
  const change: CustomerChange = {};
  for (const field of ['name', 'email', 'phone', 'description'] as const) {
    if (params.has(field)) change[field] = params.text(field) || null;
  }
  if (params.has('metadata')) change.metadata = mergedMetadata(customer, params);
  return renderObject(context.state, updateCustomer(context, now, customer, change), now);
}

/** Keys that are sent as empty text are removed, the others are added or replaced. */
function mergedMetadata(customer: Customer, params: Params): Record<string, string> {
  const merged = { ...customer.metadata, ...params.map('metadata') };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== ''));
}

function removeCustomer(call: Call): Rendered {
  const customer = theCustomer(call);
  deleteCustomer(call.context, call.now, customer);
  return { id: customer.id, object: 'customer', deleted: true };
}

function postProduct({ context, params, now }: Call): Rendered {
  const product = createProduct(context, {
    at: now,
    name: params.required('name'),
    description: params.text('description') ?? null,
    metadata: params.map('metadata'),
  });
  return renderObject(context.state, product, now);
}

function postPrice({ context, params, now }: Call): Rendered {
  const product = params.required('product');
  if (!context.state.tables.products.get(product))
    throw resourceMissing('product', product, { param: 'product', status: 400 });
  const unitAmount = params.integer('unit_amount');
  if (unitAmount === undefined) throw missingParameter('unit_amount');
  const price = createPrice(context, {
    at: now,
    product,
    unitAmount,
    currency: params.required('currency'),
    nickname: params.text('nickname') ?? null,
    metadata: params.map('metadata'),
  });
  return renderObject(context.state, price, now);
}

function activeFilter<T extends { readonly active: boolean }>(params: Params): (row: T) => boolean {
  const wanted = params.flag('active');
  return wanted === undefined ? () => true : (row) => row.active === wanted;
}

/** Customers, products, prices and tax rates. */
export const catalogRoutes: readonly Route[] = [
  ...readable<Customer>({
    path: 'customers',
    noun: 'customer',
    filters: ['created', 'email', 'test_clock'],
    table: ({ state }) => state.tables.customers,
    keep: (params) =>
      every<Customer>(
        within(params, 'created', (row) => row.created),
        same(params, 'email', (row) => row.email),
        same(params, 'test_clock', (row) => row.test_clock),
      ),
  }),
  { method: 'POST', path: '/v1/customers', resource: 'customers', params: CUSTOMER_PARAMS, answer: postCustomer },
  {
    method: 'POST',
    path: '/v1/customers/{id}',
    resource: 'customers',
    params: CUSTOMER_PARAMS,
    answer: changeCustomer,
  },
  { method: 'DELETE', path: '/v1/customers/{id}', resource: 'customers', params: [], answer: removeCustomer },
  ...readable<Product>({
    path: 'products',
    noun: 'product',
    filters: ['active', 'created', 'ids'],
    table: ({ state }) => state.tables.products,
    keep: (params) => {
      const ids = params.list('ids');
      return every<Product>(
        within(params, 'created', (row) => row.created),
        activeFilter(params),
        (row) => ids.length === 0 || ids.includes(row.id),
      );
    },
  }),
  {
    method: 'POST',
    path: '/v1/products',
    resource: 'products',
    params: ['name', 'description', 'metadata', 'expand'],
    answer: postProduct,
  },
  ...readable<Price>({
    path: 'prices',
    noun: 'price',
    filters: ['active', 'created', 'currency', 'product', 'type'],
    table: ({ state }) => state.tables.prices,
    keep: (params) =>
      every<Price>(
        within(params, 'created', (row) => row.created),
        activeFilter(params),
        same(params, 'currency', (row) => row.currency),
        same(params, 'product', (row) => row.product),
        same(params, 'type', (row) => row.type),
      ),
  }),
  {
    method: 'POST',
    path: '/v1/prices',
    resource: 'prices',
    params: ['product', 'unit_amount', 'currency', 'nickname', 'metadata', 'expand'],
    answer: postPrice,
  },
  ...readable<TaxRate>({
    path: 'tax_rates',
    noun: 'tax_rate',
    filters: ['active', 'created', 'inclusive'],
    table: ({ state }) => state.tables.taxRates,
    keep: (params) => {
      const inclusive = params.flag('inclusive');
      return every<TaxRate>(
        within(params, 'created', (row) => row.created),
        activeFilter(params),
        (row) => inclusive === undefined || row.inclusive === inclusive,
      );
    },
  }),
];
