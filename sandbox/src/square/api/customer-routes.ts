import { isObject } from '../../core/json.ts';
import type { SquareContext } from '../context.ts';
import { changed, type Fields, type Kept } from '../objects/kept.ts';
import { render } from '../render.ts';
import { addCustomer, announceCustomer, CUSTOMER_FIELDS, removeCustomer } from '../verbs/customers.ts';
import { invalid, SquareError, versionMismatch } from './errors.ts';
import { findRow, rangeOf } from './finding.ts';
import { Input } from './input.ts';
import { pageOf } from './pages.ts';
import { type Call, PAGE, type Route } from './route.ts';

const MAX_BULK = 100;
/** One of these makes a customer. */
const NAMING = ['given_name', 'family_name', 'company_name', 'email_address', 'phone_number'];

/** By name, as DEFAULT sorts. */
function nameOf({ show }: Kept): string {
  return [show.given_name, show.family_name, show.company_name].filter((name) => name !== undefined).join(' ');
}

function makeCustomer(context: SquareContext, input: Input, now: number): Kept {
  if (!NAMING.some((name) => input.has(name)))
    throw invalid(
      'BAD_REQUEST',
      'At least one of given_name, family_name, company_name, email_address, phone_number is required.',
    );
  const email = input.text('email_address');
  if (email !== undefined && !/^[^@\s]+@[^@\s]+$/.test(email))
    throw invalid('INVALID_EMAIL_ADDRESS', 'Expected email_address to be a valid email address', 'email_address');
  return addCustomer(context, now, input.pick(CUSTOMER_FIELDS));
}

function page(call: Call, rows: readonly Kept[], sort: { field: string; order: 'ASC' | 'DESC' }): Fields {
  const { context, input } = call;
  const { rows: shown, next } = pageOf(context, {
    rows,
    id: ({ id }) => id,
    sortBy: (row) => (sort.field === 'CREATED_AT' ? row.created : nameOf(row)),
    order: sort.order,
    limit: input.integer('limit', PAGE) ?? PAGE.max,
    cursor: input.text('cursor'),
    question: ['customers', input.raw('query'), sort],
  });
  const count = input.flag('count') ? { count: rows.length } : {};
  return { ...(shown.length > 0 ? { customers: shown.map(render) } : {}), ...next, ...count };
}

function list(call: Call): Fields {
  const { context, input } = call;
  return page(call, context.state.tables.customers.all(), {
    field: input.oneOf('sort_field', ['DEFAULT', 'CREATED_AT']) ?? 'DEFAULT',
    order: input.oneOf('sort_order', ['ASC', 'DESC']) ?? 'ASC',
  });
}

/** `exact`, or `fuzzy` for a part of it; letter case does not count. */
function textFilter(filter: Input, name: string): (row: Kept) => boolean {
  const given = filter.object(name);
  const [exact, fuzzy] = [given.text('exact')?.toLowerCase(), given.text('fuzzy')?.toLowerCase()];
  return ({ show }) => {
    const value = String(show[name] ?? '').toLowerCase();
    return (exact === undefined || value === exact) && (fuzzy === undefined || value.includes(fuzzy));
  };
}

/** There is no order by update: a window must be read to its end before it counts as read. */
function search(call: Call): Fields {
  const query = call.input.object('query');
  const filter = query.object('filter');
  const [created, updated] = [rangeOf(filter, 'created_at'), rangeOf(filter, 'updated_at')];
  const texts = ['email_address', 'phone_number', 'reference_id'].map((name) => textFilter(filter, name));
  const rows = call.context.state.tables.customers
    .all()
    .filter((row) => created(row.created) && updated(row.updated) && texts.every((keeps) => keeps(row)));
  const sort = query.object('sort');
  return page(call, rows, {
    field: sort.oneOf('field', ['DEFAULT', 'CREATED_AT']) ?? 'DEFAULT',
    order: sort.oneOf('order', ['ASC', 'DESC']) ?? 'ASC',
  });
}

/** Null clears a field; a version that is sent must be the present one. */
function update({ context, input, ids, now }: Call): Fields {
  const customer = findRow(context.state.tables.customers, ids[0], 'customer');
  const version = input.integer('version', { min: 0, max: Number.MAX_SAFE_INTEGER });
  if (version !== undefined && version !== customer.version) throw versionMismatch();
  for (const name of CUSTOMER_FIELDS) {
    if (input.has(name)) customer.show[name] = input.raw(name);
    else if (input.names().includes(name)) delete customer.show[name];
  }
  changed(customer, now);
  announceCustomer(context, customer, now, 'customer.updated');
  return { customer: render(customer) };
}

