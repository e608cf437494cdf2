import { type MonthSpan, parseMonth } from '../core/calendar.ts';
import type { BalanceTransaction } from './objects/balance-transaction.ts';
import type { SandboxStripe } from './stripe.ts';

/**
 * What really happened to one currency, in minor units. `refunds`, `fees`, `disputes` and `payouts` are money that left,
 * so `balance = gross - refunds - fees - disputes + adjustments - payouts` when no month is given.
 */
export interface StripeTotals {
  gross: number;
  refunds: number;
  fees: number;
  disputes: number;
  adjustments: number;
  payouts: number;
  /** The payments balance at the end of the span. */
  balance: number;
}

export type StripeTruth = Readonly<Record<string, Readonly<StripeTotals>>>;

const FEE_TYPES = new Set(['stripe_fee', 'tax_fee']);

/** Adds up the account's charges, refunds, disputes and payouts themselves; only rows that belong to none are read as rows. */
export function stripeTruth(stripe: SandboxStripe, month?: string): StripeTruth {
  const span = month === undefined ? null : parseMonth(month);
  if (month !== undefined && !span) throw new Error(`not a month: ${month}`);
  return new Adder(stripe, span).run();
}

class Adder {
  readonly #tables: SandboxStripe['context']['state']['tables'];
  readonly #span: MonthSpan | null;
  readonly #totals: Record<string, StripeTotals> = {};
  readonly #seen = new Set<string>();

  constructor(stripe: SandboxStripe, span: MonthSpan | null) {
    this.#tables = stripe.context.state.tables;
    this.#span = span;
  }

  run(): StripeTruth {
    for (const charge of this.#tables.charges.all()) this.#add('gross', 1, charge.balance_transaction);
    for (const refund of this.#tables.refunds.all()) {
      this.#add('refunds', -1, refund.balance_transaction);
      this.#add('refunds', -1, refund.failure_balance_transaction ?? null);
    }
    for (const dispute of this.#tables.disputes.all()) {
      for (const id of dispute.balance_transactions) this.#add('disputes', -1, id);
    }
    for (const payout of this.#tables.payouts.all()) {
      this.#add('payouts', -1, payout.balance_transaction);
      this.#add('payouts', -1, payout.failure_balance_transaction);
    }
    this.#addOtherRows();
    this.#addBalances();
    return this.#totals;
  }

  #of(currency: string): StripeTotals {
    this.#totals[currency] ??= { gross: 0, refunds: 0, fees: 0, disputes: 0, adjustments: 0, payouts: 0, balance: 0 };
    return this.#totals[currency];
  }

  /** One row under one heading; its fee goes to the fees. */
  #add(heading: keyof StripeTotals, sign: 1 | -1, id: string | null): void {
    const row = id === null ? undefined : this.#tables.balanceTransactions.get(id);
    if (!row) return;
    this.#seen.add(row.id);
    if (!this.#isInSpan(row)) return;
    const totals = this.#of(row.currency);
    totals[heading] += sign * row.amount;
    totals.fees += row.fee;
  }

  #addOtherRows(): void {
    for (const row of this.#tables.balanceTransactions.all()) {
      if (this.#seen.has(row.id) || !this.#isInSpan(row) || row.balance_type !== 'payments') continue;
      if (FEE_TYPES.has(row.type)) this.#of(row.currency).fees -= row.net;
      else this.#of(row.currency).adjustments += row.net;
    }
  }

  #addBalances(): void {
    const until = this.#span?.until ?? Number.POSITIVE_INFINITY;
    for (const row of this.#tables.balanceTransactions.all()) {
      if (row.created < until && row.balance_type === 'payments') this.#of(row.currency).balance += row.net;
    }
  }

  #isInSpan(row: BalanceTransaction): boolean {
    return !this.#span || (row.created >= this.#span.from && row.created < this.#span.until);
  }
}
