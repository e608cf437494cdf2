import { beforeEach, describe, expect, test } from 'vitest';
import { type Bench, bench, faultOf } from '../support.ts';

let b: Bench;
let vendor: string;
const ref = (value: string) => ({ value });
const cost = (Amount: number, account = 'Bank Charges & Fees') => ({
  Amount,
  DetailType: 'AccountBasedExpenseLineDetail',
  AccountBasedExpenseLineDetail: { AccountRef: ref(b.account(account)) },
});

beforeEach(async () => {
  b = bench();
  vendor = (await b.make('Vendor', { DisplayName: 'Processor Inc' })).Id;
});

describe('a purchase', () => {
  test('pays cash from a bank account, a card from a card account, and nothing from elsewhere', async () => {
    const body = (PaymentType: string, account: string) => ({
      PaymentType,
      AccountRef: ref(b.account(account)),
      Line: [cost(3)],
    });
    expect((await b.post('purchase', body('Cash', 'Checking'))).status).toBe(200);
    expect((await b.post('purchase', body('CreditCard', 'Credit Card'))).status).toBe(200);
    expect(faultOf(await b.post('purchase', body('Cash', 'Undeposited Funds'))).code).toBe('6000');
    expect(faultOf(await b.post('purchase', body('CreditCard', 'Checking'))).code).toBe('6000');
    expect(faultOf(await b.post('purchase', body('Barter', 'Checking'))).code).toBe('2170');
  });

  test('names its payee, and may have negative lines but no negative total', async () => {
    const body = {
      PaymentType: 'Cash',
      AccountRef: ref(b.account('Checking')),
      EntityRef: { value: vendor, type: 'Vendor' },
    };
    const made = await b.make('Purchase', { ...body, Line: [cost(3), cost(-1)] });
    expect(made).toMatchObject({ TotalAmt: 2, EntityRef: { value: vendor, name: 'Processor Inc', type: 'Vendor' } });
    expect(faultOf(await b.post('purchase', { ...body, Line: [cost(1), cost(-3)] })).code).toBe('6000');
    expect(faultOf(await b.post('purchase', { ...body, Credit: true, Line: [cost(1)] })).code).toBe('6000');
  });
});

describe('a transfer', () => {
  const move = (from: string, to: string, Amount: number) => ({
    FromAccountRef: ref(b.account(from)),
    ToAccountRef: ref(b.account(to)),
    Amount,
  });

  test('moves money between balance sheet accounts', async () => {
    await b.make('Transfer', move('Checking', 'Credit Card', 20));
    expect([b.balance('Checking'), b.balance('Credit Card')]).toEqual([-2000, 2000]);
  });

  test('needs two accounts that fit and an amount above zero', async () => {
    const cases = [move('Checking', 'Checking', 1), move('Checking', 'Sales', 1), move('Checking', 'Savings', 0)];
    for (const body of [...cases, move('Accounts Receivable (A/R)', 'Checking', 1)]) {
      expect(faultOf(await b.post('transfer', body)).code).toBe('6000');
    }
  });
});

describe('a bill', () => {
  test('is owed to its vendor until a bill payment pays it', async () => {
    const bill = await b.make('Bill', { VendorRef: ref(vendor), Line: [cost(80)], DocNumber: 'B-1' });
    expect(bill).toMatchObject({ Balance: 80, TotalAmt: 80 });
    expect(b.qbo.read('Vendor', vendor)).toMatchObject({ Balance: 80 });
    const payment = {
      VendorRef: ref(vendor),
      PayType: 'Check',
      TotalAmt: 80,
      CheckPayment: { BankAccountRef: ref(b.account('Checking')) },
      Line: [{ Amount: 80, LinkedTxn: [{ TxnId: bill.Id, TxnType: 'Bill' }] }],
    };
    const paid = await b.make('BillPayment', payment);
    expect(b.qbo.read('Bill', bill.Id)).toMatchObject({ Balance: 0, SyncToken: '1' });
    expect([b.balance('Checking'), b.balance('Accounts Payable (A/P)')]).toEqual([-8000, 0]);
    await b.post('billpayment?operation=void', { Id: paid.Id, SyncToken: '0' });
    expect(b.qbo.read('Bill', bill.Id)).toMatchObject({ Balance: 80 });
    const wrong = { ...payment, CheckPayment: { BankAccountRef: ref(b.account('Credit Card')) } };
    expect(faultOf(await b.post('billpayment', wrong)).code).toBe('6000');
  });
});
