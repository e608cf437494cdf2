import { beforeEach, describe, expect, test } from 'vitest';
import { type Bench, bench, faultOf } from '../support.ts';

let b: Bench;
const ref = (value: string) => ({ value });
const item = (detail: object, more: object = {}) => ({
  DetailType: 'SalesItemLineDetail',
  SalesItemLineDetail: detail,
  ...more,
});
const codeOf = async (entity: string, body: unknown): Promise<string> => faultOf(await b.post(entity, body)).code;

beforeEach(() => {
  b = bench();
});

describe('a sales line', () => {
  test('must have Amount equal to Qty times UnitPrice, or leave them out', async () => {
    const wrong = await b.post('salesreceipt', {
      Line: [item({ ItemRef: ref('1'), Qty: 3, UnitPrice: 33.33 }, { Amount: 100 })],
    });
    expect(faultOf(wrong)).toMatchObject({ code: '6070' });
    expect(faultOf(wrong).Detail).toContain('99.99');
    const exact = await b.make('SalesReceipt', { Line: [item({ Qty: 3, UnitPrice: 33.3333333 }, { Amount: 100 })] });
    expect(exact.Line[0]).toMatchObject({ Amount: 100, SalesItemLineDetail: { UnitPrice: 33.3333333 } });
    expect((await b.make('SalesReceipt', { Line: [item({ Qty: 2, UnitPrice: 4.5 })] })).TotalAmt).toBe(9);
    expect(await codeOf('salesreceipt', { Line: [item({})] })).toBe('2020');
  });

  test('without an item falls on the company’s default item', async () => {
    const receipt = await b.make('SalesReceipt', { Line: [item({}, { Amount: 5 })] });
    expect(receipt.Line[0]).toMatchObject({ SalesItemLineDetail: { ItemRef: { value: '1', name: 'Services' } } });
    expect(b.balance('Services')).toBe(-500);
  });

  test('keeps ids over an update, and new lines get new ones', async () => {
    const made = await b.make('SalesReceipt', { Line: [item({}, { Amount: 1 }), item({}, { Amount: 2 })] });
    const Line = [made.Line[1], item({}, { Amount: 3 })];
    const updated = (await b.post('salesreceipt', { ...made, Line })).json.SalesReceipt;
    expect(updated.Line.map((line) => line.Id)).toEqual(['2', '3', undefined]);
    expect(updated.TotalAmt).toBe(5);
  });

  test('refers to items, accounts and codes that exist and are active', async () => {
    const sold = (ItemRef: object) => ({ Line: [item({ ItemRef }, { Amount: 1 })] });
    expect(await codeOf('salesreceipt', sold(ref('77')))).toBe('2500');
    const made = await b.make('Item', { Name: 'Old', IncomeAccountRef: ref(b.account('Sales')) });
    b.qbo.humanDelete('Item', made.Id);
    expect(await codeOf('salesreceipt', sold(ref(made.Id)))).toBe('610');
    expect(await codeOf('salesreceipt', { Line: [item({ TaxCodeRef: ref('VAT') }, { Amount: 1 })] })).toBe('2500');
  });
});

