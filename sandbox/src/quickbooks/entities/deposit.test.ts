import { beforeEach, describe, expect, test } from 'vitest';
import { type Bench, bench, faultOf } from '../support.ts';

let b: Bench;
let receipt: { Id: string; SyncToken: string };
const ref = (value: string) => ({ value });
const lines = (Amount: number) => [
  { Amount, DetailType: 'SalesItemLineDetail', SalesItemLineDetail: { ItemRef: ref('1') } },
];
const linked = (Amount: number, TxnId: string, TxnType = 'SalesReceipt') => ({
  Amount,
  LinkedTxn: [{ TxnId, TxnType, TxnLineId: '0' }],
});
const own = (Amount: number, account: string, more: object = {}) => ({
  Amount,
  DetailType: 'DepositLineDetail',
  DepositLineDetail: { AccountRef: ref(b.account(account)), ...more },
});
const into = (account: string, ...Line: unknown[]) => ({ DepositToAccountRef: ref(b.account(account)), Line });

beforeEach(async () => {
  b = bench();
  receipt = await b.make('SalesReceipt', { Line: lines(108.25) });
});

describe('a deposit', () => {
  test('takes what waits in Undeposited Funds to the bank, less a fee', async () => {
    const deposit = await b.make(
      'Deposit',
      into('Checking', linked(108.25, receipt.Id), own(-3.44, 'Bank Charges & Fees')),
    );
    expect(deposit.TotalAmt).toBe(104.81);
    expect(['Checking', 'Undeposited Funds', 'Bank Charges & Fees'].map((name) => b.balance(name))).toEqual([
      10481, 0, 344,
    ]);
    expect(b.qbo.read('SalesReceipt', receipt.Id)).toMatchObject({
      SyncToken: '1',
      LinkedTxn: [{ TxnId: deposit.Id, TxnType: 'Deposit' }],
    });
  });

  test('holds its transactions fast until they are taken out of it', async () => {
    const deposit = await b.make('Deposit', into('Checking', linked(108.25, receipt.Id)));
    const key = { Id: receipt.Id, SyncToken: '1' };
    for (const path of ['salesreceipt?operation=delete', 'salesreceipt?operation=void', 'salesreceipt']) {
      expect(faultOf(await b.post(path, { ...key, sparse: true }))).toMatchObject({ code: '6540' });
    }
    await b.post('deposit?operation=delete', { Id: deposit.Id, SyncToken: '0' });
    expect(b.balance('Undeposited Funds')).toBe(10825);
    expect((await b.post('salesreceipt?operation=void', { Id: receipt.Id, SyncToken: '2' })).status).toBe(200);
  });

  test('takes a transaction once, whole, and only from Undeposited Funds', async () => {
    await b.make('Deposit', into('Checking', linked(108.25, receipt.Id)));
    expect(faultOf(await b.post('deposit', into('Checking', linked(108.25, receipt.Id)))).code).toBe('620');
    const second = await b.make('SalesReceipt', { Line: lines(10) });
    expect(faultOf(await b.post('deposit', into('Checking', linked(9, second.Id)))).code).toBe('6000');
    expect(faultOf(await b.post('deposit', into('Checking', linked(10, second.Id), linked(10, second.Id)))).code).toBe(
      '620',
    );
    const elsewhere = await b.make('SalesReceipt', { Line: lines(10), DepositToAccountRef: ref(b.account('Savings')) });
    expect(faultOf(await b.post('deposit', into('Checking', linked(10, elsewhere.Id)))).code).toBe('620');
    const noLine = { Amount: 10, LinkedTxn: [{ TxnId: second.Id, TxnType: 'SalesReceipt' }] };
    expect(faultOf(await b.post('deposit', into('Checking', noLine))).code).toBe('2020');
  });

  test('nets a refund that left Undeposited Funds', async () => {
    const refund = await b.make('RefundReceipt', {
      DepositToAccountRef: ref(b.account('Undeposited Funds')),
      Line: lines(8.25),
    });
    const deposit = await b.make(
      'Deposit',
      into('Checking', linked(108.25, receipt.Id), linked(-8.25, refund.Id, 'RefundReceipt')),
    );
    expect(deposit.TotalAmt).toBe(100);
    expect(b.balance('Undeposited Funds')).toBe(0);
  });

  test('goes to a bank or other current asset account and is never negative', async () => {
    expect(faultOf(await b.post('deposit', into('Sales', own(5, 'Sales')))).code).toBe('6000');
    expect(faultOf(await b.post('deposit', into('Checking', own(-5, 'Sales')))).code).toBe('6000');
    expect((await b.post('deposit', into('Undeposited Funds', own(5, 'Sales')))).status).toBe(200);
  });

  test('gives cash back to another account', async () => {
    const cash = { AccountRef: ref(b.account('Savings')), Amount: 8.25 };
    const deposit = await b.make('Deposit', { ...into('Checking', linked(108.25, receipt.Id)), CashBack: cash });
    expect(deposit.TotalAmt).toBe(100);
    expect([b.balance('Checking'), b.balance('Savings')]).toEqual([10000, 825]);
  });

  test('names a customer or vendor beside its account, and needs one on receivables', async () => {
    const vendor = await b.make('Vendor', { DisplayName: 'Processor Inc' });
    const deposit = await b.make(
      'Deposit',
      into('Checking', own(5, 'Sales', { Entity: { value: vendor.Id, type: 'VENDOR' } })),
    );
    expect(deposit.Line[0]).toMatchObject({
      DepositLineDetail: {
        Entity: {
          value: vendor.Id,
          name: 'Processor Inc',
          type: 'VENDOR',
        },
      },
    });
    expect(faultOf(await b.post('deposit', into('Checking', own(5, 'Accounts Receivable (A/R)')))).code).toBe('6000');
  });

  test('keeps a linked invoice payment whole when the invoice is voided', async () => {
    const customer = (await b.make('Customer', { DisplayName: 'Ada' })).Id;
    const invoice = await b.make('Invoice', { CustomerRef: ref(customer), Line: lines(20) });
    const payment = await b.make('Payment', {
      CustomerRef: ref(customer),
      TotalAmt: 20,
      Line: [{ Amount: 20, LinkedTxn: [{ TxnId: invoice.Id, TxnType: 'Invoice' }] }],
    });
    await b.make('Deposit', into('Checking', linked(20, payment.Id, 'Payment')));
    expect((await b.post('invoice?operation=void', { Id: invoice.Id, SyncToken: '1' })).status).toBe(200);
    expect(b.qbo.read('Payment', payment.Id)).toMatchObject({ UnappliedAmt: 20, TotalAmt: 20 });
    expect(b.balance('Checking')).toBe(2000);
  });
});
