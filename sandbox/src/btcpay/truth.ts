import { parseMonth } from '../core/calendar.ts';
import { round } from '../core/decimal.ts';
import { currencyDigits, netPaid } from './amounts.ts';
import type { SandboxBtcpay } from './btcpay.ts';
import type { Invoice } from './invoice.ts';

/** What really arrived in one currency at one store; money in minor units of that currency. */
export interface BtcpayTotals {
  invoices: number;
  /** Count by `status` or `status:additionalStatus`. */
  readonly byStatus: Record<string, number>;
  /** Confirmed payments over all invoices. */
  settledPayments: number;
  /** Confirmed money of invoices that settled by themselves, each invoice rounded once. */
  settled: number;
  /** Of invoices that a hand marked as settled. */
  marked: number;
  /** Of expired invoices that became fully paid too late, and of those that stayed partly paid. */
  late: number;
  partial: number;
  /** Of invoices that are invalid. */
  invalid: number;
}

/** By store id, then by currency. */
export type BtcpayTruth = Readonly<Record<string, Readonly<Record<string, BtcpayTotals>>>>;

function heading(invoice: Invoice): 'settled' | 'marked' | 'late' | 'partial' | 'invalid' | null {
  switch (invoice.status) {
    case 'Settled':
      return invoice.additionalStatus === 'Marked' ? 'marked' : 'settled';
    case 'Expired':
      return invoice.additionalStatus === 'PaidLate' ? 'late' : 'partial';
    case 'Invalid':
      return 'invalid';
    default:
      return null;
  }
}

function minorUnits(invoice: Invoice): number {
  const confirmed = invoice.payments.filter((payment) => payment.status === 'Settled');
  return Number(round(netPaid(invoice, confirmed), currencyDigits(invoice.currency), 'half-even').units);
}

function empty(): BtcpayTotals {
  return { invoices: 0, byStatus: {}, settledPayments: 0, settled: 0, marked: 0, late: 0, partial: 0, invalid: 0 };
}

/** Adds up the server's own invoices, those made in the month when one is given. */
export function btcpayTruth(btcpay: SandboxBtcpay, month?: string): BtcpayTruth {
  const span = month === undefined ? null : parseMonth(month);
  if (month !== undefined && !span) throw new Error(`not a month: ${month}`);
  const truth: Record<string, Record<string, BtcpayTotals>> = {};
  for (const invoice of btcpay.context.state.invoices.all()) {
    if (span && (invoice.created < span.from || invoice.created >= span.until)) continue;
    truth[invoice.storeId] ??= {};
    const store = truth[invoice.storeId] ?? {};
    store[invoice.currency] ??= empty();
    addInvoice(store[invoice.currency] ?? empty(), invoice);
  }
  return truth;
}

function addInvoice(totals: BtcpayTotals, invoice: Invoice): void {
  const { status, additionalStatus } = invoice;
  const key = additionalStatus === 'None' ? status : `${status}:${additionalStatus}`;
  totals.invoices += 1;
  totals.byStatus[key] = (totals.byStatus[key] ?? 0) + 1;
  totals.settledPayments += invoice.payments.filter((payment) => payment.status === 'Settled').length;
  const place = heading(invoice);
  if (place) totals[place] += minorUnits(invoice);
}
