import { DAY_SECONDS, isWeekend, type MonthSpan, startOfDay } from '../core/calendar.ts';
import type { Random } from '../core/random.ts';
import { createSchedule } from '../core/schedule.ts';
import type { SandboxStripe } from '../stripe/stripe.ts';
import type { ChargeInput } from '../stripe/verbs/charges.ts';
import { planInvoices } from './stripe-invoices.ts';
import { planOddities } from './stripe-oddities.ts';
import type { StripeMonth } from './stripe-parts.ts';
import { shoppingTimes } from './times.ts';

export interface StripeMonthOptions {
  readonly charges: number;
  /** Many invoices instead of a few of each state. */
  readonly invoicing: boolean;
}

const REFUND_SHARE = 0.03;
const DISPUTE_SHARE = 0.006;
/** One dispute of each ending, however small the month. */
const MIN_DISPUTES = 5;
const TAXED_SHARE = 0.25;
const EURO_SHARE = 0.03;
const PARTIAL_CAPTURE_SHARE = 0.005;
const DECLINED_SHARE = 0.02;
/** Stripe pays out in the night. */
const PAYOUT_HOUR = 1;
/** Days after the month in which its last payouts arrive. */
const SETTLING_DAYS = 4;
/** Sales tax of two places, in hundredths of a percent. */
const TAX_BPS = [825, 600];

/** Fills one month of an account, deterministically. */
export function stripeMonth(
  stripe: SandboxStripe,
  random: Random,
  month: MonthSpan,
  options: StripeMonthOptions,
): void {
  const schedule = createSchedule();
  const customers = new Map<number, string>();
  const context: StripeMonth = {
    stripe,
    random,
    month,
    schedule,
    charges: options.charges,
    customer(number, at) {
      const known = customers.get(number);
      if (known) return known;
      const digits = String(number).padStart(4, '0');
      const made = stripe.createCustomer({
        at,
        name: `Customer ${digits}`,
        email: `customer-${digits}@example.invalid`,
      });
      customers.set(number, made.id);
      return made.id;
    },
  };
  planPayouts(context);
  planSales(context);
  planOddities(context);
  planInvoices(context, options.invoicing);
  schedule.runUntil(month.until);
  stripe.advancePayouts(month.until + SETTLING_DAYS * DAY_SECONDS);
}

function planPayouts({ stripe, month, schedule }: StripeMonth): void {
  for (let day = month.from; day < month.until; day += DAY_SECONDS) {
    schedule.at(day + PAYOUT_HOUR * 3600, (at) => {
      stripe.advancePayouts(at);
      if (!isWeekend(at)) stripe.payoutDue({ at });
    });
  }
}

function planSales(context: StripeMonth): void {
  const { random, month, schedule, charges } = context;
  const refunds = new Set(sample(random, charges, Math.round(charges * REFUND_SHARE)));
  const open = Array.from({ length: charges }, (_, index) => index).filter((index) => !refunds.has(index));
  const disputes = Math.max(MIN_DISPUTES, Math.round(charges * DISPUTE_SHARE));
  const disputed = sample(random, Math.floor(open.length * 0.6), disputes).map((position) => open[position] ?? 0);
  shoppingTimes(random, month, charges).forEach((at, index) => {
    const dispute = disputed.indexOf(index);
    const fate = refunds.has(index) ? 'refund' : dispute >= 0 ? 'dispute' : 'keep';
    schedule.at(at, () => sell(context, { at, index, fate, dispute }));
  });
}

/** Distinct whole numbers below `size`. */
function sample(random: Random, size: number, count: number): number[] {
  const chosen = new Set<number>();
  while (chosen.size < Math.min(count, size)) chosen.add(random.int(0, size - 1));
  return [...chosen];
}

interface Sale {
  readonly at: number;
  readonly index: number;
  readonly fate: 'keep' | 'refund' | 'dispute';
  /** Counts the disputes of the month. */
  readonly dispute: number;
}

