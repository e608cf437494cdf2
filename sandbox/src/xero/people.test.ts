import { expect, test } from 'vitest';
import { ACME, bench, salesInvoice, TRADING } from './support.ts';

test('people edit, void and delete at the screen, under the rules of the API, and the app sees it', async () => {
  const { xero, api, make, balance } = bench();
  const { InvoiceID } = await make('Invoices', salesInvoice());
  const id = String(InvoiceID);
  xero.humanEdit(ACME, 'Invoice', id, { LineItems: [{ UnitAmount: 70, AccountCode: '260' }] });
  expect([balance('610'), balance('260')]).toEqual([7_000, -7_000]);
  const { PaymentID } = await make('Payments', { Invoice: { InvoiceID }, Account: { Code: '090' }, Amount: 70 });
  expect(() => xero.humanVoid(ACME, 'Invoice', id)).toThrow('not of valid status');
  xero.humanDelete(ACME, 'Payment', String(PaymentID));
  expect(xero.humanVoid(ACME, 'Invoice', id)).toMatchObject({ Status: 'VOIDED' });
  expect((await api('GET', `Invoices/${id}`)).rows('Invoices')[0]?.Status).toBe('VOIDED');
  expect(xero.ledger(ACME).documents).toEqual([]);
  expect(() => xero.humanEdit(ACME, 'Invoice', 'unknown', {})).toThrow('There is no Invoice');
});

test('accounts and items go as people take them away', async () => {
  const { xero, api, make } = bench();
  const item = await make('Items', { Code: 'A1' });
  const account = await make('Accounts', { Code: '405', Name: 'Card Fees', Type: 'EXPENSE' });
  xero.humanDelete(ACME, 'Item', String(item.ItemID));
  xero.humanDelete(ACME, 'Account', String(account.AccountID));
  expect((await api('GET', 'Items')).rows('Items')).toEqual([]);
  expect(xero.read(ACME, 'Account', String(account.AccountID))).toMatchObject({ Status: 'DELETED' });
});

test('each organisation has books of its own', async () => {
  const { xero, make } = bench();
  const { InvoiceID } = await make('Invoices', salesInvoice());
  expect(xero.read(TRADING, 'Invoice', String(InvoiceID))).toBeUndefined();
  expect([xero.ledger(ACME).documents.length, xero.ledger(TRADING).documents.length]).toEqual([1, 0]);
});
