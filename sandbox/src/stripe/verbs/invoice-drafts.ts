import { DAY_SECONDS } from '../../core/calendar.ts';
import type { StripeContext } from '../context.ts';
import type { TaxRate } from '../objects/catalog.ts';
import type { Metadata } from '../objects/charge.ts';
import { type Invoice, type InvoiceLine, type LineTax, newInvoice } from '../objects/invoice.ts';
import { need } from './lookup.ts';

export interface InvoiceLineInput {
  readonly description: string;
  readonly quantity?: number;
  /** Minor units for one, before tax. */
  readonly unitAmount: number;
  /** Id of a tax rate; the line is untaxed without one. */
  readonly taxRate?: string;
  readonly price?: { readonly id: string; readonly product: string };
}

export interface CreateInvoiceInput {
  readonly at: number;
  readonly customer: string;
  readonly lines: readonly InvoiceLineInput[];
  readonly currency?: string;
  readonly description?: string | null;
  readonly dueInDays?: number;
  readonly metadata?: Metadata;
}

export function createInvoice(context: StripeContext, input: CreateInvoiceInput): Invoice {
  const id = context.state.newId('invoices');
  const customer = need(context.state.tables.customers, input.customer);
  const currency = input.currency ?? context.settings.currency;
  const invoice = newInvoice({
    id,
    created: input.at,
    currency,
    customer,
    lines: input.lines.map((line) => invoiceLine(context, line, { invoice: id, currency, at: input.at })),
    description: input.description ?? null,
    dueDate: input.at + (input.dueInDays ?? 30) * DAY_SECONDS,
    metadata: input.metadata ?? {},
    accountName: context.settings.accountName,
    accountCountry: context.settings.country,
  });
  context.state.tables.invoices.add(invoice);
  context.emit('invoice.created', input.at, invoice);
  return invoice;
}

interface LinePlace {
  readonly invoice: string;
  readonly currency: string;
  readonly at: number;
}

function invoiceLine(context: StripeContext, line: InvoiceLineInput, place: LinePlace): InvoiceLine {
  const quantity = line.quantity ?? 1;
  const amount = line.unitAmount * quantity;
  const rate = line.taxRate === undefined ? null : need(context.state.tables.taxRates, line.taxRate);
  return {
    id: context.state.newId('invoiceLines'),
    object: 'line_item',
    amount,
    currency: place.currency,
    description: line.description,
    discount_amounts: [],
    discountable: true,
    discounts: [],
    invoice: place.invoice,
    livemode: false,
    metadata: {},
    parent: null,
    period: { end: place.at, start: place.at },
    pretax_credit_amounts: [],
    pricing: {
      ...(line.price ? { price_details: { price: line.price.id, product: line.price.product } } : {}),
      type: 'price_details',
      unit_amount_decimal: String(line.unitAmount),
    },
    quantity,
    quantity_decimal: String(quantity),
    subscription: null,
    subtotal: amount,
    taxes: rate ? [lineTax(amount, rate)] : [],
  };
}

/** Exclusive tax on one line, half a minor unit rounded up. */
export function lineTax(amount: number, rate: TaxRate): LineTax {
  const bps = Math.round(rate.percentage * 100);
  return {
    amount: Number((BigInt(amount) * BigInt(bps) * 2n + 10_000n) / 20_000n),
    tax_behavior: 'exclusive',
    tax_rate_details: { tax_rate: rate.id },
    taxability_reason: 'standard_rated',
    taxable_amount: amount,
    type: 'tax_rate_details',
  };
}