function sell(context: StripeMonth, sale: Sale): void {
  const { stripe, random } = context;
  const input = order(context, sale);
  if (random.chance(DECLINED_SHARE)) stripe.charge({ ...input, declined: true });
  const { charge } = stripe.charge(input);
  if (sale.fate === 'refund') planRefund(context, charge.id, charge.amount, sale.at);
  if (sale.fate === 'dispute') planDispute(context, charge.id, charge.amount, sale);
}

/** Cents before tax: many small orders, few large ones. */
function price(random: Random): number {
  const size = random.next() ** 3;
  return 500 + Math.floor(size * 39_500) + random.int(0, 99);
}

function order(context: StripeMonth, { at, index, fate }: Sale): ChargeInput {
  const { random, charges } = context;
  const number = random.int(1, Math.max(10, Math.floor(charges / 4)));
  const digits = String(number).padStart(4, '0');
  const reference = String(10_001 + index);
  const common = {
    at,
    customer: context.customer(number, at),
    description: `Order ${reference}`,
    metadata: { order_id: reference },
    billing: { name: `Customer ${digits}`, email: `customer-${digits}@example.invalid` },
  };
  const subtotal = price(random);
  const draw = random.next();
  if (draw < TAXED_SHARE) return { ...common, ...taxed(random, subtotal, reference) };
  if (draw < TAXED_SHARE + EURO_SHARE)
    return { ...common, amount: subtotal, currency: 'eur', exchangeRate: euroRate(random) };
  if (fate === 'keep' && draw < TAXED_SHARE + EURO_SHARE + PARTIAL_CAPTURE_SHARE) {
    return { ...common, amount: subtotal, captured: Math.floor(subtotal * 0.6) };
  }
  return { ...common, amount: subtotal };
}

function taxed(random: Random, subtotal: number, reference: string): Pick<ChargeInput, 'amount' | 'checkout'> {
  const tax = Math.floor((subtotal * random.pick(TAX_BPS) + 5_000) / 10_000);
  const items = [{ description: `Items of order ${reference}`, quantity: 1, subtotal, tax }];
  return { amount: subtotal + tax, checkout: { items } };
}

/** Dollars for a euro, four decimals. */
function euroRate(random: Random): string {
  return `1.${String(random.int(620, 980)).padStart(4, '0')}`;
}

function planRefund(
  { stripe, random, schedule, month }: StripeMonth,
  charge: string,
  amount: number,
  soldAt: number,
): void {
  const at = Math.min(soldAt + random.int(3600, 10 * DAY_SECONDS), month.until - 60);
  const part = random.chance(0.5) ? Math.max(1, Math.floor((amount * random.int(20, 80)) / 100)) : amount;
  schedule.at(Math.max(at, soldAt + 1), (now) => {
    stripe.refund({ at: now, charge, amount: part, reason: 'requested_by_customer' });
  });
}

function planDispute(context: StripeMonth, charge: string, amount: number, { at, dispute }: Sale): void {
  const { stripe, random, schedule } = context;
  const opened = at + random.int(2, 6) * DAY_SECONDS;
  const isWarning = dispute === 4;
  const part = dispute % 7 === 6 ? Math.ceil(amount / 2) : amount;
  schedule.at(opened, (now) => {
    const made = stripe.openDispute({ at: now, charge, amount: part, warning: isWarning });
    const closed = startOfDay(now) + random.int(2, 6) * DAY_SECONDS + 18 * 3600;
    schedule.at(closed, (later) => closeDispute(stripe, made.id, dispute, later));
  });
}

/** Won with its fee, won, lost, still under review, and an inquiry that comes to nothing, in turn. */
function closeDispute(stripe: SandboxStripe, dispute: string, index: number, at: number): void {
  const closing = { at, dispute };
  if (index === 4) stripe.closeWarning(closing);
  else if (index % 4 === 0) stripe.winDispute({ ...closing, feeReturned: true });
  else if (index % 4 === 1) stripe.winDispute(closing);
  else if (index % 4 === 2) stripe.loseDispute(closing);
  else stripe.answerDispute(closing);
}
