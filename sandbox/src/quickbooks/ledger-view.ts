import { minorAt, textAt } from '../core/exact/access.ts';
import type { Company } from './books/company.ts';
import { accountType } from './books/references.ts';
import { type EntityName, type StoredEntity, TRANSACTION_ENTITIES } from './store/entity.ts';
import { isVoided } from './writes/remove-transaction.ts';

/** One transaction in short. Amounts are minor units. */
export interface LedgerDocument {
  readonly entity: EntityName;
  readonly id: string;
  readonly docNumber: string | undefined;
  readonly date: string;
  readonly total: number;
  readonly privateNote: string | undefined;
  readonly isVoided: boolean;
}

/** One account of the trial balance, in home minor units: its balance stands on one of the two sides. */
export interface TrialBalanceRow {
  /** Account id. */
  readonly account: string;
  readonly name: string;
  readonly type: string;
  readonly debit: number;
  readonly credit: number;
}

/** The books at a glance. */
export interface LedgerView {
  readonly documents: readonly LedgerDocument[];
  /** Accounts that have a balance, in order of id. */
  readonly trialBalance: readonly TrialBalanceRow[];
  /** Debits less credits over all accounts: always zero. */
  readonly trialBalanceDifference: number;
}

/** One line in the books, in home minor units, debit positive. */
export interface LedgerEntry {
  readonly entity: EntityName;
  readonly id: string;
  readonly docNumber: string | undefined;
  readonly date: string;
  /** Account id. */
  readonly account: string;
  readonly accountName: string;
  readonly amount: number;
  readonly party: { readonly kind: string; readonly id: string } | undefined;
}

/** Documents and trial balance of a company. */
export function ledgerView(company: Company): LedgerView {
  const trialBalance = Array.from(company.records.of('Account').all(), (account) => row(company, account)).filter(
    (each) => each.debit !== 0 || each.credit !== 0,
  );
  return {
    documents: TRANSACTION_ENTITIES.flatMap((entity) => Array.from(company.records.of(entity).all(), document)),
    trialBalance,
    trialBalanceDifference: trialBalance.reduce((sum, each) => sum + each.debit - each.credit, 0),
  };
}

/** Every line in the books, by transaction in order of creation. */
export function ledgerEntries(company: Company): LedgerEntry[] {
  const sets = Array.from(company.ledger.all(), ([, set]) => set);
  sets.sort((left, right) => Number(left.id) - Number(right.id));
  return sets.flatMap((set) => {
    const docNumber = textAt(company.records.get(set.entity, set.id)?.data, 'DocNumber');
    return set.lines.map((line) => ({
      entity: set.entity,
      id: set.id,
      docNumber,
      date: set.date,
      account: line.account,
      accountName: accountName(company, line.account),
      amount: safe(line.amount),
      party: line.party,
    }));
  });
}

function document(record: StoredEntity): LedgerDocument {
  const { entity, id, data } = record;
  return {
    entity,
    id,
    docNumber: textAt(data, 'DocNumber'),
    date: textAt(data, 'TxnDate') ?? '',
    total: safe(minorAt(data, 'TotalAmt') ?? minorAt(data, 'Amount') ?? 0n),
    privateNote: textAt(data, 'PrivateNote'),
    isVoided: isVoided(data),
  };
}

function row(company: Company, account: StoredEntity): TrialBalanceRow {
  const balance = safe(company.ledger.balance(account.id));
  return {
    account: account.id,
    name: accountName(company, account.id),
    type: accountType(account),
    debit: Math.max(balance, 0),
    credit: Math.max(-balance, 0),
  };
}

function accountName(company: Company, id: string): string {
  return textAt(company.records.get('Account', id)?.data, 'FullyQualifiedName') ?? '';
}

/** Minor units as a number; far below 2^53 in any company, and checked. */
function safe(amount: bigint): number {
  const value = Number(amount);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${amount} is too large for a number`);
  return value;
}
