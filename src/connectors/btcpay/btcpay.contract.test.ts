import { JsonNumber } from '../../kernel/json.ts';
import { runSourceContract } from '../sdk/contract-kit.ts';
import type { SourceRecord } from '../sdk/index.ts';
import { BTCPAY_ERRORS } from './fixtures/error-answers.ts';
import { chain, DAY_ONE, type Fields, invoice, lightning, payment, STORE } from './fixtures/objects.ts';
import { answering, kept } from './fixtures/store.ts';
import { btcpay } from './index.ts';

const unlisted = {
  ...invoice({ id: 'inv9', createdTime: DAY_ONE + 9 }),
  paymentMethods: [chain(payment({ id: 'z-0' }))],
};

runSourceContract({
  connector: btcpay,
  context: { accountId: STORE, now: (DAY_ONE + 3 * 86_400) * 1_000, since: DAY_ONE * 1_000, oldestOpenAt: null },
  answer: answering([
    ...Array.from({ length: 250 }, (_, i) => kept(numbered(i), i / 1_000)),
    kept(invoice({ id: 'unpaid', status: 'Expired', paymentMethods: [], paidAmount: '0', createdTime: DAY_ONE + 5 })),
    kept(unlisted),
  ]),
  reads: [{ stream: 'invoices', externalId: 'inv9' }],
  unknownValues: [
    { title: 'an unknown status', record: record(invoice({ status: 'Novelty' })) },
    { title: 'an unknown additional status', record: record(invoice({ additionalStatus: 'Novelty' })) },
    { title: 'an unknown payment status', record: record(paidBy(chain(payment({ status: 'Novelty' })))) },
    {
      title: 'a payment in another coin',
      record: record(paidBy({ ...chain(payment()), paymentMethodId: 'LTC-CHAIN', currency: 'LTC' })),
    },
    { title: 'an unknown currency', record: record(invoice({ currency: 'ZZZ' })) },
  ],
  amounts: [
    {
      title: 'a satoshi',
      record: record(paidBy(chain(payment({ value: '0.00000001' })), '0.00')),
      expect: [{ amount: '0.00000001000', currency: 'BTC' }],
    },
    {
      title: 'a millisatoshi over lightning',
      record: record(paidBy(lightning(payment({ value: '0.00000000001' })), '0.00')),
      expect: [{ amount: '0.00000000001', currency: 'BTC' }],
    },
    {
      title: 'all bitcoin there will ever be',
      record: record(paidBy(chain(payment({ value: '20999999.9769' })), '1049999998845.00')),
      expect: [
        { amount: '20999999.97690000000', currency: 'BTC' },
        { amount: '1049999998845.00', currency: 'USD' },
      ],
    },
    {
      title: 'an amount that a client wrote as a number',
      record: record(invoice({ metadata: { taxIncluded: new JsonNumber('8.25') } })),
      expect: [{ amount: '8.25', currency: 'USD' }],
    },
    {
      title: 'a yen',
      record: record(invoice({ currency: 'JPY', amount: '1', paidAmount: '1', paymentMethods: [yen()] })),
      expect: [{ amount: '1', currency: 'JPY' }],
    },
  ],
  errors: BTCPAY_ERRORS,
});

/** 250 invoices, 100 of them within one second: more than a page. */
function numbered(i: number): Fields {
  const createdTime = DAY_ONE + (i < 150 ? 20 : i);
  return invoice({ id: `many${i}`, createdTime, paymentMethods: [chain(payment({ id: `tx${i}-0` }))] });
}

function paidBy(method: Fields, paidAmount = '125.50'): Fields {
  return invoice({ paidAmount, paymentMethods: [method] });
}

function yen(): Fields {
  return { ...chain(payment({ value: '0.0000001' })), rate: '10000000' };
}

function record(body: Fields): SourceRecord {
  const externalId = String(body.id);
  return {
    stream: 'invoices',
    externalId,
    version: null,
    aliases: [],
    settled: true,
    createdAt: DAY_ONE * 1_000,
    deleted: false,
    body,
  };
}
