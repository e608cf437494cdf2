import type { Metadata } from './charge.ts';

export interface NewProduct {
  readonly id: string;
  readonly created: number;
  readonly name: string;
  readonly description: string | null;
  readonly metadata: Metadata;
}

export function newProduct(input: NewProduct) {
  return {
    id: input.id,
    object: 'product',
    active: true,
    created: input.created,
    default_price: null as string | null,
    description: input.description,
    images: [] as string[],
    livemode: false,
    marketing_features: [] as { name: string }[],
    metadata: input.metadata,
    name: input.name,
    package_dimensions: null,
    shippable: null,
    statement_descriptor: null,
    tax_code: null,
    tax_details: null,
    type: 'service',
    unit_label: null,
    updated: input.created,
    url: null,
  };
}

export type Product = ReturnType<typeof newProduct>;

export interface NewPrice {
  readonly id: string;
  readonly created: number;
  readonly product: string;
  readonly currency: string;
  readonly unitAmount: number;
  readonly nickname: string | null;
  readonly metadata: Metadata;
}

export function newPrice(input: NewPrice) {
  return {
    id: input.id,
    object: 'price',
    active: true,
    billing_scheme: 'per_unit',
    created: input.created,
    currency: input.currency,
    custom_unit_amount: null,
    livemode: false,
    lookup_key: null,
    metadata: input.metadata,
    nickname: input.nickname,
    product: input.product,
    recurring: null,
    tax_behavior: 'exclusive',
    tiers_mode: null,
    transform_quantity: null,
    type: 'one_time',
    unit_amount: input.unitAmount,
    unit_amount_decimal: String(input.unitAmount),
  };
}

export type Price = ReturnType<typeof newPrice>;

export interface NewTaxRate {
  readonly id: string;
  readonly created: number;
  readonly displayName: string;
  /** Hundredths of a percent. */
  readonly bps: number;
  readonly state: string | null;
}

export function newTaxRate(input: NewTaxRate) {
  return {
    id: input.id,
    object: 'tax_rate',
    active: true,
    country: 'US',
    created: input.created,
    description: null,
    display_name: input.displayName,
    effective_percentage: input.bps / 100,
    flat_amount: null,
    inclusive: false,
    jurisdiction: input.state,
    jurisdiction_level: 'state',
    livemode: false,
    metadata: {},
    percentage: input.bps / 100,
    rate_type: 'percentage',
    state: input.state,
    tax_type: 'sales_tax',
  };
}

export type TaxRate = ReturnType<typeof newTaxRate>;
