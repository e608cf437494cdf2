import { expect, test } from 'vitest';
import { MONDAY } from '../core/testing.ts';
import { testBtcpay } from './testing.ts';
import { btcpayTruth } from './truth.ts';

test('a restored server equals the original and goes on the same way', async () => {
  const first = testBtcpay();
  await first.ask('POST', `${first.store}/webhooks`, { url: 'https://hub.invalid' });
  const invoice = first.btcpay.createInvoice({ at: MONDAY, storeId: first.storeId, amount: '10.00' });
  const payment = first.btcpay.pay({ at: MONDAY + 60, invoice: invoice.id });
  const second = testBtcpay();
  second.btcpay.restore(JSON.parse(JSON.stringify(first.btcpay.snapshot())));
  expect(second.btcpay.snapshot()).toEqual(first.btcpay.snapshot());
  for (const { btcpay } of [first, second]) {
    btcpay.confirmPayment({ at: MONDAY + 90, invoice: invoice.id, payment: payment.id });
    btcpay.createInvoice({ at: MONDAY + 91, storeId: first.storeId, amount: '5.00' });
    btcpay.advance(MONDAY + 2_000);
  }
  expect(second.btcpay.snapshot()).toEqual(first.btcpay.snapshot());
});

test('the truth tells settled, marked, late and partial money apart', () => {
  const { btcpay, storeId } = testBtcpay();
  const invoice = (amount: string) => btcpay.createInvoice({ at: MONDAY, storeId, amount }).id;
  const [paid, marked, late, partial] = ['10.00', '20.00', '30.00', '40.00'].map(invoice) as [
    string,
    string,
    string,
    string,
  ];
  btcpay.pay({ at: MONDAY + 1, invoice: paid, method: 'BTC-LN' });
  btcpay.pay({ at: MONDAY + 2, invoice: partial, method: 'BTC-LN', value: '0.0001' });
  btcpay.pay({ at: MONDAY + 3, invoice: marked, method: 'BTC-LN', value: '0.0002' });
  btcpay.markInvoice({ at: MONDAY + 4, invoice: marked, to: 'Settled' });
  btcpay.pay({ at: MONDAY + 2_000, invoice: late, method: 'BTC-LN' });
  expect(btcpayTruth(btcpay)[storeId]?.USD).toEqual({
    invoices: 4,
    byStatus: { Settled: 1, 'Settled:Marked': 1, 'Expired:PaidLate': 1, 'Expired:PaidPartial': 1 },
    settledPayments: 4,
    settled: 1_000,
    marked: 1_000,
    late: 3_000,
    partial: 500,
    invalid: 0,
  });
  expect(btcpayTruth(btcpay, '2026-09')).toEqual({});
});
