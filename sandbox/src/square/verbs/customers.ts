import type { SquareContext } from '../context.ts';
import { type Fields, fresh, type Kept } from '../objects/kept.ts';
import { render } from '../render.ts';
import { momentOf, need } from './lookup.ts';

/** What of a customer people may write. */
export const CUSTOMER_FIELDS = [
  'given_name',
  'family_name',
  'company_name',
  'nickname',
  'email_address',
  'address',
  'phone_number',
  'reference_id',
  'note',
  'birthday',
  'tax_ids',
] as const;

/** `mergedFrom` names the customers that became this one; the event says so. */
export function addCustomer(context: SquareContext, at: number, fields: Fields, mergedFrom?: readonly string[]): Kept {
  const customer = context.state.tables.customers.add({
    ...fresh(context.state.newId('customers'), at),
    version: 0,
    show: { ...fields, preferences: { email_unsubscribed: false }, creation_source: 'THIRD_PARTY' },
  });
  const merge = { from_customer_ids: mergedFrom, to_customer_id: customer.id };
  announceCustomer(
    context,
    customer,
    at,
    'customer.created',
    mergedFrom === undefined ? {} : { event_context: { merge } },
  );
  return customer;
}

export function announceCustomer(
  context: SquareContext,
  customer: Kept,
  at: number,
  type: string,
  more: Fields = {},
): void {
  context.emit(type, at, { type: 'customer', id: customer.id, object: { customer: render(customer), ...more } });
}

/** Gone for good. */
export function removeCustomer(context: SquareContext, customer: Kept, at: number): void {
  context.state.tables.customers.remove(customer.id);
  context.emit('customer.deleted', at, { type: 'customer', id: customer.id });
}

export interface CustomerInput {
  readonly at: number;
  readonly fields: Fields;
}

export function createCustomer(context: SquareContext, input: CustomerInput): Kept {
  return addCustomer(context, momentOf(input), input.fields);
}

/** The seller makes one of two: a third, with a new id. */
export function mergeCustomers(
  context: SquareContext,
  input: { readonly at: number; readonly customers: readonly [string, string] },
): Kept {
  const at = momentOf(input);
  const [first, second] = input.customers.map((id) => need(context.state.tables.customers, id));
  const from = [...input.customers];
  for (const customer of [first, second]) if (customer) removeCustomer(context, customer, at);
  const merged = { ...second?.show, ...first?.show };
  const fields = Object.fromEntries(
    CUSTOMER_FIELDS.flatMap((name) => (merged[name] === undefined ? [] : [[name, merged[name]]])),
  );
  return addCustomer(context, at, fields, from);
}
