import type { SandboxBtcpay } from '../btcpay/btcpay.ts';
import { parseMonth } from '../core/calendar.ts';
import { createRandom } from '../core/random.ts';
import type { SandboxSquare } from '../square/square.ts';
import type { SandboxStripe } from '../stripe/stripe.ts';
import { btcpayMonth } from './btcpay-month.ts';
import { squareMonth } from './square-month.ts';
import { stripeMonth } from './stripe-month.ts';

export interface MonthRequest {
  readonly seed: number;
  /** `2026-10`; a month in the past, so that nothing is dated after now. */
  readonly month: string;
  /** Succeeded card sales of the shop; those of invoices and of the one large contract come on top. */
  readonly charges: number;
  readonly btcpayInvoices: number;
  /** Sales at the tills of Square; none when missing. */
  readonly squareSales?: number;
  /** Many Stripe invoices instead of a few of each state. */
  readonly invoicing?: boolean;
}

export interface MonthCounts {
  readonly charges: number;
  readonly balanceTransactions: number;
  readonly refunds: number;
  readonly disputes: number;
  readonly payouts: number;
  readonly invoices: number;
  readonly btcpayInvoices: number;
  readonly btcpayPayments: number;
  readonly squarePayments: number;
  readonly squarePayouts: number;
}

/** Smallest month that has room for every kind of thing that happens. */
export const MIN_CHARGES = 50;

interface Businesses {
  readonly stripe: SandboxStripe;
  readonly btcpay: SandboxBtcpay;
  readonly square: SandboxSquare;
}

function counts({ stripe, btcpay, square }: Businesses): MonthCounts {
  const { tables } = stripe.context.state;
  const invoices = btcpay.context.state.invoices.all();
  return {
    charges: tables.charges.all().filter(({ paid }) => paid).length,
    balanceTransactions: tables.balanceTransactions.size,
    refunds: tables.refunds.size,
    disputes: tables.disputes.size,
    payouts: tables.payouts.size,
    invoices: tables.invoices.size,
    btcpayInvoices: invoices.length,
    btcpayPayments: invoices.reduce((sum, invoice) => sum + invoice.payments.length, 0),
    squarePayments: square.context.state.tables.payments.size,
    squarePayouts: square.context.state.tables.payouts.size,
  };
}

function difference(after: MonthCounts, before: MonthCounts): MonthCounts {
  const entries = Object.entries(after).map(([key, value]) => [key, value - before[key as keyof MonthCounts]]);
  return Object.fromEntries(entries) as unknown as MonthCounts;
}

/** One month of a made-up business at all sources; the same request on equal providers gives equal providers. */
export function generateMonth(request: MonthRequest, providers: Businesses): MonthCounts {
  const month = parseMonth(request.month);
  if (!month) throw new Error(`not a month: ${request.month}`);
  if (request.charges < MIN_CHARGES) throw new Error(`a month needs at least ${MIN_CHARGES} charges`);
  const { stripe, btcpay, square } = providers;
  const before = counts(providers);
  const random = createRandom(`${request.seed} ${request.month}`);
  stripeMonth(stripe, random.fork('stripe'), month, {
    charges: request.charges,
    invoicing: request.invoicing ?? false,
  });
  btcpayMonth(btcpay, random.fork('btcpay'), month, request.btcpayInvoices);
  squareMonth(square, random.fork('square'), month, request.squareSales ?? 0);
  return difference(counts(providers), before);
}
