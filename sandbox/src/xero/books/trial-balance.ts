import { textAt } from '../../core/exact/access.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { msDate } from '../basics/dates.ts';
import { amountText } from '../basics/money.ts';
import { ACCOUNT_CLASSES } from '../entities/account-types.ts';
import type { Organisation } from './organisation.ts';

/** What stands on an account, in minor units of the base currency. */
export interface BalanceRow {
  readonly accountId: string;
  readonly code: string;
  readonly name: string;
  readonly class: string;
  /** Debit positive. */
  readonly balance: bigint;
}

/** Every account that was posted to up to a day, by code. */
export function balances(organisation: Organisation, until?: string): BalanceRow[] {
  const sums = new Map<string, bigint>();
  for (const { entries } of organisation.world.ledger.journals(organisation.tenantId, until)) {
    for (const { accountId, amount } of entries) sums.set(accountId, (sums.get(accountId) ?? 0n) + amount);
  }
  const rows = [...sums].map(([accountId, balance]) => {
    const { data } = organisation.get('Account', accountId)!;
    const code = textAt(data, 'Code') ?? '';
    return { accountId, code, name: textAt(data, 'Name')!, class: ACCOUNT_CLASSES[textAt(data, 'Type')!]!, balance };
  });
  return rows.sort((a, b) => (a.code < b.code ? -1 : 1));
}

const SECTIONS = [
  ['Revenue', 'REVENUE'],
  ['Expenses', 'EXPENSE'],
  ['Assets', 'ASSET'],
  ['Liabilities', 'LIABILITY'],
  ['Equity', 'EQUITY'],
] as const;
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** The report of that name. Its first two columns are the month of the day, the last two the year to date. */
export function trialBalance(organisation: Organisation, day: string): JsonObject {
  const toDate = balances(organisation, day);
  const beforeMonth = balances(organisation, dayBefore(`${day.slice(0, 7)}-01`));
  const earlier = new Map(beforeMonth.map(({ accountId, balance }) => [accountId, balance]));
  const sections = SECTIONS.flatMap(([Title, wanted]) => {
    const rows = toDate
      .filter((row) => row.class === wanted)
      .map((row) => accountRow(row, row.balance - (earlier.get(row.accountId) ?? 0n)));
    return rows.length === 0 ? [] : [{ RowType: 'Section', Title, Rows: rows }];
  });
  const inMonth = toDate.map(({ accountId, balance }) => balance - (earlier.get(accountId) ?? 0n));
  const totals = [...columns(inMonth), ...columns(toDate.map(({ balance }) => balance))].map((Value) => ({ Value }));
  const date = `${Number(day.slice(8))} ${MONTHS[Number(day.slice(5, 7)) - 1]} ${day.slice(0, 4)}`;
  const headings = ['Account', 'Debit', 'Credit', 'YTD Debit', 'YTD Credit'];
  return {
    ReportID: 'TrialBalance',
    ReportName: 'Trial Balance',
    ReportType: 'TrialBalance',
    ReportTitles: ['Trial Balance', organisation.facts.name, `As at ${date}`],
    ReportDate: date,
    UpdatedDateUTC: msDate(organisation.now()),
    Fields: [],
    Rows: [
      { RowType: 'Header', Cells: headings.map((Value) => ({ Value })) },
      ...sections,
      { RowType: 'Section', Title: '', Rows: [{ RowType: 'SummaryRow', Cells: [{ Value: 'Total' }, ...totals] }] },
    ],
  };
}

function accountRow({ accountId, code, name, balance }: BalanceRow, inMonth: bigint): JsonObject {
  const Attributes = [{ Value: accountId, Id: 'account' }];
  const label = code === '' ? name : `${name} (${code})`;
  const values = [label, ...sides(inMonth), ...sides(balance)];
  return { RowType: 'Row', Cells: values.map((Value) => ({ Value, Attributes })) };
}

function sides(amount: bigint): [string, string] {
  return amount >= 0n ? [amountText(amount), ''] : ['', amountText(-amount)];
}

function columns(amounts: readonly bigint[]): [string, string] {
  const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);
  const credits = -sum(amounts.filter((amount) => amount < 0n));
  return [amountText(sum(amounts.filter((amount) => amount > 0n))), amountText(credits)];
}

function dayBefore(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}
