import type { StripeContext } from '../context.ts';
import { newPrice, newProduct, newTaxRate, type Price, type Product, type TaxRate } from '../objects/catalog.ts';
import type { Metadata } from '../objects/charge.ts';
import { type Customer, newCustomer } from '../objects/customer.ts';

export interface CustomerInput {
  readonly at: number;
  readonly name?: string | null;
  readonly email?: string | null;
  readonly phone?: string | null;
  readonly description?: string | null;
  readonly metadata?: Metadata;
}

export function createCustomer(context: StripeContext, input: CustomerInput): Customer {
  const customer = newCustomer({
    id: context.state.newId('customers'),
    created: input.at,
    name: input.name ?? null,
    email: input.email ?? null,
    phone: input.phone ?? null,
    description: input.description ?? null,
    metadata: input.metadata ?? {},
  });
  context.state.tables.customers.add(customer);
  context.emit('customer.created', input.at, customer);
  return customer;
}

export type CustomerChange = Partial<Pick<Customer, 'name' | 'email' | 'phone' | 'description' | 'metadata'>>;

export function updateCustomer(
  context: StripeContext,
  at: number,
  customer: Customer,
  change: CustomerChange,
): Customer {
  const before = Object.keys(change).map((key) => [key, customer[key as keyof CustomerChange]] as const);
  Object.assign(customer, change);
  context.emit('customer.updated', at, customer, { previous: Object.fromEntries(before) });
  return customer;
}

export function deleteCustomer(context: StripeContext, at: number, customer: Customer): void {
  context.state.tables.customers.remove(customer.id);
  context.state.deleted.set(customer.id, 'customer');
  context.emit('customer.deleted', at, customer);
}

export interface ProductInput {
  readonly at: number;
  readonly name: string;
  readonly description?: string | null;
  readonly metadata?: Metadata;
}

export function createProduct(context: StripeContext, input: ProductInput): Product {
  const product = newProduct({
    id: context.state.newId('products'),
    created: input.at,
    name: input.name,
    description: input.description ?? null,
    metadata: input.metadata ?? {},
  });
  context.state.tables.products.add(product);
  context.emit('product.created', input.at, product);
  return product;
}

export interface PriceInput {
  readonly at: number;
  readonly product: string;
  /** Minor units. */
  readonly unitAmount: number;
  readonly currency?: string;
  readonly nickname?: string | null;
  readonly metadata?: Metadata;
}

export function createPrice(context: StripeContext, input: PriceInput): Price {
  const price = newPrice({
    id: context.state.newId('prices'),
    created: input.at,
    product: input.product,
    currency: input.currency ?? context.settings.currency,
    unitAmount: input.unitAmount,
    nickname: input.nickname ?? null,
    metadata: input.metadata ?? {},
  });
  context.state.tables.prices.add(price);
  context.emit('price.created', input.at, price);
  return price;
}

export interface TaxRateInput {
  readonly at: number;
  readonly displayName: string;
  /** Hundredths of a percent. */
  readonly bps: number;
  readonly state?: string | null;
}

export function createTaxRate(context: StripeContext, input: TaxRateInput): TaxRate {
  const rate = newTaxRate({
    id: context.state.newId('taxRates'),
    created: input.at,
    displayName: input.displayName,
    bps: input.bps,
    state: input.state ?? null,
  });
  context.state.tables.taxRates.add(rate);
  context.emit('tax_rate.created', input.at, rate);
  return rate;
}
