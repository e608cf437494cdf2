import { beforeEach, describe, expect, test } from 'vitest';
import { type Bench, bench, faultOf } from '../support.ts';

let b: Bench;
const ref = (value: string) => ({ value });
const codeOf = async (entity: string, body: unknown): Promise<string> => faultOf(await b.post(entity, body)).code;

beforeEach(() => {
  b = bench();
});

describe('names', () => {
  test('are unique over customers and vendors, whatever the case', async () => {
    const ada = await b.make('Customer', { DisplayName: 'Ada' });
    const taken = await b.post('vendor', { DisplayName: 'ADA' });
    expect(faultOf(taken)).toMatchObject({ code: '6240' });
    expect(faultOf(taken).Detail).toContain(`Id=${ada.Id}`);
    expect(await codeOf('customer', { DisplayName: 'ada' })).toBe('6240');
    const vendor = await b.make('Vendor', { DisplayName: 'Bob' });
    expect(await codeOf('vendor', { ...vendor, DisplayName: 'Ada' })).toBe('6240');
  });

  test('are free again when their object was made inactive', async () => {
    const ada = await b.make('Customer', { DisplayName: 'Ada' });
    const gone = await b.post('customer', { Id: ada.Id, SyncToken: '0', sparse: true, Active: false });
    expect(gone.json.Customer).toMatchObject({ Active: false, DisplayName: 'Ada (deleted)' });
    const again = await b.make('Customer', { DisplayName: 'Ada' });
    await b.post('customer', { Id: again.Id, SyncToken: '0', sparse: true, Active: false });
    expect(b.qbo.read('Customer', again.Id)).toMatchObject({ DisplayName: 'Ada (deleted 2)' });
  });

  test('are put together from their parts and hold no colon', async () => {
    expect(await b.make('Customer', { GivenName: 'Ada', FamilyName: 'Example' })).toMatchObject({
      DisplayName: 'Ada Example',
    });
    expect(await codeOf('customer', { CompanyName: 'Acme' })).toBe('2020');
    expect(await codeOf('customer', { DisplayName: 'a:b' })).toBe('2010');
    expect(await codeOf('customer', { DisplayName: 'Eve', PrimaryEmailAddr: { Address: 'eve' } })).toBe('2210');
  });

  test('of a sub-customer stand under the parent', async () => {
    const parent = await b.make('Customer', { DisplayName: 'Parent' });
    const child = await b.make('Customer', { DisplayName: 'Child', ParentRef: ref(parent.Id), Job: true });
    expect(child).toMatchObject({ FullyQualifiedName: 'Parent:Child', Job: true });
  });

  test('are not deleted, only made inactive', async () => {
    const ada = await b.make('Customer', { DisplayName: 'Ada' });
    expect(await codeOf('customer?operation=delete', ada)).toBe('500');
  });
});

describe('accounts', () => {
  test('are classified by type or subtype', async () => {
    expect(await b.make('Account', { Name: 'Stripe', AccountType: 'Bank' })).toMatchObject({
      Classification: 'Asset',
      AccountSubType: 'Checking',
      CurrentBalance: 0,
    });
    expect(await b.make('Account', { Name: 'Debts', AccountSubType: 'BadDebts' })).toMatchObject({
      AccountType: 'Expense',
    });
    expect(await codeOf('account', { Name: 'None' })).toBe('2020');
    expect(await codeOf('account', { Name: 'Odd', AccountType: 'Wallet' })).toBe('2170');
    expect(await codeOf('account', { Name: 'Odd', AccountType: 'Bank', AccountSubType: 'BadDebts' })).toBe('2170');
  });

  test('have unique names within their parent, and the parent’s type', async () => {
    expect(await codeOf('account', { Name: 'checking', AccountType: 'Bank' })).toBe('6240');
    const parent = ref(b.account('Checking'));
    const sub = await b.make('Account', { Name: 'Savings', AccountType: 'Bank', ParentRef: parent });
    expect(sub).toMatchObject({ FullyQualifiedName: 'Checking:Savings', SubAccount: true });
    expect(await codeOf('account', { Name: 'Costs', AccountType: 'Expense', ParentRef: parent })).toBe('6000');
  });

  test('book an opening balance against equity', async () => {
    const made = await b.make('Account', {
      Name: 'Old bank',
      AccountType: 'Bank',
      OpeningBalance: 12.34,
      OpeningBalanceDate: '2026-01-01',
    });
    expect(made).toMatchObject({ CurrentBalance: 12.34 });
    expect(b.balance('Opening Balance Equity')).toBe(-1234);
  });

  test('add the balances of their subaccounts', async () => {
    const parent = b.account('Checking');
    await b.make('Account', { Name: 'Till', AccountType: 'Bank', ParentRef: ref(parent), OpeningBalance: 5 });
    expect(b.qbo.read('Account', parent)).toMatchObject({ CurrentBalance: 0, CurrentBalanceWithSubAccounts: 5 });
  });
});

