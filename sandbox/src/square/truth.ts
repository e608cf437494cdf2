import { type MonthSpan, parseMonth } from '../core/calendar.ts';
import { type Move, reachesBalance } from './objects/payment.ts';
import type { SandboxSquare } from './square.ts';

/**
 * What really happened, in minor units. `refunds`, `fees`, `disputes` and `payouts` are money that left, so
 * `balance = gross - refunds - fees - disputes + adjustments - payouts` when no month is given. What customers paid in
 * other ways never reached Square; it stands under `cash`, `external` and `giftCards`, less what was given back.
 */
export interface SquareTotals {
  gross: number;
  refunds: number;
  fees: number;
  disputes: number;
  adjustments: number;
  payouts: number;
  cash: number;
  external: number;
  giftCards: number;
  /** What Square held at the end of the span. */
  balance: number;
}

export type SquareTruth = Readonly<Record<string, Readonly<SquareTotals>>>;

/** Entry types whose money is counted from an object; all others are adjustments. */
const COUNTED = new Set(['CHARGE', 'REFUND', 'FEE', 'OPEN_DISPUTE', 'DISPUTE', 'RETURNED_PAYOUT']);

/** Adds up payments, refunds, disputes and payouts themselves; only rows that belong to none are read as rows. */
export function squareTruth(square: SandboxSquare, month?: string): SquareTruth {
  const span = month === undefined ? null : parseMonth(month);
  if (month !== undefined && !span) throw new Error(`not a month: ${month}`);
  const totals = new Adder(square, span).run();
  return totals === null ? {} : { [square.settings.currency.toLowerCase()]: totals };
}

class Adder {
  readonly #tables: SandboxSquare['context']['state']['tables'];
  readonly #span: MonthSpan | null;
  #isEmpty = true;
  readonly #totals: SquareTotals = {
    gross: 0,
    refunds: 0,
    fees: 0,
    disputes: 0,
    adjustments: 0,
    payouts: 0,
    cash: 0,
    external: 0,
    giftCards: 0,
    balance: 0,
  };

  constructor(square: SandboxSquare, span: MonthSpan | null) {
    this.#tables = square.context.state.tables;
    this.#span = span;
  }

  /** Null when nothing happened by the end of the span. */
  run(): SquareTotals | null {
    this.#addPayments();
    this.#addRefunds();
    for (const dispute of this.#tables.disputes.all()) this.#addMoves('disputes', dispute.moves);
    this.#addPayouts();
    for (const entry of this.#tables.entries.all()) {
      if (!COUNTED.has(entry.type)) this.#add('adjustments', entry.created, entry.net);
    }
    this.#addBalance();
    return this.#isEmpty ? null : this.#totals;
  }

  #addPayments(): void {
    for (const payment of this.#tables.payments.all()) {
      this.#add(headingOf(payment.kind), payment.completedAt, payment.show.total_money.amount);
      this.#addMoves('fees', payment.fees);
    }
  }

  #addRefunds(): void {
    for (const refund of this.#tables.refunds.all()) {
      const kind = this.#tables.payments.get(refund.show.payment_id)?.kind ?? 'card';
      const { amount } = refund.show.amount_money;
      if (reachesBalance(kind)) this.#add('refunds', refund.completedAt, amount);
      else this.#add(headingOf(kind), refund.completedAt, -amount);
      this.#addMoves('fees', refund.fees);
    }
  }

  #addPayouts(): void {
    for (const payout of this.#tables.payouts.all()) {
      const { amount } = payout.show.amount_money;
      this.#add('payouts', payout.created, amount);
      this.#add('payouts', payout.failedAt, -amount);
      for (const fee of payout.show.payout_fee ?? []) this.#add('fees', payout.created, fee.amount_money.amount);
    }
  }

  #addBalance(): void {
    const until = (this.#span?.until ?? Number.POSITIVE_INFINITY) * 1000;
    for (const entry of this.#tables.entries.all()) {
      if (entry.created >= until) continue;
      this.#isEmpty = false;
      const paidAt = entry.payout === null ? null : (this.#tables.payouts.get(entry.payout)?.created ?? null);
      if (paidAt === null || paidAt >= until) this.#totals.balance += entry.net;
    }
  }

  #addMoves(heading: keyof SquareTotals, moves: readonly Move[]): void {
    for (const { at, amount } of moves) this.#add(heading, at, amount);
  }

  #add(heading: keyof SquareTotals, at: number | null, amount: number): void {
    if (at === null) return;
    if (this.#span && (at < this.#span.from * 1000 || at >= this.#span.until * 1000)) return;
    this.#isEmpty = false;
    this.#totals[heading] += amount;
  }
}

function headingOf(kind: Parameters<typeof reachesBalance>[0]): 'gross' | 'cash' | 'external' | 'giftCards' {
  if (reachesBalance(kind)) return 'gross';
  return kind === 'giftCard' ? 'giftCards' : kind === 'cash' ? 'cash' : 'external';
}
