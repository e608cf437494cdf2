import { assert } from '../../kernel/assert.ts';
import type { Json } from '../../kernel/json.ts';
import type {
  AccountType,
  JsonObject,
  LedgerAccount,
  LedgerConnector,
  LedgerList,
  ProviderRequest,
} from '../sdk/index.ts';
import { write } from './api.ts';
import { displayName } from './display-name.ts';
import { referenceJson } from './lines.ts';
import { pageRequest, readPage } from './paging.ts';
import { ACTIVE_OR_NOT } from './query.ts';
import { referenceOf, requireObject, requireText, textOf } from './shape.ts';

/** What a new account of each type is in QuickBooks; `other` is only ever read. */
const CREATED_AS: Readonly<Record<Exclude<AccountType, 'other'>, readonly [type: string, subType: string]>> = {
  bank: ['Bank', 'Checking'],
  income: ['Income', 'SalesOfProductIncome'],
  expense: ['Expense', 'OtherMiscellaneousServiceCost'],
  other_current_asset: ['Other Current Asset', 'OtherCurrentAssets'],
  other_current_liability: ['Other Current Liability', 'OtherCurrentLiabilities'],
  other_income: ['Other Income', 'OtherMiscellaneousIncome'],
  receivable: ['Accounts Receivable', 'AccountsReceivable'],
};

/** People keep costs in three kinds of accounts; all serve where we need an expense. */
const TYPE_OF: ReadonlyMap<string, AccountType> = new Map([
  ...Object.entries(CREATED_AS).map(([type, [name]]) => [name, type as AccountType] as const),
  ['Cost of Goods Sold', 'expense'],
  ['Other Expense', 'expense'],
]);

/** The chart of accounts, inactive ones included. */
export const accounts: LedgerList<null, LedgerAccount> = {
  request: (companyId, _query, page) => pageRequest(companyId, { entity: 'Account', where: [ACTIVE_OR_NOT] }, page),
  read(_query, page, body) {
    const { rows, next } = readPage('Account', page, body);
    return { rows: rows.map(accountOf), next };
  },
};

/** Creates an account. Quotes in a name are refused there and become apostrophes. */
export function createAccount(
  companyId: string,
  account: Parameters<LedgerConnector['createAccount']>[1],
): ProviderRequest {
  const { name, type, currency, key } = account;
  assert(type !== 'other', 'an account of an unnamed type cannot be created');
  const [accountType, subType] = CREATED_AS[type];
  const body = {
    Name: displayName(name).replaceAll('"', "'"),
    AccountType: accountType,
    AccountSubType: subType,
    ...(currency === null ? {} : { CurrencyRef: referenceJson(currency) }),
  };
  return write(companyId, { resource: 'account', key, body });
}

export function readAccount(body: Json): LedgerAccount {
  return accountOf(requireObject(body, 'Account'));
}

function accountOf(row: JsonObject): LedgerAccount {
  return {
    accountId: requireText(row, 'Id'),
    name: requireText(row, 'Name'),
    type: TYPE_OF.get(textOf(row.AccountType) ?? '') ?? 'other',
    // Empty where the company has one currency only and the account does not repeat it.
    currency: referenceOf(row, 'CurrencyRef') ?? '',
    active: row.Active !== false,
  };
}
