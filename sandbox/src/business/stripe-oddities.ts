import { DAY_SECONDS } from '../core/calendar.ts';
import type { StripeMonth } from './stripe-parts.ts';
import { workingDay } from './times.ts';

/** An instant payout costs one percent and a half. */
const INSTANT_FEE_BPS = 150;
/** The contract whose refund turns a day's payout negative, in cents: several days' takings whatever the month's size. */
const CONTRACT_PER_CHARGE = 2_500;
const MIN_CONTRACT = 2_500_000;

/** What happens to an account once in a while: every kind of row that a ledger must cope with. */
export function planOddities(context: StripeMonth): void {
  planFees(context);
  planReserve(context);
  planCorrections(context);
  planPartialCapture(context);
  planFailedPayout(context);
  planFailedRefund(context);
  planOwnPayouts(context);
  planNegativePayout(context);
}

function planFees({ stripe, month, schedule }: StripeMonth): void {
  schedule.at(workingDay(month, 2, 9), (at) =>
    stripe.accountFee({ at, amount: 2_500, description: 'Billing - Usage Fee' }),
  );
  schedule.at(workingDay(month, 12, 9), (at) =>
    stripe.accountFee({ at, amount: 1_040, description: 'Card account updater' }),
  );
  schedule.at(workingDay(month, 13, 9), (at) => stripe.feeCredit({ at, amount: 375 }));
  schedule.at(workingDay(month, 14, 9), (at) => stripe.taxFee({ at, amount: 293 }));
  schedule.at(workingDay(month, 18, 9), (at) => stripe.networkCost({ at, amount: 611 }));
}

function planReserve({ stripe, month, schedule }: StripeMonth): void {
  schedule.at(workingDay(month, 6, 10), (at) => stripe.holdReserve({ at, amount: 50_000 }));
  schedule.at(workingDay(month, 16, 10), (at) => stripe.releaseReserve({ at, amount: 50_000 }));
}

function planCorrections({ stripe, month, schedule }: StripeMonth): void {
  schedule.at(workingDay(month, 9, 11), (at) => stripe.adjust({ at, amount: -1_234, description: 'Correction' }));
  schedule.at(workingDay(month, 15, 11), (at) =>
    stripe.adjust({ at, amount: -777, category: 'sandbox_unheard_of', description: 'A row of a kind that is new' }),
  );
}

/** A hold of a hundred dollars of which less is taken in the end. */
function planPartialCapture({ stripe, month, schedule }: StripeMonth): void {
  schedule.at(workingDay(month, 4, 15), (at) => {
    stripe.charge({ at, amount: 10_000, captured: 7_350, description: 'Rental with a deposit' });
  });
}

/** A payout is reported as paid, and three days later the bank sends it back. */
function planFailedPayout({ stripe, month, schedule }: StripeMonth): void {
  schedule.at(workingDay(month, 8, 2), (at) => {
    const payout = stripe.context.state.tables.payouts
      .all()
      .findLast(({ automatic, amount }) => automatic && amount > 0);
    if (!payout) return;
    schedule.at(at + 3 * DAY_SECONDS, (later) => {
      stripe.advancePayouts(later);
      stripe.failPayout({ at: later, payout: payout.id });
    });
  });
}

function planFailedRefund({ stripe, month, schedule }: StripeMonth): void {
  schedule.at(workingDay(month, 13, 15), (at) => {
    const refund = stripe.context.state.tables.refunds
      .all()
      .find(({ reason, status }) => reason !== null && status === 'succeeded');
    if (refund) stripe.failRefund({ at, refund: refund.id });
  });
}

/** One instant payout with its fee, and one ordinary payout by hand before the night's automatic one. */
function planOwnPayouts({ stripe, month, schedule }: StripeMonth): void {
  schedule.at(workingDay(month, 10, 12), (at) => {
    const { available, pending } = stripe.balanceAt(stripe.settings.currency, at);
    const amount = Math.floor((available + pending) / 5);
    if (amount > 0)
      stripe.manualPayout({ at, amount, method: 'instant', fee: Math.floor((amount * INSTANT_FEE_BPS) / 10_000) });
  });
  schedule.at(workingDay(month, 17, 0), (at) => {
    const amount = Math.floor(stripe.balanceAt(stripe.settings.currency, at).available / 3);
    if (amount > 0) stripe.manualPayout({ at, amount });
  });
}

/** A large order is refunded just before a day on which little becomes available: Stripe takes money from the bank. */
function planNegativePayout(context: StripeMonth): void {
  const { stripe, month, schedule, charges } = context;
  const amount = Math.max(MIN_CONTRACT, charges * CONTRACT_PER_CHARGE);
  schedule.at(workingDay(month, 3, 14), (at) => {
    const made = stripe.charge({ at, amount, customer: context.customer(1, at), description: 'Annual contract' });
    const refundAt = workingDay(month, 11, 22);
    schedule.at(refundAt, (later) => {
      stripe.refund({ at: later, charge: made.charge.id, reason: 'requested_by_customer' });
    });
  });
}
