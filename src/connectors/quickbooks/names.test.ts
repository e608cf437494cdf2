import { describe, expect, test } from 'vitest';
import { COMPANY_ID } from './fixtures/items.ts';
import { createName, names, readName } from './names.ts';

const statement = (kind: 'customer' | 'vendor' | 'item', name: string) =>
  names.request(COMPANY_ID, { kind, name }, null).query?.find(([key]) => key === 'query')?.[1];

describe('names', () => {
  test.each([
    ['customer', "Customer WHERE DisplayName = 'Acme LLC'"],
    ['vendor', "Vendor WHERE DisplayName = 'Acme LLC'"],
    ['item', "Item WHERE Name = 'Acme LLC'"],
  ] as const)('a %s is found by its exact name, inactive or not', (kind, condition) => {
    expect(statement(kind, 'Acme LLC')).toBe(
      `SELECT * FROM ${condition} AND Active IN (true,false) ` +
        'ORDERBY MetaData.LastUpdatedTime STARTPOSITION 1 MAXRESULTS 1000',
    );
  });

  test('is looked for in the form in which it would be created, quotes escaped', () => {
    const name = "O'Brien: Sons\t& Co";
    expect(statement('customer', name)).toContain(String.raw`DisplayName = 'O\'Brien Sons & Co'`);
    expect(createName(COMPANY_ID, { kind: 'customer', name, key: 'k' }).body?.text).toBe(
      '{"DisplayName":"O\'Brien Sons & Co"}',
    );
  });

  test('customers and vendors are created with what is known of them', () => {
    const customer = { name: 'Acme LLC', email: 'books@acme.test', currency: 'EUR', key: 'k1' };
    expect(createName(COMPANY_ID, { kind: 'customer', ...customer })).toMatchObject({
      path: '/v3/company/9130350000000001/customer',
      query: [
        ['minorversion', '75'],
        ['requestid', 'k1'],
      ],
      operation: 'POST /v3/company/{realmId}/customer',
      body: {
        text: '{"DisplayName":"Acme LLC","PrimaryEmailAddr":{"Address":"books@acme.test"},"CurrencyRef":{"value":"EUR"}}',
      },
    });
    expect(createName(COMPANY_ID, { kind: 'vendor', name: 'Stripe', key: 'k2' }).body?.text).toBe(
      '{"DisplayName":"Stripe"}',
    );
  });

  test('an item is a service that sells into its income account', () => {
    const item = { kind: 'item', name: 'Sales', incomeAccountId: '79', key: 'k3' } as const;
    expect(createName(COMPANY_ID, item)).toMatchObject({
      path: '/v3/company/9130350000000001/item',
      body: { text: '{"Name":"Sales","Type":"Service","IncomeAccountRef":{"value":"79"}}' },
    });
    expect(() => createName(COMPANY_ID, { kind: 'item', name: 'Sales', key: 'k' })).toThrow(/income account/);
  });

  test('answers give id, name and whether it is active', () => {
    const row = { Id: '58', DisplayName: 'Acme LLC', Active: false };
    expect(readName('customer', { Customer: row })).toEqual({ id: '58', name: 'Acme LLC', active: false });
    expect(names.read({ kind: 'customer', name: 'x' }, null, { QueryResponse: { Customer: [row] } })).toEqual({
      rows: [{ id: '58', name: 'Acme LLC', active: false }],
      next: null,
    });
    expect(readName('item', { Item: { Id: '7', Name: 'Sales' } })).toEqual({ id: '7', name: 'Sales', active: true });
  });
});
