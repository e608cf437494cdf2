import { JsonNumber } from '../../kernel/json.ts';
import { runSourceContract } from '../sdk/contract-kit.ts';
import { isObject, type SourceRecord } from '../sdk/index.ts';
import { answering, WEEK } from './fixtures/account.ts';
import { STRIPE_ERRORS } from './fixtures/error-answers.ts';
import { charge, DAY_ONE, feeDetail, invoice, row } from './fixtures/objects.ts';
import { stripe } from './index.ts';

runSourceContract({
  connector: stripe,
  context: { accountId: 'acct_1', now: (DAY_ONE + 3 * 86_400) * 1_000, since: DAY_ONE * 1_000, oldestOpenAt: null },
  answer: answering(WEEK),
  reads: [{ stream: 'balance_transactions', externalId: 'txn_fee' }],
  unknownValues: [
    { title: 'an unknown reporting category', record: balance(row({ reporting_category: 'novelty' })) },
    { title: 'an unknown fee type', record: balance(row({ fee: 5, fee_details: [feeDetail(5, 'novelty_fee')] })) },
    { title: 'an unknown balance', record: balance(row({ balance_type: 'novelty' })) },
    { title: 'an unknown invoice status', record: record('invoices', invoice({ status: 'novelty' })) },
    { title: 'an unknown currency', record: balance(row({ currency: 'zzz' })) },
  ],
  amounts: [
    {
      title: 'one cent',
      record: balance(row({ amount: 1, source: charge({ amount: 1, amount_captured: 1 }) })),
      expect: [{ amount: '0.01', currency: 'USD' }],
    },
    {
      title: 'more cents than a double holds',
      record: balance(
        row({
          amount: new JsonNumber('9007199254740993'),
          net: new JsonNumber('9007199254740992'),
          fee: 1,
          fee_details: [feeDetail(1)],
          source: 'ch_1',
        }),
      ),
      expect: [
        { amount: '90071992547409.93', currency: 'USD' },
        { amount: '0.01', currency: 'USD' },
      ],
    },
    {
      title: 'a yen',
      record: balance(row({ amount: 1, currency: 'jpy', source: 'ch_1' })),
      expect: [{ amount: '1', currency: 'JPY' }],
    },
    {
      title: 'ten fils',
      record: balance(row({ amount: 10, currency: 'kwd', source: 'ch_1' })),
      expect: [{ amount: '0.010', currency: 'KWD' }],
    },
    {
      title: 'a króna, which Stripe sends with two decimals',
      record: balance(row({ amount: 100, currency: 'isk', source: 'ch_1' })),
      expect: [{ amount: '1', currency: 'ISK' }],
    },
    {
      title: 'an ariary, which Stripe sends whole',
      record: balance(row({ amount: 1, currency: 'mga', source: 'ch_1' })),
      expect: [{ amount: '1.00', currency: 'MGA' }],
    },
  ],
  errors: STRIPE_ERRORS,
});

function balance(body: SourceRecord['body']): SourceRecord {
  return record('balance_transactions', body);
}

function record(stream: string, body: SourceRecord['body']): SourceRecord {
  const externalId = isObject(body) ? String(body.id) : '';
  return { stream, externalId, version: null, aliases: [], settled: true, createdAt: null, deleted: false, body };
}
