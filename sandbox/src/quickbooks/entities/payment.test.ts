import { beforeEach, describe, expect, test } from 'vitest';
import { type Bench, bench, faultOf } from '../support.ts';

let b: Bench;
let customer: string;
const ref = (value: string) => ({ value });
const lines = (Amount: number) => [
  { Amount, DetailType: 'SalesItemLineDetail', SalesItemLineDetail: { ItemRef: ref('1') } },
];
const invoiceOf = (amount: number, more: object = {}) =>
  b.make('Invoice', { CustomerRef: ref(customer), Line: lines(amount), ...more });
const link = (Amount: number, TxnId: string, TxnType = 'Invoice') => ({ Amount, LinkedTxn: [{ TxnId, TxnType }] });
const pay = (TotalAmt: number, ...Line: unknown[]) => ({ CustomerRef: ref(customer), TotalAmt, Line });
const invoiceNow = (id: string) => b.qbo.read('Invoice', id) as Record<string, unknown>;

beforeEach(async () => {
  b = bench();
  customer = (await b.make('Customer', { DisplayName: 'Ada Example' })).Id;
});

describe('a payment', () => {
  test('lowers the invoice’s balance, raises its SyncToken and goes to Undeposited Funds', async () => {
    const invoice = await invoiceOf(100);
    expect(invoice).toMatchObject({ Balance: 100, SyncToken: '0', LinkedTxn: [] });
    const payment = await b.make('Payment', pay(60, link(60, invoice.Id)));
    expect(payment).toMatchObject({ UnappliedAmt: 0, DepositToAccountRef: { name: 'Undeposited Funds' } });
    expect(invoiceNow(invoice.Id)).toMatchObject({
      Balance: 40,
      SyncToken: '1',
      LinkedTxn: [{ TxnId: payment.Id, TxnType: 'Payment' }],
    });
    expect(b.balance('Undeposited Funds')).toBe(6000);
    const stale = await b.post('invoice', { ...invoice, PrivateNote: 'x' });
    expect(faultOf(stale)).toMatchObject({ code: '5010', type: 'ValidationFault' });
  });

  test('greater than the balance keeps the rest unapplied', async () => {
    const invoice = await invoiceOf(100);
    expect(await b.make('Payment', pay(130, link(100, invoice.Id)))).toMatchObject({ UnappliedAmt: 30 });
    const second = await invoiceOf(50);
    const capped = await b.make('Payment', pay(70, link(70, second.Id)));
    expect(capped).toMatchObject({ UnappliedAmt: 20, Line: [{ Amount: 50 }] });
    expect(b.qbo.read('Customer', customer)).toMatchObject({ Balance: -50 });
  });

  test('for a settled invoice, another customer’s, or a missing one cannot be linked', async () => {
    const invoice = await invoiceOf(10);
    await b.make('Payment', pay(10, link(10, invoice.Id)));
    expect(faultOf(await b.post('payment', pay(10, link(10, invoice.Id)))).code).toBe('620');
    const other = (await b.make('Customer', { DisplayName: 'Other' })).Id;
    const theirs = await b.make('Invoice', { CustomerRef: ref(other), Line: lines(5) });
    expect(faultOf(await b.post('payment', pay(5, link(5, theirs.Id)))).code).toBe('620');
    expect(faultOf(await b.post('payment', pay(5, link(5, '999')))).code).toBe('2500');
  });

  test('cannot apply more than it has, nor be negative, nor charge a card', async () => {
    const invoice = await invoiceOf(100);
    expect(faultOf(await b.post('payment', pay(50, link(80, invoice.Id)))).code).toBe('6000');
    expect(faultOf(await b.post('payment', pay(-1))).code).toBe('6000');
    expect(faultOf(await b.post('payment', { ...pay(1), ProcessPayment: true })).code).toBe('6000');
    expect(faultOf(await b.post('payment', { ...pay(1), PaymentRefNum: 'x'.repeat(22) })).code).toBe('2050');
    expect(faultOf(await b.post('payment', { ...pay(1), DepositToAccountRef: ref(b.account('Sales')) })).code).toBe(
      '6000',
    );
  });

  test('that is deleted or voided opens the invoice again', async () => {
    const invoice = await invoiceOf(100);
    const first = await b.make('Payment', pay(100, link(100, invoice.Id)));
    await b.post('payment?operation=delete', { Id: first.Id, SyncToken: first.SyncToken });
    expect(invoiceNow(invoice.Id)).toMatchObject({ Balance: 100, LinkedTxn: [] });
    const second = await b.make('Payment', pay(100, link(100, invoice.Id)));
    const voided = await b.post('payment?operation=update&include=void', { ...second, sparse: true });
    expect(voided.json.Payment).toMatchObject({ TotalAmt: 0, UnappliedAmt: 0, Line: [], PrivateNote: 'Voided' });
    expect(invoiceNow(invoice.Id)).toMatchObject({ Balance: 100 });
    expect(b.balance('Undeposited Funds')).toBe(0);
  });

  test('needs the complete object to be changed or voided', async () => {
    const payment = await b.make('Payment', pay(10));
    const short = { Id: payment.Id, SyncToken: payment.SyncToken, sparse: true };
    expect(faultOf(await b.post('payment', { ...short, PrivateNote: 'x' })).code).toBe('2020');
    expect(faultOf(await b.post('payment?operation=void', short)).code).toBe('2020');
    expect((await b.post('payment', { ...payment, PrivateNote: 'x' })).json.Payment).toMatchObject({
      PrivateNote: 'x',
      TotalAmt: 10,
    });
    const lenient = bench({ sparsePayments: true });
    await lenient.make('Customer', { DisplayName: 'Ada' });
    await lenient.make('Payment', { CustomerRef: ref('1'), TotalAmt: 3 });
    expect((await lenient.post('payment?operation=void', { Id: '1', SyncToken: '0', sparse: true })).status).toBe(200);
  });

  test('stays as a credit when its invoice is voided or deleted, and can pay another one', async () => {
    const invoice = await invoiceOf(100);
    const payment = await b.make('Payment', pay(100, link(100, invoice.Id)));
    await b.post('invoice?operation=void', { Id: invoice.Id, SyncToken: '1' });
    expect(b.qbo.read('Payment', payment.Id)).toMatchObject({ UnappliedAmt: 100, Line: [], SyncToken: '1' });
    expect(invoiceNow(invoice.Id)).toMatchObject({ TotalAmt: 0, Balance: 0, PrivateNote: 'Voided' });
    const next = await invoiceOf(70);
    await b.make('Payment', pay(0, link(70, next.Id), link(70, payment.Id, 'Payment')));
    expect(b.qbo.read('Payment', payment.Id)).toMatchObject({ UnappliedAmt: 30 });
    expect(invoiceNow(next.Id)).toMatchObject({ Balance: 0 });
    expect(b.balance('Accounts Receivable (A/R)')).toBe(-3000);
  });

  test('gives back what it applied beyond an invoice that became smaller', async () => {
    const invoice = await invoiceOf(100);
    const payment = await b.make('Payment', pay(100, link(100, invoice.Id)));
    const smaller = await b.post('invoice', { ...invoiceNow(invoice.Id), Line: lines(75) });
    expect(smaller.json.Invoice).toMatchObject({ TotalAmt: 75, Balance: 0 });
    expect(b.qbo.read('Payment', payment.Id)).toMatchObject({ UnappliedAmt: 25, Line: [{ Amount: 75 }] });
  });

  test('keeps an invoice from moving to another customer', async () => {
    const invoice = await invoiceOf(100);
    await b.make('Payment', pay(100, link(100, invoice.Id)));
    const other = (await b.make('Customer', { DisplayName: 'Other' })).Id;
    expect(faultOf(await b.post('invoice', { ...invoiceNow(invoice.Id), CustomerRef: ref(other) })).code).toBe('6000');
  });

  test('opens charges again when the credit memo that paid them goes away', async () => {
    const invoice = await invoiceOf(40);
    const memo = await b.make('CreditMemo', { CustomerRef: ref(customer), Line: lines(40) });
    const zero = await b.make('Payment', pay(0, link(40, invoice.Id), link(40, memo.Id, 'CreditMemo')));
    expect(invoiceNow(invoice.Id)).toMatchObject({ Balance: 0 });
    await b.post('creditmemo?operation=delete', { Id: memo.Id, SyncToken: '1' });
    expect(invoiceNow(invoice.Id)).toMatchObject({ Balance: 40 });
    expect(b.qbo.read('Payment', zero.Id)).toMatchObject({ Line: [], UnappliedAmt: 0 });
  });
});

describe('with automatically applied credits on', () => {
  test('a credit memo is taken by the oldest open invoice at once', async () => {
    b = bench({ autoApplyCredit: true });
    customer = (await b.make('Customer', { DisplayName: 'Ada Example' })).Id;
    const [first, second] = [await invoiceOf(30), await invoiceOf(30)];
    const memo = await b.make('CreditMemo', { CustomerRef: ref(customer), Line: lines(40) });
    expect(memo).toMatchObject({ RemainingCredit: 0 });
    expect([invoiceNow(first.Id), invoiceNow(second.Id)]).toMatchObject([{ Balance: 0 }, { Balance: 20 }]);
  });

  test('an invoice takes open credits, and nothing happens with it off', async () => {
    await b.make('Payment', pay(50));
    expect(await invoiceOf(30)).toMatchObject({ Balance: 30 });
    b.qbo.setPreference('SalesFormsPrefs', 'AutoApplyCredit', true);
    expect(await invoiceOf(30)).toMatchObject({ Balance: 0 });
  });
});
