import {
  add,
  compare,
  type Decimal,
  decimal,
  divide,
  format,
  formatShort,
  multiply,
  round,
  subtract,
  ZERO,
} from '../core/decimal.ts';
import { type Invoice, type Payment, type PaymentMethod, promptOf } from './invoice.ts';

/** Amounts due are whole satoshis, over lightning too. */
const DUE_SCALE = 8;
/** Lightning payments count thousandths of a satoshi. */
const COIN_SCALE = 11;
const SATOSHI: Decimal = { units: 1n, scale: DUE_SCALE };

const CURRENCY_DIGITS: Readonly<Record<string, number>> = { BTC: 8, SATS: 0, JPY: 0, KRW: 0, BHD: 3, KWD: 3 };

export function currencyDigits(currency: string): number {
  return CURRENCY_DIGITS[currency] ?? 2;
}

/** Replaced payments count for nothing. */
export function countedPayments(invoice: Invoice): Payment[] {
  return invoice.payments.filter((payment) => payment.status !== 'Invalid');
}

/** What a payment is worth to the invoice, in its currency, exactly. */
export function fiatValue(invoice: Invoice, payment: Payment): Decimal {
  const net = subtract(decimal(payment.value), decimal(payment.fee));
  return multiply(net, decimal(promptOf(invoice, payment.method).rate));
}

export function netPaid(invoice: Invoice, payments: readonly Payment[]): Decimal {
  return payments.reduce<Decimal>((sum, payment) => add(sum, fiatValue(invoice, payment)), ZERO);
}

/** Rounded once, to the digits of the invoice's currency. */
export function paidAmount(invoice: Invoice): string {
  return format(round(netPaid(invoice, countedPayments(invoice)), currencyDigits(invoice.currency), 'half-even'));
}

/** Coins that pay an amount at a rate: rounded up to a whole satoshi. */
export function coinsFor(amount: Decimal, rate: string): Decimal {
  return divide(amount, decimal(rate), DUE_SCALE, 'up');
}

/** Whether these payments cover the invoice, the store's tolerance taken off. */
export function isPaid(invoice: Invoice, payments: readonly Payment[]): boolean {
  if (invoice.type === 'TopUp') return payments.length > 0;
  const tolerated = subtract(decimal('100'), decimal(String(invoice.checkout.paymentTolerance)));
  const least = multiply(multiply(decimal(invoice.amount), tolerated), decimal('0.01'));
  return compare(netPaid(invoice, payments), least) >= 0;
}

/** Whether more came in than rounding up each payment to a whole satoshi explains. */
export function isOverpaid(invoice: Invoice): boolean {
  if (invoice.type === 'TopUp') return false;
  const payments = countedPayments(invoice);
  const dust = payments.reduce<Decimal>(
    (sum, payment) => add(sum, multiply(SATOSHI, decimal(promptOf(invoice, payment.method).rate))),
    ZERO,
  );
  return compare(netPaid(invoice, payments), add(decimal(invoice.amount), dust)) > 0;
}

export interface MethodTotals {
  /** All in coins of the method. */
  readonly amount: string;
  readonly due: string;
  readonly methodPaid: string;
  readonly totalPaid: string;
}

/** The method's own view: what the whole invoice costs in its coins, what has come in and what is left. */
export function methodTotals(invoice: Invoice, method: PaymentMethod): MethodTotals {
  const { rate } = promptOf(invoice, method);
  const payments = countedPayments(invoice);
  const fees = payments.reduce<Decimal>(
    (sum, payment) => add(sum, inCoins(invoice, payment, payment.fee, method)),
    ZERO,
  );
  const amount = add(coinsFor(decimal(invoice.amount), rate), fees);
  const own = payments.filter((payment) => payment.method === method);
  const methodPaid = own.reduce<Decimal>((sum, payment) => add(sum, decimal(payment.value)), ZERO);
  const totalPaid = payments.reduce<Decimal>(
    (sum, payment) => add(sum, inCoins(invoice, payment, payment.value, method)),
    ZERO,
  );
  return {
    amount: coinText(amount),
    due: coinText(subtract(amount, totalPaid)),
    methodPaid: coinText(methodPaid),
    totalPaid: coinText(totalPaid),
  };
}

/** Coins of one method seen as coins of another, by way of the two rates. */
function inCoins(invoice: Invoice, payment: Payment, coins: string, method: PaymentMethod): Decimal {
  if (payment.method === method) return decimal(coins);
  const fiat = multiply(decimal(coins), decimal(promptOf(invoice, payment.method).rate));
  return divide(fiat, decimal(promptOf(invoice, method).rate), COIN_SCALE, 'half-even');
}

export function coinText(value: Decimal): string {
  return formatShort(value, 1);
}
