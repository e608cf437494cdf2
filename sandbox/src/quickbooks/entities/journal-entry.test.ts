import { beforeEach, describe, expect, test } from 'vitest';
import { type Bench, bench, faultOf } from '../support.ts';

let b: Bench;
const ref = (value: string) => ({ value });
const line = (PostingType: string, Amount: number, account: string, more: object = {}) => ({
  Amount,
  DetailType: 'JournalEntryLineDetail',
  JournalEntryLineDetail: { PostingType, AccountRef: ref(b.account(account)), ...more },
});
const codeOf = async (...Line: unknown[]): Promise<string> => faultOf(await b.post('journalentry', { Line })).code;

beforeEach(() => {
  b = bench();
});

describe('a journal entry', () => {
  test('books its debits and credits and keeps its number', async () => {
    const entry = await b.make('JournalEntry', {
      DocNumber: 'ST-1',
      Line: [line('Debit', 10, 'Checking'), line('Credit', 7.5, 'Sales'), line('Credit', 2.5, 'Services')],
    });
    expect(entry).toMatchObject({ DocNumber: 'ST-1', TotalAmt: 10, Adjustment: false, SyncToken: '0' });
    expect(['Checking', 'Sales', 'Services'].map((name) => b.balance(name))).toEqual([1000, -750, -250]);
  });

  test('must balance, be positive and have two lines', async () => {
    expect(await codeOf(line('Debit', 10, 'Checking'), line('Credit', 9.99, 'Sales'))).toBe('6000');
    expect(await codeOf(line('Debit', -10, 'Checking'), line('Credit', -10, 'Sales'))).toBe('6000');
    expect(await codeOf(line('Debit', 0, 'Checking'))).toBe('6000');
    expect(await codeOf({ ...line('Debit', 1, 'Checking'), JournalEntryLineDetail: {} })).toBe('2020');
  });

  test('needs a customer on receivables and a vendor on payables, and takes one such line', async () => {
    const customer = (await b.make('Customer', { DisplayName: 'Ada' })).Id;
    const vendor = (await b.make('Vendor', { DisplayName: 'Supplier' })).Id;
    const [ar, ap] = ['Accounts Receivable (A/R)', 'Accounts Payable (A/P)'];
    const ofCustomer = { Entity: { Type: 'Customer', EntityRef: ref(customer) } };
    const ofVendor = { Entity: { Type: 'Vendor', EntityRef: ref(vendor) } };
    expect(await codeOf(line('Debit', 5, ar), line('Credit', 5, 'Sales'))).toBe('6000');
    expect(await codeOf(line('Debit', 5, ar, ofVendor), line('Credit', 5, 'Sales'))).toBe('6000');
    expect(await codeOf(line('Debit', 5, ar, ofCustomer), line('Credit', 5, ap, ofVendor))).toBe('6000');
    await b.make('JournalEntry', { Line: [line('Debit', 5, ar, ofCustomer), line('Credit', 5, 'Sales')] });
    expect(b.qbo.read('Customer', customer)).toMatchObject({ Balance: 5 });
  });

  test('takes no tax codes and cannot be voided by an app', async () => {
    expect(await codeOf(line('Debit', 5, 'Checking', { TaxCodeRef: ref('TAX') }), line('Credit', 5, 'Sales'))).toBe(
      '6000',
    );
    const entry = await b.make('JournalEntry', { Line: [line('Debit', 5, 'Checking'), line('Credit', 5, 'Sales')] });
    expect(faultOf(await b.post('journalentry?operation=void', entry)).code).toBe('500');
  });
});
