import { equalMoney, type Money, money, subtract, zero } from '../../kernel/money.ts';
import { addRatios, convert, divideHalfEven, exactConversion, parseRatio, type Ratio } from '../../kernel/ratio.ts';
import type { BitcoinPaymentFact } from '../../model/facts.ts';
import { type NormaliseProblem, Unreadable } from '../sdk/index.ts';
import { type BitcoinMethod, bitcoinMethod } from './methods.ts';
import { collecting, moneyAt } from './reading.ts';
import type { Invoice, Payment } from './schemas.ts';

/** A payment with its coins, before its value is rounded. */
export interface Coins {
  readonly id: string;
  readonly method: BitcoinMethod;
  readonly receivedAt: number;
  readonly status: BitcoinPaymentFact['paymentStatus'];
  readonly coins: Money;
  readonly rate: string;
  readonly networkFee: Money;
  /** Value in the invoice's currency, exactly. */
  readonly exact: Ratio;
}

const STATUSES: Readonly<Record<string, Coins['status']>> = {
  Processing: 'processing',
  Settled: 'settled',
  Invalid: 'invalid',
};

/** Every payment in bitcoin, by time received; what cannot be read joins the problems. */
export function readCoins(invoice: Invoice, problems: NormaliseProblem[]): Coins[] {
  const found = invoice.paymentMethods.flatMap(({ name, rate, payments }, i) => {
    if (payments.length === 0) return [];
    const field = `paymentMethods[${i}]`;
    const method = bitcoinMethod(name);
    if (method === null) {
      problems.push({ field: `${field}.paymentMethodId`, detail: `payments by ${name} have no recipe` });
      return [];
    }
    return payments.flatMap((payment, k) => {
      const where = { method, rate, currency: invoice.currency, field: `${field}.payments[${k}]` };
      return collecting(problems, () => coinsOf(payment, where)) ?? [];
    });
  });
  return found.toSorted(byReceipt);
}

interface Place {
  readonly method: BitcoinMethod;
  readonly rate: string;
  readonly currency: string;
  readonly field: string;
}

function coinsOf({ id, receivedDate, value, fee, status }: Payment, { method, rate, currency, field }: Place): Coins {
  const known = Object.hasOwn(STATUSES, status) ? STATUSES[status] : undefined;
  if (known === undefined)
    throw new Unreadable({ field: `${field}.status`, detail: `unknown payment status ${status}` });
  const coins = moneyAt(`${field}.value`, value, 'BTC');
  const asked = moneyAt(`${field}.fee`, fee, 'BTC');
  const net = subtract(coins, asked);
  if (asked.minor < 0n || net.minor < 0n) {
    throw new Unreadable({ field: `${field}.fee`, detail: `a fee of ${fee} out of ${value} leaves no value` });
  }
  const price = parseRatio(rate);
  if (price.numerator <= 0n)
    throw new Unreadable({ field: `${field}.rate`, detail: `a rate of ${rate} gives no value` });
  return {
    id,
    method,
    receivedAt: receivedDate * 1_000,
    status: known,
    coins,
    rate,
    networkFee: convert(asked, currency, price),
    exact: exactConversion(net, currency, price),
  };
}

function byReceipt(a: Coins, b: Coins): number {
  const [left, right] = [`${a.method.id}/${a.id}`, `${b.method.id}/${b.id}`];
  return a.receivedAt - b.receivedAt || (left < right ? -1 : Number(left > right));
}

export interface Valued {
  /** In the order of the coins. */
  readonly values: readonly Money[];
  /** What the values of payments that count sum to. */
  readonly paid: Money;
}

/**
 * Values of the coins in the invoice's currency: what each payment adds to the rounded sum of those before it, so that
 * the last one received takes the rounding rest, payments that count sum to what was paid, and a payment that comes
 * later never changes the value of one that may be booked. The sum is the server's `paidAmount`; when that is no
 * rounding of the payments (another coin paid, too), their own sum stands and the difference is named.
 */
export function valueCoins(coins: readonly Coins[], invoice: Invoice, problems: NormaliseProblem[]): Valued {
  const { currency } = invoice;
  const counted = coins.filter(({ status }) => status !== 'invalid');
  const sums = runningSums(counted, currency);
  const own = sums.at(-1) ?? zero(currency);
  const paid = problems.length > 0 ? own : (statedPaid(invoice, own, counted.length, problems) ?? own);
  const reached = [...sums.slice(0, -1), paid];
  const values = coins.map((one) => {
    const place = counted.indexOf(one);
    if (place < 0) return rounded(one.exact, currency);
    return subtract(reached[place] ?? paid, reached[place - 1] ?? zero(currency));
  });
  return { values, paid };
}

/** The exact sum of the payments up to each of them, rounded once, half to even. */
function runningSums(counted: readonly Coins[], currency: string): Money[] {
  let sum: Ratio = { numerator: 0n, denominator: 1n };
  return counted.map(({ exact }) => {
    sum = addRatios(sum, exact);
    return rounded(sum, currency);
  });
}

function statedPaid(invoice: Invoice, own: Money, count: number, problems: NormaliseProblem[]): Money | null {
  const { paidAmount: stated, currency } = invoice;
  if (stated === null || stated === undefined) return null;
  const paid = collecting(problems, () => moneyAt('paidAmount', stated, currency));
  if (paid === null || equalMoney(paid, own)) return paid;
  const difference = subtract(paid, own).minor;
  if (difference <= BigInt(count) && difference >= -BigInt(count)) return paid;
  problems.push({ field: 'paidAmount', detail: `is ${stated}, the payments sum to ${own.minor} minor units` });
  return null;
}

function rounded({ numerator, denominator }: Ratio, currency: string): Money {
  return money(divideHalfEven(numerator, denominator), currency);
}
