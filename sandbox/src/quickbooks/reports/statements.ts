import type { JsonObject } from '../../core/exact/json.ts';
import type { Company } from '../books/company.ts';
import { ACCOUNT_TYPE_NAMES } from '../entities/account-types.ts';
import { accountsOf, balancesAt, movements, nameOf } from './account-sums.ts';
import { dataRow, money, type Period, report, section } from './report.ts';

/** A block of accounts with its sum. */
interface Block {
  readonly row: JsonObject;
  readonly sum: bigint;
  readonly isEmpty: boolean;
}

const MONEY_COLUMNS = [
  ['', 'Account'],
  ['Total', 'Money'],
] as const;

/** All accounts with a balance, on the side it stands. */
export function trialBalance(company: Company, period: Period): JsonObject {
  const balances = balancesAt(company, period.end);
  let debits = 0n;
  let credits = 0n;
  const rows: JsonObject[] = [];
  for (const account of accountsOf(company, ACCOUNT_TYPE_NAMES)) {
    const balance = balances.get(account.id) ?? 0n;
    if (balance === 0n) continue;
    const cells = balance > 0n ? [money(balance), ''] : ['', money(-balance)];
    if (balance > 0n) debits += balance;
    else credits -= balance;
    rows.push(dataRow([{ value: nameOf(account), id: account.id }, ...cells.map((value) => ({ value }))]));
  }
  const summary = [{ value: 'TOTAL' }, { value: money(debits) }, { value: money(credits) }];
  if (rows.length > 0) rows.push(section({ group: 'GrandTotal', summary }));
  const columns = [
    ['', 'Account'],
    ['Debit', 'Money'],
    ['Credit', 'Money'],
  ] as const;
  return report(company, { name: 'TrialBalance', period, columns, rows });
}

/** Income, costs and what is left of them. */
export function profitAndLoss(company: Company, period: Period): JsonObject {
  const sums = movements(company, period.start, period.end);
  const block = (group: string, title: string, type: string, sign: bigint): Block =>
    accountBlock(company, { group, title, types: [type], sums, sign });
  const income = block('Income', 'Income', 'Income', -1n);
  const goods = block('COGS', 'Cost of Goods Sold', 'Cost of Goods Sold', 1n);
  const expenses = block('Expenses', 'Expenses', 'Expense', 1n);
  const otherIncome = block('OtherIncome', 'Other Income', 'Other Income', -1n);
  const otherExpenses = block('OtherExpenses', 'Other Expenses', 'Other Expense', 1n);
  const gross = income.sum - goods.sum;
  const operating = gross - expenses.sum;
  const other = otherIncome.sum - otherExpenses.sum;
  const shown = (each: Block): JsonObject[] => (each.isEmpty ? [] : [each.row]);
  const rows = [
    ...shown(income),
    ...shown(goods),
    result('GrossProfit', 'Gross Profit', gross),
    ...shown(expenses),
    result('NetOperatingIncome', 'Net Operating Income', operating),
    ...shown(otherIncome),
    ...shown(otherExpenses),
    result('NetOtherIncome', 'Net Other Income', other),
    result('NetIncome', 'Net Income', operating + other),
  ];
  return report(company, { name: 'ProfitAndLoss', period, columns: MONEY_COLUMNS, rows });
}

/** Assets against liabilities and equity, with the running year's income among the equity. */
export function balanceSheet(company: Company, period: Period): JsonObject {
  const sums = balancesAt(company, period.end);
  const block = (group: string, title: string, types: readonly string[], sign: bigint): Block =>
    accountBlock(company, { group, title, types, sums, sign });
  const assets = parentBlock('TotalAssets', 'ASSETS', [
    block('BankAccounts', 'Bank Accounts', ['Bank'], 1n),
    block('AR', 'Accounts Receivable', ['Accounts Receivable'], 1n),
    block('OtherCurrentAssets', 'Other Current Assets', ['Other Current Asset'], 1n),
    block('FixedAssets', 'Fixed Assets', ['Fixed Asset'], 1n),
    block('OtherAssets', 'Other Assets', ['Other Asset'], 1n),
  ]);
  const liabilities = parentBlock('Liabilities', 'Liabilities', [
    block('AP', 'Accounts Payable', ['Accounts Payable'], -1n),
    block('CreditCards', 'Credit Cards', ['Credit Card'], -1n),
    block('OtherCurrentLiabilities', 'Other Current Liabilities', ['Other Current Liability'], -1n),
    block('LongTermLiabilities', 'Long-Term Liabilities', ['Long Term Liability'], -1n),
  ]);
  const types = ['Income', 'Cost of Goods Sold', 'Expense', 'Other Income', 'Other Expense'];
  const earned = accountsOf(company, types).reduce((sum, account) => sum - (sums.get(account.id) ?? 0n), 0n);
  const netIncome = [dataRow([{ value: 'Net Income' }, { value: money(earned) }])];
  const equity = accountBlock(company, {
    ...{ group: 'Equity', title: 'Equity', types: ['Equity'], sums, sign: -1n },
    ...{ extra: { rows: netIncome, sum: earned } },
  });
  const right = parentBlock('TotalLiabilitiesAndEquity', 'LIABILITIES AND EQUITY', [liabilities, equity]);
  return report(company, { name: 'BalanceSheet', period, columns: MONEY_COLUMNS, rows: [assets.row, right.row] });
}

function accountBlock(
  company: Company,
  parts: {
    group: string;
    title: string;
    types: readonly string[];
    sums: ReadonlyMap<string, bigint>;
    sign: bigint;
    extra?: { rows: readonly JsonObject[]; sum: bigint };
  },
): Block {
  let sum = parts.extra?.sum ?? 0n;
  const rows: JsonObject[] = [];
  for (const account of accountsOf(company, parts.types)) {
    const amount = parts.sign * (parts.sums.get(account.id) ?? 0n);
    sum += amount;
    if (amount !== 0n) rows.push(dataRow([{ value: nameOf(account), id: account.id }, { value: money(amount) }]));
  }
  rows.push(...(parts.extra?.rows ?? []));
  return { ...titled(parts.group, parts.title, rows, sum), isEmpty: rows.length === 0 };
}

function parentBlock(group: string, title: string, blocks: readonly Block[]): Block {
  const filled = blocks.filter((block) => !block.isEmpty);
  const sum = filled.reduce((all, block) => all + block.sum, 0n);
  const rows = filled.map((block) => block.row);
  return { ...titled(group, title, rows, sum), isEmpty: filled.length === 0 };
}

function titled(group: string, title: string, rows: readonly JsonObject[], sum: bigint): Omit<Block, 'isEmpty'> {
  const header = [{ value: title }, { value: '' }];
  return { row: section({ group, header, rows, summary: [{ value: `Total ${title}` }, { value: money(sum) }] }), sum };
}

function result(group: string, title: string, amount: bigint): JsonObject {
  return section({ group, summary: [{ value: title }, { value: money(amount) }] });
}
