import { describe, expect, test } from 'vitest';
import type { AccountType } from '../sdk/index.ts';
import { accounts, createAccount, readAccount } from './accounts.ts';
import { COMPANY_ID } from './fixtures/items.ts';

const create = (type: AccountType, currency: string | null = null) =>
  createAccount(COMPANY_ID, { name: 'Stripe USD', type, currency, key: 'k1' });

describe('accounts', () => {
  test.each([
    ['bank', 'Bank', 'Checking'],
    ['income', 'Income', 'SalesOfProductIncome'],
    ['expense', 'Expense', 'OtherMiscellaneousServiceCost'],
    ['other_current_asset', 'Other Current Asset', 'OtherCurrentAssets'],
    ['other_current_liability', 'Other Current Liability', 'OtherCurrentLiabilities'],
    ['other_income', 'Other Income', 'OtherMiscellaneousIncome'],
    ['receivable', 'Accounts Receivable', 'AccountsReceivable'],
  ] as const)('%s is created as %s and read back as what it was', (type, accountType, subType) => {
    expect(create(type).body?.text).toBe(
      `{"Name":"Stripe USD","AccountType":"${accountType}","AccountSubType":"${subType}"}`,
    );
    const Account = { Id: '35', Name: 'Stripe USD', AccountType: accountType, CurrencyRef: { value: 'USD' } };
    expect(readAccount({ Account })).toEqual({
      accountId: '35',
      name: 'Stripe USD',
      type,
      currency: 'USD',
      active: true,
    });
  });

  test('an account may have a currency of its own, and its name no quotes', () => {
    expect(create('bank', 'EUR').body?.text).toContain('"CurrencyRef":{"value":"EUR"}');
    const quoted = createAccount(COMPANY_ID, { name: 'The "till": 1', type: 'bank', currency: null, key: 'k' });
    expect(quoted.body?.text).toContain(`"Name":"The 'till' 1"`);
  });

  test('an account of an unnamed type cannot be created', () => {
    expect(() => create('other')).toThrow(/unnamed type/);
  });

  test.each([
    ['Cost of Goods Sold', 'expense'],
    ['Other Expense', 'expense'],
    ['Equity', 'other'],
    ['Something New', 'other'],
  ])('%s reads as %s', (AccountType, type) => {
    expect(readAccount({ Account: { Id: '1', Name: 'A', AccountType } }).type).toBe(type);
  });

  test('the list has the inactive ones too', () => {
    expect(accounts.request(COMPANY_ID, null, null).query?.at(-1)?.[1]).toContain(
      'FROM Account WHERE Active IN (true,false) ORDERBY',
    );
    const Account = [{ Id: '35', Name: 'Old', AccountType: 'Bank', Active: false }];
    expect(accounts.read(null, null, { QueryResponse: { Account } })).toEqual({
      rows: [{ accountId: '35', name: 'Old', type: 'bank', currency: '', active: false }],
      next: null,
    });
  });
});
