import type { SandboxBench } from './sandbox-bench.ts';

/** A bit of everything that can happen to a seller, in October. */
export function doBusiness({ sandbox }: SandboxBench): void {
  const { square } = sandbox;
  const day = Date.UTC(2026, 9, 12, 9) / 1000;
  const card = square.sale({ at: day, giftCards: [{ amount: 5_000 }], tenders: [{ source: 'cash', amount: 5_000 }] });
  const sale = square.sale({
    at: day + 60,
    lines: [{ name: 'Coffee beans', unitAmount: 2_000, quantity: '2' }],
    discounts: [{ name: 'Regular', percentage: '10' }],
    taxes: [{ name: 'Sales tax', percentage: '8' }],
    serviceCharges: [{ name: 'Delivery', amount: 112 }],
    tenders: [
      { source: 'card', amount: 3_000, tip: 600 },
      { source: 'giftCard', amount: 1_000, giftCard: card.giftCards[0]!.id },
    ],
  });
  const [paid] = sale.payments;
  square.createPayment({ at: day + 70, amount: 700, source: 'external' });
  square.createPayment({ at: day + 80, amount: 800, source: 'bankAccount' });
  square.createPayment({ at: day + 90, amount: 900, source: 'wallet' });
  square.createPayment({ at: day + 95, amount: 950, declined: 'GENERIC_DECLINE' });
  square.adjustFee({ at: day + 100, payment: paid!.id, amount: 12 });
  square.refund({ at: day + 110, payment: paid!.id, amount: 500, reason: 'Broken' });
  const whole = square.sale({
    at: day + 120,
    lines: [{ name: 'Cup', unitAmount: 900 }],
    taxes: [{ name: 'T', percentage: '8' }],
    tip: 50,
  });
  square.refund({ at: day + 130, payment: whole.payments[0]!.id });
  const dispute = square.openDispute({ at: day + 140, payment: paid!.id, amount: 1_000 });
  square.answerDispute({ at: day + 150, dispute: dispute.id });
  square.winDispute({ at: day + 160, dispute: dispute.id });
  square.openDispute({ at: day + 170, payment: paid!.id, amount: 100, inquiry: true });
  square.adjust({ at: day + 180, type: 'RESERVE_HOLD', amount: -200, payment: paid!.id });
  square.adjust({ at: day + 190, type: 'SUBSCRIPTION_FEE', amount: -100 });
  const failed = square.payoutDue({ at: day + 3_600 })!;
  square.payoutFailed({ at: day + 90_000, payout: failed.id });
  const sent = square.payoutDue({ at: day + 100_000 })!;
  square.payoutPaid({ at: day + 190_000, payout: sent.id });
  square.createPayment({ at: day + 200_000, amount: 4_000 });
  square.payoutDue({ at: day + 200_100, instant: true });
}
