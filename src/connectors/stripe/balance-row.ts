import type { Json } from '../../kernel/json.ts';
import { equalMoney, type Money, negate, subtract, sumMoney } from '../../kernel/money.ts';
import type { FeePart, FeeRole } from '../../model/facts.ts';
import { type NormaliseProblem, readAs, textOf, Unreadable } from '../sdk/index.ts';
import { moneyAt } from './reading.ts';
import { type BalanceTransaction, balanceTransactionSchema } from './schemas.ts';

/** One balance transaction with its amounts as money and checked: gross − fees = net, to the minor unit. */
export interface BalanceRow {
  readonly id: string;
  readonly type: string;
  readonly category: string;
  readonly occurredAt: number;
  readonly currency: string;
  /** Signed effect on the balance before fees. */
  readonly gross: Money;
  readonly net: Money;
  /** Positive when Stripe keeps it. */
  readonly fee: Money;
  readonly feeDetails: readonly FeeDetail[];
  readonly exchangeRate: string | null;
  readonly description: string | null;
  readonly sourceId: string | null;
  /** The expanded source, or null when only its id came. */
  readonly source: Json;
}

interface FeeDetail {
  readonly type: string;
  readonly amount: Money;
  readonly description: string | null;
}

/** What payouts are made of; accounts without other balances may leave it out. */
const OWN_BALANCE = 'payments';

/**
 * Whether a row is the other side of a reserve, on the balance of reserved money. The row of the own balance already
 * says what was held, so this one is nothing of its own (listed since 2026-01-28).
 */
export function isReserveMirror(body: Json): boolean {
  return (
    textOf(body, 'balance_type') === 'risk_reserved' && textOf(body, 'reporting_category') === 'risk_reserved_funds'
  );
}

/** Reads and checks a row; throws {@link Unreadable}. */
export function readBalanceRow(body: Json): BalanceRow {
  const row = readAs(balanceTransactionSchema, body);
  if (row.balance_type !== null && row.balance_type !== OWN_BALANCE) {
    throw new Unreadable({
      field: 'balance_type',
      detail: `a movement of the ${row.balance_type} balance has no recipe`,
    });
  }
  const gross = moneyAt('amount', row.amount, row.currency);
  const net = moneyAt('net', row.net, row.currency);
  const fee = moneyAt('fee', row.fee, row.currency);
  if (!equalMoney(subtract(gross, fee), net)) {
    throw new Unreadable({ field: 'net', detail: `${row.amount} less the fee ${row.fee} is not ${row.net}` });
  }
  return {
    id: row.id,
    type: row.type,
    category: row.reporting_category,
    occurredAt: row.created * 1_000,
    currency: gross.currency,
    gross,
    net,
    fee,
    feeDetails: feeDetails(row, fee),
    exchangeRate: row.exchange_rate,
    description: row.description,
    ...sourceOf(row),
  };
}

function feeDetails(row: BalanceTransaction, fee: Money): FeeDetail[] {
  const details = row.fee_details.map((detail, i) => ({
    type: detail.type,
    amount: moneyAt(`fee_details[${i}].amount`, detail.amount, detail.currency),
    description: detail.description,
  }));
  const foreign = details.findIndex(({ amount }) => amount.currency !== fee.currency);
  if (foreign >= 0) {
    throw new Unreadable({ field: `fee_details[${foreign}].currency`, detail: `is not ${fee.currency}` });
  }
  const sum = sumMoney(
    details.map(({ amount }) => amount),
    fee.currency,
  );
  if (!equalMoney(sum, fee)) {
    throw new Unreadable({ field: 'fee_details', detail: `the parts sum to ${sum.minor}, the fee is ${fee.minor}` });
  }
  return details.filter(({ amount }) => amount.minor !== 0n);
}

function sourceOf({ source }: BalanceTransaction): Pick<BalanceRow, 'sourceId' | 'source'> {
  if (source === null || source === undefined) return { sourceId: null, source: null };
  if (typeof source === 'string') return { sourceId: source, source: null };
  return { sourceId: source.id, source: source as Json };
}

/** Fee types that are the processor's own price; others are named as a problem and counted here, too. */
const PRICE_TYPES = new Set(['stripe_fee', 'payment_method_passthrough_fee', 'application_fee']);
const TAX_TYPES = new Set(['tax', 'withheld_tax']);

/** The row's fees by role: `own` for the price itself, `tax` for tax on it. */
export function feeParts(row: BalanceRow, own: FeeRole): FeePart[] {
  return row.feeDetails.map(({ type, amount, description }) => ({
    role: TAX_TYPES.has(type) ? 'tax' : own,
    amount,
    description: description ?? type.replaceAll('_', ' '),
  }));
}

/** Names every fee type that we do not know: it is booked as the price, and somebody should look. */
export function feeProblems(row: BalanceRow): NormaliseProblem[] {
  return row.feeDetails
    .filter(({ type }) => !PRICE_TYPES.has(type) && !TAX_TYPES.has(type))
    .map(({ type }) => ({ field: 'fee_details', detail: `unknown fee type ${type}, booked as a processing fee` }));
}

/** What a row without gross of its own costs: positive when Stripe keeps it. */
export function costOf(row: BalanceRow): Money {
  return negate(row.net);
}
