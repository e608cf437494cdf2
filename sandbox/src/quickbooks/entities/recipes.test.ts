import { beforeEach, describe, expect, test } from 'vitest';
import { type Bench, bench } from '../support.ts';

/** Names of accounts beside the seeded ones, as a processor's books need them. */
const EXTRA: readonly (readonly [name: string, type: string])[] = [
  ['Clearing', 'Bank'],
  ['Fees', 'Expense'],
  ['Disputed', 'Other Current Asset'],
  ['Tips', 'Other Current Liability'],
  ['Gift cards', 'Other Current Liability'],
  ['Bitcoin', 'Other Current Asset'],
  ['Crypto gain', 'Other Income'],
];

let b: Bench;
let customer: string;
beforeEach(async () => {
  b = bench();
  for (const [Name, AccountType] of EXTRA) await b.make('Account', { Name, AccountType });
  customer = (await b.make('Customer', { DisplayName: 'Ada Example' })).Id;
});

const ref = (value: string) => ({ value });
const itemFor = async (account: string): Promise<string> =>
  (await b.make('Item', { Name: `${account} item`, IncomeAccountRef: ref(b.account(account)) })).Id;
const sold = (item: string, Amount: number, tax = 'NON') => ({
  Amount,
  DetailType: 'SalesItemLineDetail',
  SalesItemLineDetail: { ItemRef: ref(item), TaxCodeRef: ref(tax) },
});
const spent = (account: string, Amount: number) => ({
  Amount,
  DetailType: 'AccountBasedExpenseLineDetail',
  AccountBasedExpenseLineDetail: { AccountRef: ref(b.account(account)) },
});
const purchase = (lines: unknown[]) =>
  b.make('Purchase', { PaymentType: 'Cash', AccountRef: ref(b.account('Clearing')), Line: lines });
const kept = (account: string, Amount: number) => ({
  Amount,
  DetailType: 'DepositLineDetail',
  DepositLineDetail: { AccountRef: ref(b.account(account)) },
});

