import { DAY_SECONDS, isWeekend, type MonthSpan } from '../core/calendar.ts';
import type { Random } from '../core/random.ts';
import { createSchedule, type Schedule } from '../core/schedule.ts';
import type { SandboxSquare } from '../square/square.ts';
import type { SaleInput, SaleTender } from '../square/verbs/sales.ts';
import { shoppingTimes } from './times.ts';

/** Till closing: what the day brought is sent to the bank. */
const CLOSING_HOUR = 23;
/** Every so many sales something happens to one: numbers without common factors, so that they meet seldom. */
const EVERY = {
  refund: 17,
  wholeRefund: 29,
  dispute: 53,
  cash: 6,
  split: 19,
  giftCard: 23,
  giftCardUse: 7,
  feeCorrection: 41,
} as const;
/** What a second tender pays; every basket costs more. */
const PART_MINOR = 100;
/** Payouts of this day of the month come back; on a weekend there are none. */
const RETURNED_DAY = 12;

interface SquareMonth {
  readonly square: SandboxSquare;
  readonly random: Random;
  readonly schedule: Schedule;
  /** Gift cards that hold money, newest last. */
  readonly cards: { readonly id: string; left: number }[];
}

/** Fills one month of a Square seller at all locations, deterministically. */
export function squareMonth(square: SandboxSquare, random: Random, month: MonthSpan, sales: number): void {
  const context: SquareMonth = { square, random, schedule: createSchedule(), cards: [] };
  shoppingTimes(random, month, sales).forEach((at, index) => {
    context.schedule.at(at, () => sell(context, at, index + 1));
  });
  for (let day = month.from; sales > 0 && day < month.until; day += DAY_SECONDS) {
    const at = day + CLOSING_HOUR * 3600;
    if (!isWeekend(day)) context.schedule.at(at, () => payOut(context, at));
  }
  context.schedule.runUntil(month.until);
}

function basket({ random, square }: SquareMonth, at: number, number: number): SaleInput {
  const location = random.pick(square.settings.locations).id;
  const lines = Array.from({ length: random.int(1, 3) }, (_, line) => ({
    name: `Item ${line + 1}`,
    unitAmount: random.int(150, 4_000),
    quantity: String(random.int(1, 3)),
  }));
  const taxes = [{ name: 'Sales tax', percentage: '8.25' }];
  const discounts = random.chance(0.1) ? [{ name: 'Regulars', percentage: '10' }] : [];
  const giftCards = number % EVERY.giftCard === 0 ? [{ amount: 2_500 }] : [];
  return { at, location, lines, taxes, discounts, giftCards, reference: `SQ-${number}` };
}

function tendersOf({ random, cards }: SquareMonth, number: number): SaleTender[] {
  if (number % EVERY.cash === 0) return [{ source: 'cash' }];
  const tip = random.chance(0.3) ? { tip: random.int(50, 900) } : {};
  const card: SaleTender = { source: 'card', ...tip };
  if (number % EVERY.split === 0) return [{ source: 'cash', amount: PART_MINOR }, card];
  const gift = cards.find(({ left }) => left >= PART_MINOR);
  if (gift === undefined || number % EVERY.giftCardUse !== 0) return [card];
  gift.left -= PART_MINOR;
  return [{ source: 'giftCard', amount: PART_MINOR, giftCard: gift.id }, card];
}

function sell(context: SquareMonth, at: number, number: number): void {
  const sale = context.square.sale({ ...basket(context, at, number), tenders: tendersOf(context, number) });
  for (const card of sale.giftCards) context.cards.push({ id: card.id, left: card.balance });
  const payment = sale.payments.find(({ kind }) => kind === 'card');
  if (payment !== undefined) plan(context, { at, number, payment: payment.id, total: payment.show.total_money.amount });
}

interface Paid {
  readonly at: number;
  readonly number: number;
  readonly payment: string;
  readonly total: number;
}

/** What happens to a card payment on later days. */
function plan({ square, schedule }: SquareMonth, { at, number, payment, total }: Paid): void {
  const later = (days: number, work: (moment: number) => void) => schedule.at(at + days * DAY_SECONDS, work);
  if (number % EVERY.refund === 0) {
    later(2, (moment) => square.refund({ at: moment, payment, amount: Math.ceil(total / 3), reason: 'Returned' }));
  } else if (number % EVERY.wholeRefund === 0) {
    later(1, (moment) => square.refund({ at: moment, payment, reason: 'Cancelled order' }));
  } else if (number % EVERY.dispute === 0) {
    later(3, (moment) => {
      const { id: dispute } = square.openDispute({ at: moment, payment });
      later(5, (second) => square.answerDispute({ at: second, dispute }));
      const isWon = number % (2 * EVERY.dispute) === 0;
      later(9, (third) => (isWon ? square.winDispute : square.loseDispute)({ at: third, dispute }));
    });
  }
  if (number % EVERY.feeCorrection === 0) later(1, (moment) => square.adjustFee({ at: moment, payment, amount: -5 }));
}

/** Each location for itself; the bank has it a day later, and sends those of one day back. */
function payOut({ square, schedule }: SquareMonth, at: number): void {
  const isSentBack = new Date(at * 1000).getUTCDate() === RETURNED_DAY;
  for (const { id: location } of square.settings.locations) {
    const payout = square.payoutDue({ at, location });
    if (payout === undefined) continue;
    const settle = isSentBack ? square.payoutFailed : square.payoutPaid;
    schedule.at(at + DAY_SECONDS, (moment) => settle({ at: moment, payout: payout.id }));
  }
}
