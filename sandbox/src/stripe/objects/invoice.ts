import type { Metadata } from './charge.ts';
import type { Customer } from './customer.ts';

export interface LineTax {
  readonly amount: number;
  readonly tax_behavior: 'exclusive';
  readonly tax_rate_details: { readonly tax_rate: string } | null;
  readonly taxability_reason: string;
  readonly taxable_amount: number | null;
  readonly type: 'tax_rate_details';
}

export interface InvoiceLine {
  readonly id: string;
  readonly object: 'line_item';
  readonly amount: number;
  readonly currency: string;
  readonly description: string | null;
  readonly discount_amounts: readonly never[];
  readonly discountable: boolean;
  readonly discounts: readonly never[];
  readonly invoice: string;
  readonly livemode: boolean;
  readonly metadata: Metadata;
  readonly parent: null;
  readonly period: { readonly end: number; readonly start: number };
  readonly pretax_credit_amounts: readonly never[];
  readonly pricing: {
    readonly price_details?: { readonly price: string; readonly product: string };
    readonly type: 'price_details';
    readonly unit_amount_decimal: string;
  };
  readonly quantity: number;
  readonly quantity_decimal: string;
  readonly subscription: null;
  readonly subtotal: number;
  readonly taxes: readonly LineTax[];
}

export interface NewInvoice {
  readonly id: string;
  readonly created: number;
  readonly currency: string;
  readonly customer: Customer;
  readonly lines: readonly InvoiceLine[];
  readonly description: string | null;
  readonly dueDate: number | null;
  readonly metadata: Metadata;
  readonly accountName: string;
  readonly accountCountry: string;
}

/** One entry per tax rate over all lines. */
export function totalTaxes(lines: readonly InvoiceLine[]): LineTax[] {
  const byRate = new Map<string, LineTax>();
  for (const tax of lines.flatMap((line) => line.taxes)) {
    const rate = tax.tax_rate_details?.tax_rate ?? '';
    const sum = byRate.get(rate);
    byRate.set(rate, {
      ...tax,
      amount: tax.amount + (sum?.amount ?? 0),
      taxable_amount: (tax.taxable_amount ?? 0) + (sum?.taxable_amount ?? 0),
    });
  }
  return [...byRate.values()];
}

/** A draft invoice. Its lines are kept whole here; the API embeds the first ten. */
export function newInvoice(input: NewInvoice) {
  const subtotal = input.lines.reduce((sum, line) => sum + line.amount, 0);
  const taxes = totalTaxes(input.lines);
  const total = subtotal + taxes.reduce((sum, tax) => sum + tax.amount, 0);
  return {
    id: input.id,
    object: 'invoice',
    account_country: input.accountCountry,
    account_name: input.accountName,
    account_tax_ids: [] as string[],
    amount_due: total,
    amount_overpaid: 0,
    amount_paid: 0,
    amount_paid_off_stripe: 0,
    amount_remaining: total,
    amount_shipping: 0,
    application: null,
    attempt_count: 0,
    attempted: false,
    auto_advance: false,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null, provider: null, status: null },
    automatically_finalizes_at: null,
    billing_reason: 'manual',
    collection_method: 'send_invoice',
    created: input.created,
    currency: input.currency,
    custom_fields: [] as { name: string; value: string }[],
    customer: input.customer.id,
    customer_account: null,
    customer_address: null,
    customer_email: input.customer.email,
    customer_name: input.customer.name,
    customer_phone: input.customer.phone,
    customer_shipping: null,
    customer_tax_exempt: 'none',
    customer_tax_ids: [] as { type: string; value: string | null }[],
    default_payment_method: null,
    default_source: null,
    default_tax_rates: [] as never[],
    description: input.description,
    discounts: [] as string[],
    due_date: input.dueDate,
    effective_at: null as number | null,
    ending_balance: null as number | null,
    footer: null,
    from_invoice: null,
    hosted_invoice_url: null as string | null,
    invoice_pdf: null as string | null,
    issuer: { type: 'self' },
    last_finalization_error: null,
    latest_revision: null,
    lines: input.lines,
    livemode: false,
    metadata: input.metadata,
    next_payment_attempt: null,
    number: null as string | null,
    on_behalf_of: null,
    parent: null,
    payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
    period_end: input.created,
    period_start: input.created,
    post_payment_credit_notes_amount: 0,
    pre_payment_credit_notes_amount: 0,
    receipt_number: null,
    rendering: null,
    shipping_cost: null,
    shipping_details: null,
    starting_balance: 0,
    statement_descriptor: null,
    status: 'draft',
    status_transitions: {
      finalized_at: null as number | null,
      marked_uncollectible_at: null as number | null,
      paid_at: null as number | null,
      voided_at: null as number | null,
    },
    subtotal,
    subtotal_excluding_tax: subtotal,
    test_clock: null,
    total,
    total_discount_amounts: [] as never[],
    total_excluding_tax: subtotal,
    total_pretax_credit_amounts: [] as never[],
    total_taxes: taxes,
    webhooks_delivered_at: null as number | null,
  };
}

export type Invoice = ReturnType<typeof newInvoice>;
