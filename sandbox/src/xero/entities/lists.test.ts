import { describe, expect, test } from 'vitest';
import { bench, messagesOf, salesInvoice } from '../support.ts';

describe('contacts', () => {
  test('names are unique; POST with a known name or number overwrites', async () => {
    const { api, make } = bench();
    const first = await make('Contacts', { Name: 'Customer One', ContactNumber: 'C1' });
    expect(messagesOf(await api('PUT', 'Contacts', { Name: 'customer one' }))).toContain('must be unique');
    const named = await api('POST', 'Contacts', { Name: 'Customer One', EmailAddress: 'one@example.com' });
    const numbered = await api('POST', 'Contacts', { Name: 'Customer 1', ContactNumber: 'C1' });
    for (const reply of [named, numbered]) expect(reply.rows('Contacts')[0]?.ContactID).toBe(first.ContactID);
    expect((await api('GET', 'Contacts/C1')).rows('Contacts')[0]).toMatchObject({
      Name: 'Customer 1',
      EmailAddress: 'one@example.com',
    });
  });

  test('an invoice that sends more than the id changes the contact', async () => {
    const { api, make } = bench();
    const { ContactID } = await make('Contacts', { Name: 'Customer One' });
    await make('Invoices', salesInvoice({ Contact: { ContactID } }));
    await make('Invoices', salesInvoice({ Contact: { ContactID, EmailAddress: 'new@example.com' } }));
    expect((await api('GET', `Contacts/${ContactID}`)).rows('Contacts')[0]).toMatchObject({
      EmailAddress: 'new@example.com',
      IsCustomer: true,
    });
  });

  test('archived ones hide and cannot be used', async () => {
    const { api, make } = bench();
    const { ContactID } = await make('Contacts', { Name: 'Customer One' });
    await api('POST', `Contacts/${ContactID}`, { ContactStatus: 'ARCHIVED' });
    expect((await api('GET', 'Contacts')).rows('Contacts')).toEqual([]);
    expect((await api('GET', 'Contacts?includeArchived=true')).rows('Contacts')).toHaveLength(1);
    expect(messagesOf(await api('PUT', 'Invoices', salesInvoice({ Contact: { ContactID } })))).toContain('archived');
    expect((await api('PUT', 'Contacts', { Name: 'Customer One' })).status).toBe(200);
  });
});

describe('items', () => {
  test('give their account and price to a line, and are really gone when deleted unused', async () => {
    const { api, make, balance } = bench();
    const item = { Code: 'A1', Name: 'Goods', SalesDetails: { UnitPrice: 12.5, AccountCode: '260' } };
    const { ItemID } = await make('Items', item);
    expect(messagesOf(await api('PUT', 'Items', item))).toContain('already exists');
    await make('Invoices', salesInvoice({ LineItems: [{ Quantity: 2, ItemCode: 'A1' }] }));
    expect(balance('260')).toBe(-2_500);
    expect(messagesOf(await api('DELETE', `Items/${ItemID}`))).toContain('used');
    const spare = await make('Items', { Code: 'A2' });
    expect((await api('DELETE', `Items/${spare.ItemID}`)).status).toBe(204);
    expect((await api('GET', `Items/${spare.ItemID}`)).status).toBe(404);
  });
});

describe('accounts', () => {
  test('are made, archived and deleted; not with transactions, and not those of the system', async () => {
    const { api, make } = bench();
    const account = await make('Accounts', { Code: '405', Name: 'Card Fees', Type: 'EXPENSE' });
    expect(account).toMatchObject({ Class: 'EXPENSE', Status: 'ACTIVE' });
    expect(messagesOf(await api('PUT', 'Accounts', { Code: '405', Name: 'Other', Type: 'EXPENSE' }))).toContain(
      'unique Code',
    );
    expect((await api('DELETE', `Accounts/${account.AccountID}`)).rows('Accounts')[0]?.Status).toBe('DELETED');
    await make('Invoices', salesInvoice());
    const all = (await api('GET', 'Accounts')).rows('Accounts');
    const idOf = (code: string) => all.find(({ Code }) => Code === code)?.AccountID;
    expect(messagesOf(await api('DELETE', `Accounts/${idOf('200')}`))).toContain('has transactions');
    expect(messagesOf(await api('POST', `Accounts/${idOf('610')}`, { Status: 'ARCHIVED' }))).toContain(
      'System accounts',
    );
    await api('POST', `Accounts/${idOf('200')}`, { Status: 'ARCHIVED' });
    expect(messagesOf(await api('PUT', 'Invoices', salesInvoice()))).toContain('archived');
  });
});

test('a tax rate that was made is used by its own type', async () => {
  const { api, make } = bench();
  const components = [
    { Name: 'State', Rate: 4.5 },
    { Name: 'City', Rate: 0.375 },
  ];
  const rate = await make('TaxRates', {
    TaxRates: [{ Name: 'Local', ReportTaxType: 'OUTPUT', TaxComponents: components }],
  });
  expect(rate).toMatchObject({ TaxType: 'TAX001', EffectiveRate: 4.875 });
  const line = { Quantity: 1, UnitAmount: 200, AccountCode: '200', TaxType: 'TAX001' };
  expect((await make('Invoices', salesInvoice({ LineAmountTypes: 'Exclusive', LineItems: [line] }))).TotalTax).toBe(
    9.75,
  );
  await api('POST', 'TaxRates', { TaxRates: [{ Name: 'Local', Status: 'DELETED' }] });
  expect(
    messagesOf(await api('PUT', 'Invoices', salesInvoice({ LineAmountTypes: 'Exclusive', LineItems: [line] }))),
  ).toContain('TAX001');
});
