import { textAt } from '../../core/exact/access.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { badReference } from '../basics/fault.ts';
import type { Company } from '../books/company.ts';
import type { EntryLine, EntrySet } from '../books/general-ledger.ts';
import { accountType } from '../books/references.ts';
import { ACCOUNT_TYPE_NAMES, balanceSign, isBalanceSheet } from '../entities/account-types.ts';
import type { StoredEntity } from '../store/entity.ts';
import { accountsOf, fiscalStart, nameOf } from './account-sums.ts';
import { type Cell, dataRow, money, type Period, report, section } from './report.ts';

const COLUMNS = [
  ['Date', 'tx_date'],
  ['Transaction Type', 'txn_type'],
  ['Num', 'doc_num'],
  ['Name', 'name'],
  ['Memo/Description', 'memo'],
  ['Split', 'split_acc'],
  ['Amount', 'subt_nat_amount'],
  ['Balance', 'rbal_nat_amount'],
] as const;

interface Booked {
  readonly set: EntrySet;
  readonly line: EntryLine;
}

/** Every entry of the period by account, with opening and running balances on the account's own side. */
export function generalLedger(company: Company, period: Period, accountIds: readonly string[]): JsonObject {
  for (const id of accountIds) {
    if (company.records.get('Account', id) === undefined) throw badReference('account', id);
  }
  const byAccount = entriesByAccount(company, period.end);
  const rows = accountsOf(company, ACCOUNT_TYPE_NAMES)
    .filter((account) => accountIds.length === 0 || accountIds.includes(account.id))
    .flatMap((account) => accountRows(company, account, byAccount.get(account.id) ?? [], period));
  return report(company, { name: 'GeneralLedger', period, columns: COLUMNS, rows });
}

function entriesByAccount(company: Company, end: string): Map<string, Booked[]> {
  const byAccount = new Map<string, Booked[]>();
  for (const [, set] of company.ledger.all()) {
    if (set.date > end) continue;
    for (const line of set.lines) {
      const held = byAccount.get(line.account);
      if (held === undefined) byAccount.set(line.account, [{ set, line }]);
      else held.push({ set, line });
    }
  }
  for (const held of byAccount.values()) held.sort((left, right) => inOrder(left.set, right.set));
  return byAccount;
}

function inOrder(left: EntrySet, right: EntrySet): number {
  if (left.date !== right.date) return left.date < right.date ? -1 : 1;
  return Number(left.id) - Number(right.id);
}

function accountRows(company: Company, account: StoredEntity, booked: readonly Booked[], period: Period): JsonObject[] {
  const sign = balanceSign(accountType(account));
  const from = isBalanceSheet(accountType(account)) ? '' : fiscalStart(period.end);
  let balance = 0n;
  const rows: JsonObject[] = [];
  let moved = 0n;
  for (const { set, line } of booked) {
    const amount = sign * line.amount;
    if (set.date < period.start) {
      balance += set.date >= from ? amount : 0n;
      continue;
    }
    if (rows.length === 0) rows.push(openingRow(balance));
    balance += amount;
    moved += amount;
    rows.push(entryRow(company, { set, line }, { amount, balance }));
  }
  if (rows.length === 0 && balance === 0n) return [];
  if (rows.length === 0) rows.push(openingRow(balance));
  const name = nameOf(account);
  const blanks = Array.from({ length: COLUMNS.length - 1 }, () => ({ value: '' }));
  return [
    section({
      header: [{ value: name, id: account.id }, ...blanks],
      rows,
      summary: [{ value: `Total for ${name}` }, ...blanks.slice(2), { value: money(moved) }, { value: '' }],
    }),
  ];
}

function openingRow(balance: bigint): JsonObject {
  const blanks: Cell[] = Array.from({ length: COLUMNS.length - 2 }, () => ({ value: '' }));
  return dataRow([{ value: 'Beginning Balance' }, ...blanks, { value: money(balance) }]);
}

function entryRow(company: Company, booked: Booked, sums: { amount: bigint; balance: bigint }): JsonObject {
  const { set, line } = booked;
  const data = company.records.get(set.entity, set.id)?.data;
  const party = line.party === undefined ? undefined : company.records.get(line.party.kind, line.party.id);
  return dataRow([
    { value: set.date },
    { value: spaced(set.entity), id: set.id },
    { value: textAt(data, 'DocNumber') ?? '' },
    { value: textAt(party?.data, 'DisplayName') ?? '', ...(party === undefined ? {} : { id: party.id }) },
    { value: textAt(data, 'PrivateNote') ?? '' },
    splitCell(company, booked),
    { value: money(sums.amount) },
    { value: money(sums.balance) },
  ]);
}

/** The account on the other side, or a mark when there are several. */
function splitCell(company: Company, { set, line }: Booked): Cell {
  const others = [...new Set(set.lines.map((each) => each.account).filter((id) => id !== line.account))];
  const [only] = others;
  if (only === undefined || others.length > 1) return { value: '-Split-' };
  const account = company.records.get('Account', only);
  return { value: account === undefined ? '' : nameOf(account), id: only };
}

/** `SalesReceipt` as the words a person reads. */
function spaced(entity: string): string {
  return entity.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ');
}