describe('items', () => {
  test('need an account and a type the plan has', async () => {
    const IncomeAccountRef = ref(b.account('Sales'));
    expect(await b.make('Item', { Name: 'Widget', IncomeAccountRef, UnitPrice: 1.23456 })).toMatchObject({
      UnitPrice: 1.23456,
      Type: 'Service',
    });
    expect(await codeOf('item', { Name: 'Bare' })).toBe('2020');
    expect(await codeOf('item', { Name: 'widget', IncomeAccountRef })).toBe('6240');
    expect(await codeOf('item', { Name: 'Box', Type: 'Inventory', IncomeAccountRef })).toBe('5020');
    expect(await codeOf('item', { Name: 'Debt', IncomeAccountRef: ref(b.account('Accounts Receivable (A/R)')) })).toBe(
      '6000',
    );
    expect(await codeOf('item', { Name: 'Lost', IncomeAccountRef: ref('999') })).toBe('2500');
  });

  test('stand in categories', async () => {
    const category = await b.make('Item', { Name: 'Goods', Type: 'Category' });
    const item = await b.make('Item', {
      Name: 'Pen',
      ParentRef: ref(category.Id),
      SubItem: true,
      IncomeAccountRef: ref(b.account('Sales')),
    });
    expect(item.FullyQualifiedName).toBe('Goods:Pen');
  });
});

describe('small lists', () => {
  test('are written and read; tax lists only read', async () => {
    for (const [entity, body] of [
      ['PaymentMethod', { Name: 'Bitcoin' }],
      ['Class', { Name: 'East' }],
      ['Department', { Name: 'Berlin' }],
      ['Term', { Name: 'Net 7', DueDays: 7 }],
    ] as const) {
      const made = await b.make(entity, body);
      expect((await b.get(`${entity.toLowerCase()}/${made.Id}`)).json[entity]).toMatchObject({ ...body, Active: true });
    }
    expect((await b.get('taxcode/TAX')).json.TaxCode).toMatchObject({ Id: 'TAX', Taxable: true });
    expect((await b.get('taxrate/1')).json.TaxRate).toMatchObject({ RateValue: 8.25, AgencyRef: ref('1') });
    expect((await b.get('taxagency/1')).status).toBe(200);
    expect(await codeOf('taxcode', { Name: 'New' })).toBe('500');
  });
});

describe('company and preferences', () => {
  test('are read under their paths and changed group by group', async () => {
    const info = (await b.get(`companyinfo/${b.qbo.realmId}`)).json.CompanyInfo;
    expect(info).toMatchObject({ CompanyName: 'Acme LLC', Country: 'US', DefaultTimeZone: 'America/Los_Angeles' });
    const held = (await b.get('preferences')).json.Preferences;
    expect(held).toMatchObject({ SalesFormsPrefs: { CustomTxnNumbers: true, AutoApplyCredit: false }, SyncToken: '0' });
    const body = { SyncToken: '0', sparse: true, SalesFormsPrefs: { AutoApplyCredit: true } };
    const changed = (await b.post('preferences', body)).json.Preferences;
    expect(changed.SalesFormsPrefs).toMatchObject({ CustomTxnNumbers: true, AutoApplyCredit: true });
    expect(await codeOf('preferences', body)).toBe('5010');
  });
});
