import { isCurrency } from '../../kernel/currencies.ts';
import { sumMoney, zero } from '../../kernel/money.ts';
import type { BitcoinPaymentFact } from '../../model/facts.ts';
import {
  type NormaliseContext,
  type Normalised,
  type NormaliseProblem,
  readAs,
  type SourceRecord,
  Unreadable,
} from '../sdk/index.ts';
import { invoiceState } from './invoice-state.ts';
import { collecting } from './reading.ts';
import { type Invoice, invoiceSchema } from './schemas.ts';
import { type Coins, readCoins, valueCoins } from './valuation.ts';

const PROVIDER = 'btcpay';

/** One fact for each payment in bitcoin. An invoice that nobody paid is no fact. */
export function normaliseBtcpay(record: SourceRecord, context: NormaliseContext): Normalised {
  const problems: NormaliseProblem[] = [];
  const facts = collecting(problems, () => paymentFacts(readAs(invoiceSchema, record.body), context, problems));
  return { facts: facts ?? [], problems };
}

function paymentFacts(read: Invoice, context: NormaliseContext, problems: NormaliseProblem[]): BitcoinPaymentFact[] {
  // Before the currency is looked at: shops may price in anything as long as nobody pays.
  if (read.paymentMethods.every(({ payments }) => payments.length === 0)) {
    problems.push(...markedByHand(read));
    return [];
  }
  const invoice = { ...read, currency: currencyOf(read) };
  const coins = readCoins(invoice, problems);
  const counted = coins.filter(({ status }) => status !== 'invalid');
  if (counted.length === 0) problems.push(...markedByHand(invoice));
  if (coins.length === 0) return [];
  const { values, paid } = valueCoins(coins, invoice, problems);
  const state = invoiceState(invoice, { counted, paid }, problems);
  return coins.map((one, i) => ({
    kind: 'bitcoin_payment',
    source: { provider: PROVIDER, accountId: context.accountId, objectId: objectId(invoice, one) },
    occurredAt: one.receivedAt,
    references: referencesOf(invoice, one),
    description: invoice.metadata?.itemDesc ?? `BTCPay invoice ${state.orderId ?? invoice.id}`,
    coins: one.coins,
    rate: one.rate,
    value: values[i] ?? zero(invoice.currency),
    wallet: one.method.wallet,
    networkFee: one.networkFee,
    paymentStatus: one.status,
    invoice: state,
    paidBefore: sumMoney(
      values.filter((_, k) => k < i && coins[k]?.status !== 'invalid'),
      invoice.currency,
    ),
    // A payment that does not count stands behind those that do, so that it never moves them.
    position: one.status === 'invalid' ? counted.length : counted.indexOf(one),
    count: counted.length,
  }));
}

function currencyOf({ currency }: Invoice): string {
  const code = currency.toUpperCase();
  if (isCurrency(code)) return code;
  throw new Unreadable({ field: 'currency', detail: `unknown currency ${code}` });
}

function objectId({ storeId, id }: Invoice, { method, id: paymentId }: Coins): string {
  return `${storeId}/${id}/${method.id}/${paymentId}`;
}

function referencesOf({ id, metadata }: Invoice, payment: Coins): Readonly<Record<string, string>> {
  const order = metadata?.orderId ?? null;
  return { invoice: id, payment: payment.id, ...(order === null ? {} : { order }) };
}

/** Settled by hand without a payment: no money, so no fact, but somebody should know. */
function markedByHand({ status, additionalStatus }: Invoice): NormaliseProblem[] {
  if (status !== 'Settled' || additionalStatus !== 'Marked') return [];
  const detail = 'was marked as settled by hand and received no payment: nothing is booked for it';
  return [{ field: 'additionalStatus', detail }];
}
