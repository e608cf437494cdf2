import { describe, expect, test } from 'vitest';
import { COMPANY_ID } from './fixtures/items.ts';
import { fixture } from './fixtures/load.ts';
import { invoicesByNumber } from './invoices.ts';
import { objectOf } from './shape.ts';

const samples = objectOf(fixture('documents.json')) ?? {};
const invoice = (name: string) => objectOf(samples[name])?.Invoice ?? null;

const read = (...Invoice: readonly ReturnType<typeof invoice>[]) =>
  invoicesByNumber.read({ number: '1042' }, null, { QueryResponse: { Invoice } }).rows;

describe('invoices by number', () => {
  test('are asked for by the exact number', () => {
    expect(invoicesByNumber.request(COMPANY_ID, { number: "10'42" }, null).query?.at(-1)?.[1]).toContain(
      String.raw`FROM Invoice WHERE DocNumber = '10\'42' ORDERBY`,
    );
  });

  test('give what a payment needs to know, amounts as text', () => {
    expect(read(invoice('invoice'))).toEqual([
      { documentId: '188', number: '1042', customerId: '58', currency: 'USD', balance: '40.00', voided: false },
    ]);
  });

  test('show that they were voided', () => {
    expect(read(invoice('voided_invoice'))).toMatchObject([{ balance: '0', voided: true }]);
  });

  test('are all given where numbers are not unique', () => {
    expect(read(invoice('invoice'), { ...objectOf(invoice('invoice')), Id: '200' })).toHaveLength(2);
  });
});
