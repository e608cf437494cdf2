import type { SandboxBtcpay } from '../btcpay/btcpay.ts';
import type { Invoice, PaymentMethod } from '../btcpay/invoice.ts';
import { shareOfPrice } from '../btcpay/verbs.ts';
import { DAY_SECONDS, type MonthSpan } from '../core/calendar.ts';
import type { Random } from '../core/random.ts';
import { createSchedule, type Schedule } from '../core/schedule.ts';
import { shoppingTimes } from './times.ts';

/** What becomes of an invoice, with its share of a month. */
const FATES = {
  exactOnChain: 30,
  exactLightning: 30,
  bothMethods: 6,
  twoOnChain: 5,
  overpaid: 5,
  partial: 5,
  late: 4,
  latePartial: 1,
  markedUnpaid: 1,
  markedPartial: 1,
  markedThenInvalid: 1,
  neverConfirmed: 2,
  replaced: 1,
  paidAgain: 1,
  unpaid: 6,
  stillNew: 1,
} as const;
type Fate = keyof typeof FATES;

const FATE_NAMES = Object.keys(FATES) as Fate[];

/** The first dollar price of a bitcoin in the month, in cents, and how far it moves from invoice to invoice. */
const START_RATE = 6_439_223;
const RATE_STEP = 0.004;
/** The last invoices of a month still get their payments and confirmations within it. */
const QUIET_DAYS = 3;
const OPEN_FOR_MINUTES = 90 * 24 * 60;

interface BtcpayMonth {
  readonly btcpay: SandboxBtcpay;
  readonly random: Random;
  readonly schedule: Schedule;
}

/** Fills one month of every store of a server, deterministically; every fate comes up when there are invoices enough. */
export function btcpayMonth(btcpay: SandboxBtcpay, random: Random, month: MonthSpan, invoices: number): void {
  const schedule = createSchedule();
  const context = { btcpay, random, schedule };
  const busy = { ...month, days: month.days - QUIET_DAYS };
  const fates = plannedFates(random, invoices);
  let rate = START_RATE;
  shoppingTimes(random, busy, invoices).forEach((at, index) => {
    rate = Math.max(100_000, Math.round(rate * (1 + (random.next() - 0.5) * 2 * RATE_STEP)));
    const dollars = rate;
    schedule.at(at, () => sell(context, { at, index, fate: fates[index] ?? 'exactLightning', rate: dollars }));
  });
  planRefunds(context, month);
  schedule.runUntil(month.until);
  btcpay.advance(month.until);
}

function plannedFates(random: Random, count: number): Fate[] {
  const total = FATE_NAMES.reduce((sum, fate) => sum + FATES[fate], 0);
  const fates = Array.from({ length: count }, (_, index) => FATE_NAMES[index] ?? drawFate(random, total));
  for (let index = fates.length - 1; index > 0; index -= 1) {
    const other = random.int(0, index);
    [fates[index], fates[other]] = [fates[other] ?? 'unpaid', fates[index] ?? 'unpaid'];
  }
  return fates;
}

function drawFate(random: Random, total: number): Fate {
  let draw = random.next() * total;
  for (const fate of FATE_NAMES) {
    draw -= FATES[fate];
    if (draw < 0) return fate;
  }
  return 'exactLightning';
}

interface Sale {
  readonly at: number;
  readonly index: number;
  readonly fate: Fate;
  /** Cents for one bitcoin on chain. */
  readonly rate: number;
}

function cents(value: number): string {
  return `${Math.floor(value / 100)}.${String(value % 100).padStart(2, '0')}`;
}

function sell(context: BtcpayMonth, sale: Sale): void {
  const { btcpay, random } = context;
  const { stores } = btcpay.settings;
  const store = stores[sale.index % stores.length];
  if (!store) return;
  const reference = `B-${20_001 + sale.index}`;
  const price = 300 + Math.floor(random.next() ** 2 * 60_000);
  const invoice = btcpay.createInvoice({
    at: sale.at,
    storeId: store.id,
    amount: cents(price),
    currency: 'USD',
    metadata: { orderId: reference, itemDesc: `Order ${reference}` },
    rates: { 'BTC-CHAIN': cents(sale.rate), 'BTC-LN': cents(sale.rate - random.int(0, 9_000)) },
    ...(sale.fate === 'stillNew' ? { checkout: { expirationMinutes: OPEN_FOR_MINUTES } } : {}),
  });
  PLAYS[sale.fate](context, invoice);
}

/** Seconds after the making of the invoice, within its quarter of an hour. */
function soon(random: Random): number {
  return random.int(20, 800);
}

