import { addBusinessDays } from '../core/calendar.ts';
import type { StripeContext } from './context.ts';
import { feeTotal } from './fees.ts';
import type { BalanceTransaction, BalanceType, FeeDetail } from './objects/balance-transaction.ts';

export interface NewEntry {
  readonly at: number;
  readonly type: string;
  readonly category: string;
  readonly amount: number;
  readonly currency: string;
  readonly fees?: readonly FeeDetail[];
  readonly source?: string | null;
  readonly description?: string | null;
  readonly exchangeRate?: number | null;
  /** Defaults to `at`: the money moves at once. */
  readonly availableOn?: number;
  readonly balanceType?: BalanceType;
}

/** Adds one row to the account's balance. */
export function addEntry(context: StripeContext, entry: NewEntry): BalanceTransaction {
  if (!Number.isSafeInteger(entry.amount))
    throw new RangeError(`amount must be whole minor units, not ${entry.amount}`);
  context.touch(entry.at);
  const fees = entry.fees ?? [];
  const fee = feeTotal(fees);
  return context.state.tables.balanceTransactions.add({
    id: context.state.newId('balanceTransactions'),
    object: 'balance_transaction',
    amount: entry.amount,
    available_on: entry.availableOn ?? entry.at,
    balance_type: entry.balanceType ?? 'payments',
    created: entry.at,
    currency: entry.currency,
    description: entry.description ?? null,
    exchange_rate: entry.exchangeRate ?? null,
    fee,
    fee_details: fees,
    net: entry.amount - fee,
    reporting_category: entry.category,
    source: entry.source ?? null,
    type: entry.type,
  });
}

/** When the money of a charge made at that second can be paid out. */
export function availableFrom(context: StripeContext, at: number): number {
  return addBusinessDays(at, context.settings.payoutDelayDays);
}

export interface Balances {
  readonly available: number;
  readonly pending: number;
}

/** The payments balance in minor units at that second. */
export function balanceOf(context: StripeContext, currency: string, at: number): Balances {
  let available = 0;
  let pending = 0;
  for (const row of context.state.tables.balanceTransactions.all()) {
    if (row.currency !== currency || row.balance_type !== 'payments' || row.created > at) continue;
    if (row.available_on <= at) available += row.net;
    else pending += row.net;
  }
  return { available, pending };
}
