import { describe, expect, test } from 'vitest';
import { DAY, MONDAY } from '../core/testing.ts';
import { paidAmount } from './amounts.ts';
import { testBtcpay } from './testing.ts';

const at = MONDAY;

function invoiced(amount: string | null = '100.00', options: { tolerance?: number } = {}) {
  const server = testBtcpay();
  const checkout = options.tolerance === undefined ? {} : { checkout: { paymentTolerance: options.tolerance } };
  const invoice = server.btcpay.createInvoice({
    at,
    storeId: server.storeId,
    amount,
    rates: { 'BTC-CHAIN': '50000.00', 'BTC-LN': '40000.00' },
    ...checkout,
  });
  const state = () => `${invoice.status} ${invoice.additionalStatus} ${paidAmount(invoice)}`;
  const pay = (
    after: number,
    input: { method?: 'BTC-CHAIN' | 'BTC-LN'; value?: string; fee?: string; confirmed?: boolean } = {},
  ) => server.btcpay.pay({ at: at + after, invoice: invoice.id, ...input });
  return { ...server, invoice, state, pay };
}

describe('an invoice', () => {
  test('paid on chain is Processing until the payment is confirmed', () => {
    const { btcpay, invoice, state, pay, events } = invoiced();
    const payment = pay(60);
    expect([payment.value, payment.status, state()]).toEqual(['0.00200000', 'Processing', 'Processing None 100.00']);
    btcpay.confirmPayment({ at: at + 1_200, invoice: invoice.id, payment: payment.id });
    expect(state()).toBe('Settled None 100.00');
    expect(events()).toEqual([
      'InvoiceCreated',
      'InvoiceReceivedPayment',
      'InvoiceProcessing',
      'InvoicePaymentSettled',
      'InvoiceSettled',
    ]);
  });

  test('paid over lightning settles at once', () => {
    const { state, pay, events } = invoiced();
    const payment = pay(60, { method: 'BTC-LN' });
    expect([payment.id.length, state()]).toEqual([64, 'Settled None 100.00']);
    expect(events().slice(1)).toEqual([
      'InvoiceReceivedPayment',
      'InvoicePaymentSettled',
      'InvoiceProcessing',
      'InvoiceSettled',
    ]);
  });

  test('adds up payments of both methods at their own rates', () => {
    const { btcpay, invoice, state, pay } = invoiced();
    const first = pay(60, { value: '0.0008' });
    expect(state()).toBe('New PaidPartial 40.00');
    expect(pay(90, { method: 'BTC-LN' }).value).toBe('0.00150000');
    expect(state()).toBe('Processing None 100.00');
    btcpay.confirmPayment({ at: at + 600, invoice: invoice.id, payment: first.id });
    expect(state()).toBe('Settled None 100.00');
  });

  test('takes the network cost off a payment', () => {
    const { state, pay } = invoiced();
    pay(60, { value: '0.00201', fee: '0.00001' });
    expect(state()).toBe('Processing None 100.00');
  });

  test('overpaid says so and stays so when it settles', () => {
    const { btcpay, invoice, state, pay, events } = invoiced();
    const payment = pay(60, { value: '0.0021' });
    expect(state()).toBe('Processing PaidOver 105.00');
    btcpay.confirmPayment({ at: at + 600, invoice: invoice.id, payment: payment.id });
    expect(state()).toBe('Settled PaidOver 105.00');
    expect(events().at(-1)).toBe('InvoiceSettled overPaid');
  });

  test('is not overpaid by the dust of rounding up to a satoshi', () => {
    const { state, pay } = invoiced('33.33');
    expect(pay(60).value).toBe('0.00066660');
    expect(state()).toBe('Processing None 33.33');
    const odd = invoiced('10.01');
    odd.pay(60, { method: 'BTC-LN', value: '0.00025026' });
    expect(odd.state()).toBe('Settled None 10.01');
  });

  test('with a tolerance settles underpaid', () => {
    const { state, pay } = invoiced('100.00', { tolerance: 2 });
    pay(60, { method: 'BTC-LN', value: '0.00245' });
    expect(state()).toBe('Settled None 98.00');
    const strict = invoiced();
    strict.pay(60, { method: 'BTC-LN', value: '0.00245' });
    expect(strict.state()).toBe('New PaidPartial 98.00');
  });

  test('expires without money, or partly paid with an event of its own', () => {
    const empty = invoiced();
    empty.btcpay.advance(at + 900);
    expect([empty.state(), empty.events().at(-1)]).toEqual(['Expired None 0.00', 'InvoiceExpired']);
    const partial = invoiced();
    partial.pay(60, { method: 'BTC-LN', value: '0.001' });
    partial.btcpay.advance(at + 900);
    expect(partial.state()).toBe('Expired PaidPartial 40.00');
    expect(partial.events().slice(-2)).toEqual(['InvoiceExpired partiallyPaid', 'InvoiceExpiredPaidPartial']);
  });

  test('paid late stays Expired for good', () => {
    const { btcpay, invoice, state, pay, events } = invoiced();
    const payment = pay(7_200);
    expect(state()).toBe('Expired PaidLate 100.00');
    btcpay.confirmPayment({ at: at + 9_000, invoice: invoice.id, payment: payment.id });
    expect([state(), payment.status]).toEqual(['Expired PaidLate 100.00', 'Settled']);
    expect(events().slice(-3)).toEqual([
      'InvoiceReceivedPayment afterExpiration',
      'InvoicePaidAfterExpiration',
      'InvoicePaymentSettled afterExpiration',
    ]);
    expect(() => pay(2 * DAY)).toThrow('no longer monitored');
  });

  test('paid again after it settled only tells of the payment', () => {
    const { state, pay, events } = invoiced();
    pay(60, { method: 'BTC-LN' });
    const before = events().length;
    pay(120, { value: '0.001' });
    expect(state()).toBe('Settled None 150.00');
    expect(events().slice(before)).toEqual(['InvoiceReceivedPayment']);
  });

  test('never confirmed becomes Invalid at the end of monitoring', () => {
    const { btcpay, state, pay, events } = invoiced();
    pay(60);
    btcpay.advance(at + 900 + DAY - 1);
    expect(state()).toBe('Processing None 100.00');
    btcpay.advance(at + 900 + DAY);
    expect([state(), events().at(-1)]).toEqual(['Invalid None 100.00', 'InvoiceInvalid']);
  });

  test('whose payment is replaced goes back to New without a word, and then expires', () => {
    const { btcpay, invoice, state, pay, events } = invoiced();
    const payment = pay(60);
    const before = events().length;
    btcpay.replacePayment({ at: at + 120, invoice: invoice.id, payment: payment.id });
    expect([state(), events().length, payment.status]).toEqual(['New None 0.00', before, 'Invalid']);
    btcpay.advance(at + 900);
    expect(state()).toBe('Expired None 0.00');
  });

  test('without an amount settles by any payment and takes its amount from it', () => {
    const { invoice, state, pay } = invoiced(null);
    expect([invoice.type, invoice.amount]).toEqual(['TopUp', '0']);
    pay(60, { method: 'BTC-LN', value: '0.00012345678' });
    expect([state(), invoice.amount]).toEqual(['Settled None 4.94', '4.94']);
  });
});

describe('marking by hand', () => {
  test('settles an unpaid, an expired and an invalid invoice', () => {
    const { btcpay, invoice, state, events } = invoiced();
    btcpay.markInvoice({ at: at + 60, invoice: invoice.id, to: 'Settled' });
    expect([state(), events().at(-1)]).toEqual(['Settled Marked 0.00', 'InvoiceSettled manuallyMarked']);
    btcpay.markInvoice({ at: at + 90, invoice: invoice.id, to: 'Invalid' });
    expect([state(), events().at(-1)]).toEqual(['Invalid Marked 0.00', 'InvoiceInvalid manuallyMarked']);
    btcpay.markInvoice({ at: at + 120, invoice: invoice.id, to: 'Settled' });
    expect(state()).toBe('Settled Marked 0.00');
  });

  test('cannot undo a settlement that came from money', () => {
    const { btcpay, invoice, pay } = invoiced();
    pay(60, { method: 'BTC-LN' });
    expect(() => btcpay.markInvoice({ at: at + 90, invoice: invoice.id, to: 'Invalid' })).toThrow(
      'cannot become Invalid',
    );
  });
});
