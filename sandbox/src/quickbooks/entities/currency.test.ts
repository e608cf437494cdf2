import { beforeEach, describe, expect, test } from 'vitest';
import { type Bench, bench, faultOf } from '../support.ts';

let b: Bench;
const ref = (value: string) => ({ value });
const lines = (Amount: number) => [{ Amount, DetailType: 'SalesItemLineDetail', SalesItemLineDetail: {} }];

beforeEach(() => {
  b = bench({ exchangeRates: { EUR: '1.10' } });
});

describe('a foreign invoice and its payment', () => {
  test('are booked at home, with the exchange difference on its own account', async () => {
    const customer = (await b.make('Customer', { DisplayName: 'Élan', CurrencyRef: ref('EUR') })).Id;
    const invoice = await b.make('Invoice', { CustomerRef: ref(customer), Line: lines(100) });
    expect(invoice).toMatchObject({ CurrencyRef: ref('EUR'), ExchangeRate: 1.1, TotalAmt: 100, HomeTotalAmt: 110 });
    expect(b.balance('Accounts Receivable (A/R) - EUR')).toBe(11000);
    const payment = await b.make('Payment', {
      CustomerRef: ref(customer),
      TotalAmt: 100,
      ExchangeRate: 1.073,
      DepositToAccountRef: ref(b.account('Checking')),
      Line: [{ Amount: 100, LinkedTxn: [{ TxnId: invoice.Id, TxnType: 'Invoice' }] }],
    });
    const names = ['Checking', 'Exchange Gain or Loss', 'Accounts Receivable (A/R) - EUR'];
    expect(names.map((name) => b.balance(name))).toEqual([10730, 270, 0]);
    await b.post('invoice?operation=void', { Id: invoice.Id, SyncToken: '1' });
    expect(b.qbo.read('Payment', payment.Id)).toMatchObject({ UnappliedAmt: 100 });
    expect(names.map((name) => b.balance(name))).toEqual([10730, 0, -10730]);
    expect(b.qbo.ledger().trialBalanceDifference).toBe(0);
  });

  test('balance also where rounding leaves a cent', async () => {
    await b.make('SalesReceipt', {
      CurrencyRef: ref('EUR'),
      ExchangeRate: 1.07335,
      Line: [...lines(3.33), ...lines(3.33), ...lines(3.34)],
    });
    expect(b.qbo.ledger().trialBalanceDifference).toBe(0);
  });
});

describe('a foreign currency', () => {
  test('is refused without a rate, unless switched on, or for a customer of another', async () => {
    const plain = bench();
    expect(faultOf(await plain.post('salesreceipt', { CurrencyRef: ref('EUR'), Line: lines(1) })).code).toBe('6000');
    expect(
      faultOf(await b.post('salesreceipt', { CurrencyRef: ref('GBP'), ExchangeRate: 1.2, Line: lines(1) })).code,
    ).toBe('2500');
    await b.make('CompanyCurrency', { Code: 'GBP', Name: 'Pound' });
    expect(faultOf(await b.post('salesreceipt', { CurrencyRef: ref('GBP'), Line: lines(1) })).code).toBe('6000');
    const customer = (await b.make('Customer', { DisplayName: 'Home' })).Id;
    const body = { CustomerRef: ref(customer), CurrencyRef: ref('EUR'), Line: lines(1) };
    expect(faultOf(await b.post('invoice', body)).code).toBe('6000');
  });

  test('has a rate from a date on', async () => {
    await b.post('exchangerate', { SyncToken: '0', SourceCurrencyCode: 'EUR', AsOfDate: '2026-11-10', Rate: 1.2 });
    const rate = async (date: string) =>
      (await b.get(`exchangerate?sourcecurrencycode=EUR&asofdate=${date}`)).json.ExchangeRate;
    expect(await rate('2026-11-09')).toMatchObject({ Rate: 1.1, TargetCurrencyCode: 'USD', AsOfDate: '2026-11-09' });
    expect(await rate('2026-11-20')).toMatchObject({ Rate: 1.2 });
    expect(faultOf(await b.get('exchangerate?sourcecurrencycode=JPY')).code).toBe('610');
  });

  test('of a customer stays once it is set', async () => {
    const made = await b.make('Customer', { DisplayName: 'Élan', CurrencyRef: ref('EUR') });
    expect(faultOf(await b.post('customer', { ...made, CurrencyRef: ref('USD') })).code).toBe('6000');
  });
});