function pay(
  context: BtcpayMonth,
  invoice: Invoice,
  after: number,
  how: { method?: PaymentMethod; value?: string; confirm?: boolean },
): void {
  const { btcpay, random, schedule } = context;
  schedule.at(invoice.created + after, (at) => {
    const { confirm = true, ...input } = how;
    const payment = btcpay.pay({ at, invoice: invoice.id, ...input });
    if (payment.status !== 'Processing' || !confirm) return;
    schedule.at(at + random.int(600, 5_400), (later) =>
      btcpay.confirmPayment({ at: later, invoice: invoice.id, payment: payment.id }),
    );
  });
}

function mark(context: BtcpayMonth, invoice: Invoice, after: number, to: 'Settled' | 'Invalid'): void {
  const { btcpay, schedule } = context;
  schedule.at(invoice.created + after, (at) => {
    btcpay.markInvoice({ at, invoice: invoice.id, to });
  });
}

type Play = (context: BtcpayMonth, invoice: Invoice) => void;

const PLAYS: Readonly<Record<Fate, Play>> = {
  exactOnChain: (context, invoice) => pay(context, invoice, soon(context.random), {}),
  exactLightning: (context, invoice) => pay(context, invoice, soon(context.random), { method: 'BTC-LN' }),
  bothMethods(context, invoice) {
    pay(context, invoice, 120, { value: onChain(invoice, context.random.int(20, 80)) });
    pay(context, invoice, 600, { method: 'BTC-LN' });
  },
  twoOnChain(context, invoice) {
    pay(context, invoice, 90, { value: onChain(invoice, context.random.int(30, 70)) });
    pay(context, invoice, 700, {});
  },
  overpaid: (context, invoice) => paySoon(context, invoice, context.random.int(103, 140)),
  partial: (context, invoice) => paySoon(context, invoice, context.random.int(20, 95)),
  late: (context, invoice) => pay(context, invoice, 7_200, {}),
  latePartial: (context, invoice) => pay(context, invoice, 7_200, { value: onChain(invoice, 50) }),
  markedUnpaid: (context, invoice) => mark(context, invoice, 40_000, 'Settled'),
  markedPartial(context, invoice) {
    pay(context, invoice, 300, { value: onChain(invoice, 97) });
    mark(context, invoice, 40_000, 'Settled');
  },
  markedThenInvalid(context, invoice) {
    mark(context, invoice, 30_000, 'Settled');
    mark(context, invoice, 100_000, 'Invalid');
  },
  neverConfirmed: (context, invoice) => pay(context, invoice, soon(context.random), { confirm: false }),
  replaced: payAndReplace,
  paidAgain(context, invoice) {
    pay(context, invoice, 100, { method: 'BTC-LN' });
    pay(context, invoice, 3_600, { value: onChain(invoice, 100) });
  },
  unpaid: () => undefined,
  stillNew: () => undefined,
};

/** Coins on chain for that many percent of the price. */
function onChain(invoice: Invoice, percent: number): string {
  return shareOfPrice(invoice, 'BTC-CHAIN', percent);
}

function paySoon(context: BtcpayMonth, invoice: Invoice, percent: number): void {
  pay(context, invoice, soon(context.random), { value: onChain(invoice, percent) });
}

/** The first transaction is replaced by one that goes elsewhere; a lightning payment follows in time. */
function payAndReplace(context: BtcpayMonth, invoice: Invoice): void {
  const { btcpay, schedule } = context;
  schedule.at(invoice.created + 60, (at) => {
    const payment = btcpay.pay({ at, invoice: invoice.id });
    schedule.at(at + 240, (later) => btcpay.replacePayment({ at: later, invoice: invoice.id, payment: payment.id }));
  });
  pay(context, invoice, 600, { method: 'BTC-LN' });
}

/** Two refunds through payouts, one of them withdrawn. */
function planRefunds({ btcpay, schedule }: BtcpayMonth, month: MonthSpan): void {
  const store = btcpay.settings.stores[0];
  if (!store) return;
  const base = { storeId: store.id, currency: 'USD' };
  schedule.at(month.from + 12 * DAY_SECONDS, (at) => {
    const payout = btcpay.createPayout({ ...base, at, amount: '25.00' });
    btcpay.approvePayout({ at: at + 60, payout: payout.id, payoutAmount: '0.00038824' });
    schedule.at(at + 3_600, (later) => btcpay.completePayout({ at: later, payout: payout.id }));
  });
  schedule.at(month.from + 15 * DAY_SECONDS, (at) => {
    const payout = btcpay.createPayout({ ...base, at, amount: '12.50' });
    schedule.at(at + 3_600, (later) => btcpay.cancelPayout({ at: later, payout: payout.id }));
  });
}
