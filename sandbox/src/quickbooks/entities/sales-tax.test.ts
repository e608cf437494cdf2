import { describe, expect, test } from 'vitest';
import { bench, faultOf } from '../support.ts';

const ref = (value: string) => ({ value });
const line = (Amount: number, tax: string) => ({
  Amount,
  DetailType: 'SalesItemLineDetail',
  SalesItemLineDetail: { TaxCodeRef: ref(tax) },
});

describe('with manual sales tax', () => {
  test('the sent total is taken, also against the rate of the code', async () => {
    const b = bench();
    const made = await b.make('SalesReceipt', {
      Line: [line(100, 'TAX')],
      TxnTaxDetail: { TxnTaxCodeRef: ref('2'), TotalTax: 8 },
    });
    expect(made).toMatchObject({ TotalAmt: 108, TxnTaxDetail: { TotalTax: 8, TxnTaxCodeRef: ref('2') } });
    expect(b.balance('Sales Tax Payable')).toBe(-800);
  });

  test('a code alone computes the tax of the taxable lines', async () => {
    const b = bench();
    const body = { Line: [line(100, 'TAX'), line(50, 'NON')], TxnTaxDetail: { TxnTaxCodeRef: ref('2') } };
    const made = await b.make('SalesReceipt', body);
    expect(made.TxnTaxDetail).toMatchObject({
      TotalTax: 8.25,
      TaxLine: [{ Amount: 8.25, TaxLineDetail: { NetAmountTaxable: 100 } }],
    });
  });

  test('tax after the discount is on the discounted sale', async () => {
    const b = bench();
    const discount = { DetailType: 'DiscountLineDetail', Amount: 10, DiscountLineDetail: {} };
    const body = { Line: [line(100, 'TAX'), discount], TxnTaxDetail: { TxnTaxCodeRef: ref('2') } };
    expect((await b.make('SalesReceipt', { ...body, ApplyTaxAfterDiscount: true })).TotalAmt).toBe(97.43);
    expect((await b.make('SalesReceipt', body)).TotalAmt).toBe(98.25);
  });

  test('without code and total there is none, and it is never negative', async () => {
    const b = bench();
    expect((await b.make('SalesReceipt', { Line: [line(100, 'TAX')] })).TotalAmt).toBe(100);
    expect(faultOf(await b.post('salesreceipt', { Line: [line(9, 'TAX')], TxnTaxDetail: { TotalTax: -1 } })).code).toBe(
      '6000',
    );
  });
});

describe('with automated sales tax', () => {
  test('the sent total is replaced, and is zero without a usable address', async () => {
    const b = bench({ automatedSalesTax: '10' });
    const body = { Line: [line(100, 'TAX')], TxnTaxDetail: { TotalTax: 8.25, TxnTaxCodeRef: ref('2') } };
    expect((await b.make('SalesReceipt', body)).TotalAmt).toBe(100);
    const made = await b.make('SalesReceipt', { ...body, ShipAddr: { Line1: '1 Main St', PostalCode: '94043' } });
    expect(made).toMatchObject({ TotalAmt: 110, TxnTaxDetail: { TotalTax: 10 } });
    expect(made.TxnTaxDetail).not.toHaveProperty('TxnTaxCodeRef');
    expect((await b.get('preferences')).json.Preferences.TaxPrefs).toMatchObject({ PartnerTaxEnabled: true });
  });
});
