import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MONDAY } from '../core/testing.ts';
import type { SandboxSquare } from './square.ts';
import { testSquare } from './testing.ts';
import { squareTruth } from './truth.ts';

const RUNS = 150;
const KINDS = [
  'sale',
  'cash',
  'bank',
  'complete',
  'fail',
  'fee',
  'adjustFee',
  'refund',
  'pendingRefund',
  'completeRefund',
  'failRefund',
  'dispute',
  'inquiry',
  'escalate',
  'answer',
  'win',
  'lose',
  'adjust',
  'payout',
  'instant',
  'paid',
  'returned',
] as const;

/** One thing to try; what makes no sense is refused by the verb, and that must change nothing. */
interface Step {
  readonly kind: (typeof KINDS)[number];
  readonly amount: number;
  readonly pick: number;
  readonly side: boolean;
  readonly wait: number;
}
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(...KINDS),
  amount: fc.integer({ min: 1, max: 50_000 }),
  pick: fc.nat({ max: 1_000 }),
  side: fc.boolean(),
  wait: fc.nat({ max: 200_000 }),
});

function run(square: SandboxSquare, { kind, amount, pick, side }: Step, at: number): void {
  const { tables } = square.context.state;
  const one = (table: { all(): readonly { readonly id: string }[] }) =>
    table.all()[pick % Math.max(1, table.all().length)]?.id ?? '';
  const location = square.settings.locations[side ? 1 : 0]?.id ?? '';
  const [payment, refund, dispute] = [one(tables.payments), one(tables.refunds), one(tables.disputes)];
  const payout = one(tables.payouts);
  const verbs: Record<Step['kind'], () => unknown> = {
    sale: () => square.sale({ at, location, lines: [{ name: 'Thing', unitAmount: amount }], tip: pick }),
    cash: () => square.createPayment({ at, location, amount, source: side ? 'cash' : 'external' }),
    bank: () => square.createPayment({ at, location, amount, source: 'bankAccount' }),
    complete: () => square.completePayment({ at, payment }),
    fail: () => square.failPayment({ at, payment }),
    fee: () => square.feeArrives({ at, payment }),
    adjustFee: () => square.adjustFee({ at, payment, amount: side ? pick : -pick }),
    refund: () => square.refund({ at, payment, ...(side ? { amount } : {}) }),
    pendingRefund: () => square.refund({ at, payment, amount, pending: true }),
    completeRefund: () => square.completeRefund({ at, refund }),
    failRefund: () => square.failRefund({ at, refund, rejected: side }),
    dispute: () => square.openDispute({ at, payment }),
    inquiry: () => square.openDispute({ at, payment, inquiry: true }),
    escalate: () => square.escalateInquiry({ at, dispute }),
    answer: () => square.answerDispute({ at, dispute }),
    win: () => square.winDispute({ at, dispute }),
    lose: () => square.loseDispute({ at, dispute }),
    adjust: () => square.adjust({ at, location, type: 'NEW_KIND', amount: side ? amount : -amount }),
    payout: () => square.payoutDue({ at, location }),
    instant: () => square.payoutDue({ at, location, instant: true }),
    paid: () => square.payoutPaid({ at, payout }),
    returned: () => square.payoutFailed({ at, payout }),
  };
  verbs[kind]();
}

test('the balance is what payments, fees, refunds, disputes and payouts add up to, whatever happens in whatever order', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40, size: 'max' }), fc.boolean(), (steps, refundsReturnFee) => {
      const { square } = testSquare({ refundsReturnFee });
      let at = MONDAY;
      for (const next of steps) {
        at += next.wait;
        try {
          run(square, next, at);
        } catch {
          // Refused: nobody can complete what is over.
        }
        const usd = squareTruth(square)['usd'];
        const expected = usd ? usd.gross - usd.refunds - usd.fees - usd.disputes + usd.adjustments - usd.payouts : 0;
        expect(square.balance()).toBe(expected);
        expect(usd?.balance ?? 0).toBe(expected);
      }
      for (const payout of square.context.state.tables.payouts.all()) {
        const entries = square.context.state.tables.entries.all().filter((entry) => entry.payout === payout.id);
        const fee = payout.show.payout_fee?.[0]?.amount_money.amount ?? 0;
        expect(entries.reduce((sum, entry) => sum + entry.net, 0)).toBe(payout.show.amount_money.amount + fee);
      }
    }),
    { numRuns: RUNS },
  );
});