describe('the books follow what is written', () => {
  test('a payout of sale, invoice payment, fees, refund and dispute leaves the clearing account at zero', async () => {
    const clearing = ref(b.account('Clearing'));
    const item = await itemFor('Sales');
    const tax = (TotalTax: number) => ({ TxnTaxDetail: { TotalTax } });
    await b.make('SalesReceipt', {
      CustomerRef: ref(customer),
      DepositToAccountRef: clearing,
      Line: [sold(item, 100, 'TAX')],
      ...tax(8.25),
    });
    const invoice = await b.make('Invoice', { CustomerRef: ref(customer), Line: [sold(item, 500)] });
    await b.make('Payment', {
      CustomerRef: ref(customer),
      TotalAmt: 500,
      DepositToAccountRef: clearing,
      Line: [{ Amount: 500, LinkedTxn: [{ TxnId: invoice.Id, TxnType: 'Invoice' }] }],
    });
    await purchase([spent('Fees', 3.44), spent('Fees', 14.8)]);
    await b.make('RefundReceipt', { DepositToAccountRef: clearing, Line: [sold(item, 20, 'TAX')], ...tax(1.65) });
    await purchase([spent('Disputed', 54.13), spent('Fees', 15)]);
    expect(b.balance('Clearing')).toBe(49923);
    await b.make('Transfer', { FromAccountRef: clearing, ToAccountRef: ref(b.account('Checking')), Amount: 499.23 });
    expect(
      ['Clearing', 'Checking', 'Fees', 'Disputed', 'Sales', 'Sales Tax Payable'].map((name) => b.balance(name)),
    ).toEqual([0, 49923, 3324, 5413, -58000, -660]);
    expect(b.qbo.ledger().trialBalanceDifference).toBe(0);
    expect(b.qbo.read('Account', clearing.value)).toMatchObject({ CurrentBalance: 0 });
    expect(b.qbo.read('Account', b.account('Sales Tax Payable'))).toMatchObject({ CurrentBalance: 6.6 });
  });

  test('an order with discount, tip, gift card and part paid by gift card', async () => {
    const [sales, tips, gifts] = [await itemFor('Sales'), await itemFor('Tips'), await itemFor('Gift cards')];
    const receipt = await b.make('SalesReceipt', {
      DepositToAccountRef: ref(b.account('Clearing')),
      Line: [
        sold(sales, 40, 'TAX'),
        { DetailType: 'DiscountLineDetail', Amount: 4, DiscountLineDetail: { PercentBased: false } },
        sold(tips, 6),
        sold(gifts, 25),
        sold(gifts, -10),
      ],
      TxnTaxDetail: { TotalTax: 2.88 },
    });
    expect(receipt.TotalAmt).toBe(59.88);
    expect(receipt.Line.at(-1)).toMatchObject({ DetailType: 'SubTotalLineDetail', Amount: 61 });
    const accounts = ['Clearing', 'Discounts given', 'Gift cards', 'Tips', 'Sales', 'Sales Tax Payable'];
    expect(accounts.map((name) => b.balance(name))).toEqual([5988, 400, -1500, -600, -4000, -288]);
  });

  test('a deposit with a negative line, as when bitcoin is sold at a gain and with a fee', async () => {
    const deposit = await b.make('Deposit', {
      DepositToAccountRef: ref(b.account('Checking')),
      Line: [kept('Bitcoin', 200), kept('Crypto gain', 20), kept('Fees', -1.1)],
    });
    expect(deposit.TotalAmt).toBe(218.9);
    expect(deposit.DocNumber).toBeUndefined();
    expect(['Checking', 'Bitcoin', 'Crypto gain', 'Fees'].map((name) => b.balance(name))).toEqual([
      21890, -20000, -2000, 110,
    ]);
  });

  test('an invoice payment given back by credit memo, journal entry and a payment of zero', async () => {
    const item = await itemFor('Sales');
    const memo = await b.make('CreditMemo', { CustomerRef: ref(customer), Line: [sold(item, 20)] });
    const receivable = b.account('Accounts Receivable (A/R)');
    const line = (PostingType: string, account: string, more: object = {}) => ({
      Amount: 20,
      DetailType: 'JournalEntryLineDetail',
      JournalEntryLineDetail: { PostingType, AccountRef: ref(account), ...more },
    });
    const entry = await b.make('JournalEntry', {
      Line: [
        line('Debit', receivable, { Entity: { Type: 'Customer', EntityRef: ref(customer) } }),
        line('Credit', b.account('Clearing')),
      ],
    });
    const payment = await b.make('Payment', {
      CustomerRef: ref(customer),
      TotalAmt: 0,
      Line: [
        { Amount: 20, LinkedTxn: [{ TxnId: memo.Id, TxnType: 'CreditMemo' }] },
        { Amount: 20, LinkedTxn: [{ TxnId: entry.Id, TxnType: 'JournalEntry' }] },
      ],
    });
    expect(payment).toMatchObject({ TotalAmt: 0, UnappliedAmt: 0 });
    expect(b.qbo.read('CreditMemo', memo.Id)).toMatchObject({ RemainingCredit: 0, SyncToken: '1' });
    expect(b.qbo.entries().filter((each) => each.id === payment.Id)).toEqual([]);
    expect(['Clearing', 'Sales', 'Accounts Receivable (A/R)'].map((name) => b.balance(name))).toEqual([-2000, 2000, 0]);
    expect(b.qbo.read('Customer', customer)).toMatchObject({ Balance: 0 });
  });

  test('a card refund is a purchase turned round', async () => {
    const card = b.account('Credit Card');
    const body = { PaymentType: 'CreditCard', AccountRef: ref(card), Line: [spent('Fees', 9.99)] };
    await b.make('Purchase', body);
    await b.make('Purchase', { ...body, Credit: true, Line: [spent('Fees', 4)] });
    expect([b.balance('Credit Card'), b.balance('Fees')]).toEqual([-599, 599]);
    expect(b.qbo.read('Account', card)).toMatchObject({ CurrentBalance: 5.99 });
  });
});