/** A map by idempotency key; each has its own answer, and the whole is 200. */
function bulkCreate({ context, input, now }: Call): Fields {
  const given = input.needObject('customers');
  const keys = given.names();
  if (keys.length > MAX_BULK) throw invalid('TOO_MANY_MAP_ENTRIES', `At most ${MAX_BULK} customers.`, 'customers');
  return { responses: Object.fromEntries(keys.map((key) => [key, createOne(context, given.raw(key), key, now)])) };
}

function createOne(context: SquareContext, body: unknown, key: string, now: number): unknown {
  const { idempotent } = context.state;
  const [name, request] = [`bulk customer ${key}`, JSON.stringify(body)];
  const stored = idempotent.get(name);
  if (stored?.request === request) return JSON.parse(stored.body);
  try {
    if (stored) throw invalid('IDEMPOTENCY_KEY_REUSED', 'The idempotency key was used for another customer.');
    if (!isObject(body)) throw invalid('EXPECTED_OBJECT', 'Expected an object value.', key);
    const answer = { customer: render(makeCustomer(context, new Input(body), now)) };
    idempotent.set(name, { request, body: JSON.stringify(answer) });
    return answer;
  } catch (error) {
    if (error instanceof SquareError) return error.body;
    throw error;
  }
}

function bulkRetrieve({ context, input }: Call): Fields {
  const ids = input.texts('customer_ids') ?? [];
  if (ids.length > MAX_BULK) throw invalid('ARRAY_LENGTH_TOO_LONG', `At most ${MAX_BULK} customers.`, 'customer_ids');
  const answers = ids.map((id) => {
    const found = context.state.tables.customers.get(id);
    const missing = { category: 'INVALID_REQUEST_ERROR', code: 'NOT_FOUND', detail: `Customer ${id} not found.` };
    return [id, found ? { customer: render(found) } : { errors: [missing] }];
  });
  return { responses: Object.fromEntries(answers) };
}

function remove({ context, input, ids, now }: Call): Fields {
  const customer = findRow(context.state.tables.customers, ids[0], 'customer');
  const version = input.integer('version', { min: 0, max: Number.MAX_SAFE_INTEGER });
  if (version !== undefined && version !== customer.version) throw versionMismatch();
  removeCustomer(context, customer, now);
  return {};
}

/** Customers: not unique by anything, and really gone when deleted. */
export const customerRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v2/customers',
    scope: 'CUSTOMERS_READ',
    fields: ['cursor', 'limit', 'sort_field', 'sort_order', 'count'],
    answer: list,
  },
  {
    method: 'POST',
    path: '/v2/customers',
    scope: 'CUSTOMERS_WRITE',
    key: { max: 192, required: false },
    fields: CUSTOMER_FIELDS,
    answer: ({ context, input, now }) => ({ customer: render(makeCustomer(context, input, now)) }),
  },
  {
    method: 'POST',
    path: '/v2/customers/search',
    scope: 'CUSTOMERS_READ',
    fields: ['cursor', 'limit', 'query', 'count'],
    answer: search,
  },
  {
    method: 'POST',
    path: '/v2/customers/bulk-create',
    scope: 'CUSTOMERS_WRITE',
    fields: ['customers'],
    answer: bulkCreate,
  },
  {
    method: 'POST',
    path: '/v2/customers/bulk-retrieve',
    scope: 'CUSTOMERS_READ',
    fields: ['customer_ids'],
    answer: bulkRetrieve,
  },
  {
    method: 'GET',
    path: '/v2/customers/{customer_id}',
    scope: 'CUSTOMERS_READ',
    fields: [],
    answer: ({ context, ids }) => ({ customer: render(findRow(context.state.tables.customers, ids[0], 'customer')) }),
  },
  {
    method: 'PUT',
    path: '/v2/customers/{customer_id}',
    scope: 'CUSTOMERS_WRITE',
    fields: [...CUSTOMER_FIELDS, 'version'],
    answer: update,
  },
  {
    method: 'DELETE',
    path: '/v2/customers/{customer_id}',
    scope: 'CUSTOMERS_WRITE',
    fields: ['version'],
    answer: remove,
  },
];
