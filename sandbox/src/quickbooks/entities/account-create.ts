import { refAt, textAt } from '../../core/exact/access.ts';
import { Decimal } from '../../core/exact/decimal.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { badEnum, businessRule, missing } from '../basics/fault.ts';
import type { Shape } from '../basics/shape.ts';
import type { Company } from '../books/company.ts';
import { requireCurrency } from '../books/currency.ts';
import { accountType } from '../books/references.ts';
import type { StoredEntity } from '../store/entity.ts';
import {
  ACCOUNT_TYPE_NAMES,
  balanceSign,
  classificationOf,
  defaultSubType,
  isBalanceSheet,
  typeOfSubType,
} from './account-types.ts';
import { checkName, type ListKind, placeUnderParent, saveListObject } from './list-kind.ts';
import { NAME_MAX, OWN, REF } from './shapes.ts';

const SHAPE: Shape = {
  ...OWN,
  Name: { max: NAME_MAX },
  AcctNum: { max: 20 },
  Description: { max: NAME_MAX },
  AccountType: { oneOf: ACCOUNT_TYPE_NAMES },
  AccountSubType: 'text',
  Classification: 'readonly',
  FullyQualifiedName: 'readonly',
  SubAccount: 'flag',
  ParentRef: REF,
  Active: 'flag',
  CurrencyRef: REF,
  TaxCodeRef: REF,
  AccountAlias: 'text',
  TxnLocationType: 'text',
  OpeningBalance: 'decimal',
  OpeningBalanceDate: 'date',
  CurrentBalance: 'readonly',
  CurrentBalanceWithSubAccounts: 'readonly',
};

/** The chart of accounts. */
export const accountKind: ListKind = {
  entity: 'Account',
  shape: SHAPE,
  build: buildAccount,
  derived: (company, account) => ({
    CurrentBalance: Decimal.fromMinor(shownBalance(company, account)),
    CurrentBalanceWithSubAccounts: Decimal.fromMinor(balanceWithSubAccounts(company, account)),
  }),
};

/** Adds an account. */
export function createAccount(company: Company, draft: JsonObject): StoredEntity {
  return saveListObject(company, accountKind, draft);
}

function buildAccount(company: Company, draft: JsonObject, previous?: StoredEntity): JsonObject {
  const name = textAt(draft, 'Name') ?? '';
  if (name === '') throw missing('Name');
  checkName('Name', name, /[:"\t\n]/);
  const { OpeningBalance: _amount, OpeningBalanceDate: _date, ...kept } = draft;
  const [type, subType] = typeAndSubType(draft, previous);
  const currency = refAt(draft, 'CurrencyRef') ?? company.settings.homeCurrency;
  requireCurrency(company, currency);
  const place = placeUnderParent(company, draft, { entity: 'Account', name, flag: 'SubAccount' });
  refuseOtherParentType(company, place, type);
  return {
    Active: true,
    ...kept,
    ...place,
    AccountType: type,
    AccountSubType: subType,
    Classification: classificationOf(type),
    CurrencyRef: { value: currency },
  };
}

function typeAndSubType(draft: JsonObject, previous: StoredEntity | undefined): [type: string, subType: string] {
  const sentSubType = textAt(draft, 'AccountSubType');
  const ofSubType = sentSubType === undefined ? undefined : typeOfSubType(sentSubType);
  const type =
    textAt(draft, 'AccountType') ?? ofSubType ?? (previous === undefined ? undefined : accountType(previous));
  if (type === undefined) {
    if (sentSubType !== undefined) throw badEnum('AccountSubType', sentSubType);
    throw missing('AccountType');
  }
  if (ofSubType !== undefined && ofSubType !== type) throw badEnum('AccountSubType', sentSubType ?? '');
  return [type, sentSubType ?? defaultSubType(type)];
}

function refuseOtherParentType(company: Company, place: JsonObject, type: string): void {
  const parent = company.records.get('Account', refAt(place, 'ParentRef') ?? '');
  if (parent !== undefined && accountType(parent) !== type) {
    throw businessRule(`A subaccount has the type of its parent, ${accountType(parent)}.`);
  }
}

/** The balance as QuickBooks shows it: by the account's own side, and none for income and expense. */
function shownBalance(company: Company, account: StoredEntity): bigint {
  const type = accountType(account);
  return isBalanceSheet(type) ? balanceSign(type) * company.ledger.balance(account.id) : 0n;
}

function balanceWithSubAccounts(company: Company, account: StoredEntity): bigint {
  let sum = shownBalance(company, account);
  const prefix = `${textAt(account.data, 'FullyQualifiedName')}:`;
  for (const other of company.records.of('Account').all()) {
    if (textAt(other.data, 'FullyQualifiedName')?.startsWith(prefix)) sum += shownBalance(company, other);
  }
  return sum;
}