describe('a sales form', () => {
  test('lacks nothing that is required', async () => {
    expect(await codeOf('invoice', { Line: [item({}, { Amount: 1 })] })).toBe('2020');
    expect(await codeOf('salesreceipt', {})).toBe('2020');
    expect(await codeOf('refundreceipt', { Line: [item({}, { Amount: 1 })] })).toBe('2020');
    expect(await codeOf('salesreceipt', { Line: [{ DetailType: 'DescriptionOnly', Description: 'x' }] })).toBe('6000');
  });

  test('has money going to a bank or other current asset account, and no negative total', async () => {
    const Line = [item({}, { Amount: 1 })];
    expect(await codeOf('salesreceipt', { Line, DepositToAccountRef: ref(b.account('Sales')) })).toBe('6000');
    expect(await codeOf('refundreceipt', { Line, DepositToAccountRef: ref(b.account('Credit Card')) })).toBe('6000');
    expect(await codeOf('salesreceipt', { Line: [item({}, { Amount: -1 })] })).toBe('6000');
  });

  test('refuses members it does not know and texts that are too long', async () => {
    const Line = [item({}, { Amount: 1 })];
    expect(await codeOf('salesreceipt', { Line, Colour: 'red' })).toBe('2010');
    expect(await codeOf('salesreceipt', { Line: [{ ...Line[0], Amount: '1.00' }] })).toBe('2010');
    expect(await codeOf('salesreceipt', { Line, DocNumber: 'x'.repeat(22) })).toBe('2050');
    expect(await codeOf('salesreceipt', { Line, BillEmail: { Address: 'nobody' } })).toBe('2210');
    expect(await codeOf('salesreceipt', { Line, TxnDate: '2026-02-30' })).toBe('2010');
  });

  test('is dated today in the company’s zone when no date is sent', async () => {
    b.now = Date.parse('2026-11-21T05:00:00Z');
    expect((await b.make('SalesReceipt', { Line: [item({}, { Amount: 1 })] })).TxnDate).toBe('2026-11-20');
  });

  test('takes a discount in percent', async () => {
    const Line = [
      item({}, { Amount: 80 }),
      { DetailType: 'DiscountLineDetail', DiscountLineDetail: { PercentBased: true, DiscountPercent: 12.5 } },
    ];
    expect((await b.make('SalesReceipt', { Line })).TotalAmt).toBe(70);
    expect(b.balance('Discounts given')).toBe(1000);
  });

  test('is due after the days of its term', async () => {
    const customer = (await b.make('Customer', { DisplayName: 'Ada' })).Id;
    const terms = (await b.query("select * from Term where Name = 'Net 30'")).json.QueryResponse.Term;
    const body = { CustomerRef: ref(customer), TxnDate: '2026-11-20', Line: [item({}, { Amount: 1 })] };
    expect((await b.make('Invoice', { ...body, SalesTermRef: ref(terms[0]!.Id) })).DueDate).toBe('2026-12-20');
    expect((await b.make('Invoice', body)).DueDate).toBe('2026-11-20');
  });

  test('is marked as sent, and links to its payment page only when asked', async () => {
    const customer = (await b.make('Customer', { DisplayName: 'Ada' })).Id;
    const invoice = await b.make('Invoice', { CustomerRef: ref(customer), Line: [item({}, { Amount: 1 })] });
    expect(faultOf(await b.post(`invoice/${invoice.Id}/send`, '')).code).toBe('2020');
    const sent = await b.post(`invoice/${invoice.Id}/send?sendTo=ada%40example.test`, '');
    expect(sent.json.Invoice).toMatchObject({ EmailStatus: 'EmailSent', BillEmail: { Address: 'ada@example.test' } });
    expect((await b.get(`invoice/${invoice.Id}`)).json.Invoice.InvoiceLink).toBeUndefined();
    expect((await b.get(`invoice/${invoice.Id}?include=invoiceLink`)).json.Invoice.InvoiceLink).toMatch(/^https:/);
  });

  test('is marked as sent where a payment is not, so that a payment can be changed as it was read', async () => {
    const customer = (await b.make('Customer', { DisplayName: 'Ada' })).Id;
    const payment = await b.make('Payment', { CustomerRef: ref(customer), TotalAmt: 5 });
    const sent = (await b.post(`payment/${payment.Id}/send?sendTo=ada%40example.test`, '')).json.Payment;
    expect(sent).not.toHaveProperty('EmailStatus');
    expect((await b.post('payment', { ...sent, PrivateNote: 'sent' })).json.Payment.PrivateNote).toBe('sent');
    expect(b.qbo.events().at(-2)).toMatchObject({ entity: 'Payment', operation: 'Emailed' });
  });
});
