import { textAt } from '../../core/exact/access.ts';
import type { Company } from '../books/company.ts';
import { accountType } from '../books/references.ts';
import { isBalanceSheet } from '../entities/account-types.ts';
import type { StoredEntity } from '../store/entity.ts';

/** Movements by account id, debit positive, of entries dated in the window (ends included). */
export function movements(company: Company, from: string | undefined, to: string): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const [, set] of company.ledger.all()) {
    if (set.date > to || (from !== undefined && set.date < from)) continue;
    for (const line of set.lines) sums.set(line.account, (sums.get(line.account) ?? 0n) + line.amount);
  }
  return sums;
}

/** The first day of the fiscal year (January) that a date lies in. */
export function fiscalStart(date: string): string {
  return `${date.slice(0, 4)}-01-01`;
}

/**
 * Balances at the end of a day: income and expense of the running year, everything else since the beginning, and what
 * earlier years earned on retained earnings.
 */
export function balancesAt(company: Company, end: string): Map<string, bigint> {
  const ever = movements(company, undefined, end);
  const thisYear = movements(company, fiscalStart(end), end);
  const balances = new Map<string, bigint>();
  let earned = 0n;
  let retained: string | undefined;
  for (const account of company.records.of('Account').all()) {
    const all = ever.get(account.id) ?? 0n;
    const current = thisYear.get(account.id) ?? 0n;
    const isCarried = isBalanceSheet(accountType(account));
    balances.set(account.id, isCarried ? all : current);
    if (!isCarried) earned += all - current;
    if (textAt(account.data, 'AccountSubType') === 'RetainedEarnings') retained ??= account.id;
  }
  if (retained !== undefined) balances.set(retained, (balances.get(retained) ?? 0n) + earned);
  return balances;
}

/** The accounts of some types, by name. */
export function accountsOf(company: Company, types: readonly string[]): StoredEntity[] {
  return Array.from(company.records.of('Account').all())
    .filter((account) => types.includes(accountType(account)))
    .sort((left, right) => nameOf(left).localeCompare(nameOf(right), 'en'));
}

/** An account's full name. */
export function nameOf(account: StoredEntity): string {
  return textAt(account.data, 'FullyQualifiedName') ?? '';
}
