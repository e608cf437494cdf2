import { allocate } from '../../kernel/allocate.ts';
import { equalMoney, type Money, money, negate, subtract, sumMoney } from '../../kernel/money.ts';
import { divideHalfEven } from '../../kernel/ratio.ts';
import type { SaleLine } from '../../model/facts.ts';
import { type NormaliseContext, Unreadable } from '../sdk/index.ts';
import { invoiceAmounts } from './invoice-lines.ts';
import { type InvoicePaid, invoicePaymentOf, type PaymentIds, relatedBy } from './invoice-of.ts';
import { moneyAt } from './reading.ts';
import { invoiceSchema, type Session, sessionSchema } from './schemas.ts';

/** How a collected amount divides; tax is null when nothing says. */
export interface SaleParts {
  readonly tax: Money | null;
  readonly lines: readonly SaleLine[];
}

const UNKNOWN: SaleParts = { tax: null, lines: [] };

/**
 * Tax and lines inside a charge, in the charge's currency: from the invoice it pays (its share when it pays a part),
 * else from the checkout session that made it, else unknown.
 */
export function saleParts(charged: Money, ids: PaymentIds, context: NormaliseContext): SaleParts {
  const paid = invoicePaymentOf(ids, context);
  const found = paid ? fromInvoice(charged, paid) : null;
  return found ?? fromSession(charged, ids, context) ?? UNKNOWN;
}

/** The same in the currency that was settled: tax by the exact ratio of the two amounts, rounded once. */
export function inSettlement(parts: SaleParts, charged: Money, settled: Money): SaleParts {
  if (charged.currency === settled.currency) return fitting(parts, settled);
  if (parts.tax === null || charged.minor === 0n) return UNKNOWN;
  const minor = divideHalfEven(parts.tax.minor * settled.minor, charged.minor);
  return { tax: money(minor, settled.currency), lines: [] };
}

function fromInvoice(charged: Money, { invoice, amountPaid }: InvoicePaid): SaleParts | null {
  const parsed = invoiceSchema.safeParse(invoice);
  if (!parsed.success || parsed.data.currency.toUpperCase() !== charged.currency) return null;
  const { total, tax, lines } = invoiceAmounts(parsed.data);
  const paid = amountPaid === null ? charged : moneyAt('invoice_payment.amount_paid', amountPaid, parsed.data.currency);
  if (paid.minor >= total.minor) return { tax, lines };
  if (paid.minor < 0n || total.minor <= 0n) return null;
  const [share] = allocate(tax, [paid.minor, total.minor - paid.minor]);
  return { tax: share ?? null, lines: [] };
}

function fromSession(charged: Money, ids: PaymentIds, context: NormaliseContext): SaleParts | null {
  const parsed = sessionSchema.safeParse(relatedBy('checkout_sessions', ids, context)?.body);
  if (!parsed.success || parsed.data.currency?.toUpperCase() !== charged.currency) return null;
  const { total_details: details, amount_total: total, currency } = parsed.data;
  if (!details || total === null || total === undefined) return null;
  // Another amount was charged than the session asked for: its tax is then not this payment's.
  if (!equalMoney(moneyAt('checkout_session.amount_total', total, currency), charged)) return null;
  return { tax: moneyAt('total_details.amount_tax', details.amount_tax, currency), lines: sessionLines(parsed.data) };
}

function sessionLines({ amount_subtotal, total_details: details, currency }: Session): SaleLine[] {
  if (!details || currency === null || amount_subtotal === null || amount_subtotal === undefined) return [];
  const at = (field: string, minor: bigint) => moneyAt(`total_details.${field}`, minor, currency);
  const lines: SaleLine[] = [
    { description: 'Checkout', amount: moneyAt('amount_subtotal', amount_subtotal, currency), role: 'sales' },
    { description: 'Shipping', amount: at('amount_shipping', details.amount_shipping ?? 0n), role: 'shipping' },
    { description: 'Discount', amount: negate(at('amount_discount', details.amount_discount)), role: 'discount' },
  ];
  return lines.filter(({ amount }) => amount.minor !== 0n);
}

/** Lines only when they sum to the amount without tax; more tax than money is an error of the source. */
function fitting({ tax, lines }: SaleParts, settled: Money): SaleParts {
  if (tax === null) return UNKNOWN;
  if (tax.minor > settled.minor || tax.minor < 0n) {
    throw new Unreadable({ field: 'tax', detail: `tax of ${tax.minor} inside ${settled.minor} ${settled.currency}` });
  }
  const sum = sumMoney(
    lines.map(({ amount }) => amount),
    settled.currency,
  );
  return { tax, lines: equalMoney(sum, subtract(settled, tax)) ? lines : [] };
}
