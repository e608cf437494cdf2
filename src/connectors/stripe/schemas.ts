import { z } from 'zod';
import { JsonNumber } from '../../kernel/json.ts';
import { MAX_UNIX_SECONDS } from '../sdk/index.ts';

/**
 * Only the fields we read, at version 2026-10-28.endive. Enums stay text: Stripe adds values without a new version, and
 * what we do not know is decided where it is used.
 */

const INTEGER = /^-?\d{1,30}$/;

/** An amount in Stripe's smallest unit, in whatever form the JSON reader kept it. */
const minor = z.union([z.number(), z.string(), z.instanceof(JsonNumber)]).transform((value, context) => {
  const text = String(value);
  if (INTEGER.test(text)) return BigInt(text);
  context.addIssue({ code: 'custom', message: 'no whole number' });
  return z.NEVER;
});

const seconds = z.number().int().min(0).max(MAX_UNIX_SECONDS);
const text = z
  .string()
  .nullish()
  .transform((value) => value || null);
const id = z.string().min(1);

/** Either an id or the expanded object. */
const reference = z.union([id, z.object({ id })]).transform((value) => (typeof value === 'string' ? value : value.id));
const optionalReference = reference.nullish().transform((value) => value ?? null);

/** A decimal such as an exchange rate, as text. */
const decimal = z
  .union([z.number(), z.string(), z.instanceof(JsonNumber)])
  .nullish()
  .transform((value) => (value === null || value === undefined ? null : String(value)));

export const balanceTransactionSchema = z.object({
  id,
  amount: minor,
  fee: minor,
  net: minor,
  currency: z.string(),
  created: seconds,
  type: z.string(),
  reporting_category: z.string(),
  balance_type: text,
  description: text,
  exchange_rate: decimal,
  fee_details: z.array(z.object({ amount: minor, currency: z.string(), type: z.string(), description: text })),
  source: z.union([id, z.looseObject({ id, object: z.string() })]).nullish(),
});
export type BalanceTransaction = z.output<typeof balanceTransactionSchema>;

export const chargeSchema = z.object({
  id,
  amount: minor,
  amount_captured: minor.nullish(),
  currency: z.string(),
  customer: optionalReference,
  payment_intent: optionalReference,
  description: text,
  receipt_email: text,
  billing_details: z.object({ name: text, email: text }).nullish(),
  presentment_details: z.object({ presentment_amount: minor, presentment_currency: z.string() }).nullish(),
});
export type Charge = z.output<typeof chargeSchema>;

export const payoutSchema = z.object({
  id,
  arrival_date: seconds,
  automatic: z.boolean(),
  reconciliation_status: text,
});
export type Payout = z.output<typeof payoutSchema>;

export const payoutItemsSchema = z.object({
  payout: id,
  items: z
    .array(
      z.object({ id, net: minor, currency: z.string(), created: seconds, type: z.string(), source: optionalReference }),
    )
    .min(1),
});
export type PayoutItems = z.output<typeof payoutItemsSchema>;

export const disputeSchema = z.object({
  id,
  status: z.string(),
  charge: optionalReference,
  payment_intent: optionalReference,
  created: seconds,
  balance_transactions: z.array(z.object({ amount: minor, currency: z.string(), created: seconds })),
});

const tax = z.object({ amount: minor, tax_behavior: z.string() });

export const invoiceSchema = z.object({
  id,
  number: text,
  status: text,
  currency: z.string(),
  created: seconds,
  total: minor,
  total_taxes: z.array(tax).nullish(),
  total_discount_amounts: z.array(z.object({ amount: minor })).nullish(),
  shipping_cost: z.object({ amount_subtotal: minor, amount_tax: minor, amount_total: minor }).nullish(),
  customer: optionalReference,
  customer_name: text,
  customer_email: text,
  due_date: seconds.nullish(),
  effective_at: seconds.nullish(),
  status_transitions: z.object({ finalized_at: seconds.nullish() }).nullish(),
  description: text,
  lines: z.object({
    has_more: z.boolean(),
    data: z.array(z.object({ amount: minor, description: text, taxes: z.array(tax).nullish() })),
  }),
});
export type Invoice = z.output<typeof invoiceSchema>;

export const invoicePaymentSchema = z.object({
  status: z.string(),
  amount_paid: minor.nullish(),
  currency: z.string(),
  invoice: z.union([id, z.looseObject({ id })]),
});

export const sessionSchema = z.object({
  amount_subtotal: minor.nullish(),
  amount_total: minor.nullish(),
  currency: text,
  total_details: z.object({ amount_discount: minor, amount_shipping: minor.nullish(), amount_tax: minor }).nullish(),
});
export type Session = z.output<typeof sessionSchema>;

export const accountSchema = z.object({
  id,
  business_profile: z.object({ name: text }).nullish(),
  settings: z.object({ dashboard: z.object({ display_name: text, timezone: text }).nullish() }).nullish(),
});
