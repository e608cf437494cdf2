import { expect, test } from 'vitest';
import { MONDAY } from '../core/testing.ts';
import { methodTotals } from './amounts.ts';
import { testBtcpay } from './testing.ts';

test('each method sees the whole invoice in its own coins', () => {
  const { btcpay, storeId } = testBtcpay();
  const rates = { 'BTC-CHAIN': '64392.23', 'BTC-LN': '64000' };
  const invoice = btcpay.createInvoice({ at: MONDAY, storeId, amount: '125.50', rates });
  expect(methodTotals(invoice, 'BTC-CHAIN')).toEqual({
    amount: '0.001949',
    due: '0.001949',
    methodPaid: '0.0',
    totalPaid: '0.0',
  });
  expect(methodTotals(invoice, 'BTC-LN').amount).toBe('0.00196094');
  btcpay.pay({ at: MONDAY + 1, invoice: invoice.id, method: 'BTC-LN', value: '0.001' });
  expect(methodTotals(invoice, 'BTC-LN')).toMatchObject({ methodPaid: '0.001', totalPaid: '0.001', due: '0.00096094' });
  expect(methodTotals(invoice, 'BTC-CHAIN')).toMatchObject({ methodPaid: '0.0', totalPaid: '0.00099390874' });
  btcpay.pay({ at: MONDAY + 2, invoice: invoice.id, value: '0.002' });
  expect(methodTotals(invoice, 'BTC-CHAIN').due).toMatch(/^-0\.00104/);
});
