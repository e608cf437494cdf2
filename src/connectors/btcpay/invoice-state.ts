import { type Money, subtract, zero } from '../../kernel/money.ts';
import { addRatios } from '../../kernel/ratio.ts';
import type { BitcoinInvoice, CustomerRef } from '../../model/facts.ts';
import { type NormaliseProblem, Unreadable } from '../sdk/index.ts';
import { collecting, moneyAt } from './reading.ts';
import { type Invoice, taxSchema } from './schemas.ts';
import type { Coins } from './valuation.ts';

const STATUSES: Readonly<Record<string, BitcoinInvoice['status']>> = {
  New: 'new',
  Processing: 'processing',
  Expired: 'expired',
  Invalid: 'invalid',
  Settled: 'settled',
};
const EXCEPTIONS: Readonly<Record<string, BitcoinInvoice['exception']>> = {
  None: 'none',
  PaidPartial: 'partial',
  PaidOver: 'over',
  PaidLate: 'late',
  Marked: 'marked',
  Invalid: 'invalid',
};

/** What came in for an invoice. */
export interface Received {
  /** Payments that count, by time received. */
  readonly counted: readonly Coins[];
  readonly paid: Money;
}

/** The state of an invoice as its payments need it; throws `Unreadable` where a status is unknown. */
export function invoiceState(invoice: Invoice, received: Received, problems: NormaliseProblem[]): BitcoinInvoice {
  const asked = moneyAt('amount', invoice.amount ?? '0', invoice.currency);
  const { orderId = null } = invoice.metadata ?? {};
  return {
    id: invoice.id,
    status: known(STATUSES, invoice.status, 'status'),
    exception: known(EXCEPTIONS, invoice.additionalStatus, 'additionalStatus'),
    asked,
    paid: received.paid,
    tax: collecting(problems, () => taxOf(invoice, asked)),
    orderId,
    customer: customerOf(invoice),
    surplus: surplusOf(invoice, asked, received),
  };
}

function known<T>(table: Readonly<Record<string, T>>, value: string, field: string): T {
  const found = Object.hasOwn(table, value) ? table[value] : undefined;
  if (found === undefined) throw new Unreadable({ field, detail: `unknown value ${value}` });
  return found;
}

function taxOf({ metadata, currency }: Invoice, asked: Money): Money | null {
  const field = 'metadata.taxIncluded';
  const stated = taxSchema.safeParse(metadata?.taxIncluded);
  if (!stated.success) throw new Unreadable({ field, detail: 'is no plain decimal' });
  if (stated.data === null || stated.data === undefined) return null;
  const tax = moneyAt(field, stated.data, currency);
  if (tax.minor >= 0n && tax.minor <= asked.minor) return tax;
  throw new Unreadable({ field, detail: `tax of ${stated.data} inside ${asked.minor} minor units` });
}

/**
 * What came beyond the price. The server says so only while it processes; a whole payment that arrives after the price
 * was covered changes no status, and is found here. Rounding up to a satoshi is neither.
 */
function surplusOf({ type, additionalStatus }: Invoice, asked: Money, { counted, paid }: Received): Money {
  const none = zero(paid.currency);
  if (type === 'TopUp') return none;
  const over = additionalStatus === 'PaidOver' || coveredBeforeLast(counted, asked);
  const surplus = subtract(paid, asked);
  return over && surplus.minor > 0n ? surplus : none;
}

function coveredBeforeLast(counted: readonly Coins[], asked: Money): boolean {
  const before = counted.slice(0, -1).map(({ exact }) => exact);
  if (before.length === 0) return false;
  const { numerator, denominator } = before.reduce(addRatios);
  return numerator >= asked.minor * denominator;
}

function customerOf({ metadata }: Invoice): CustomerRef {
  return { id: null, name: metadata?.buyerName ?? null, email: metadata?.buyerEmail ?? null };
}
