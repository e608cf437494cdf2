import { type Money, negate, subtract, sumMoney } from '../kernel/money.ts';
import type { Fact, FeePart } from './facts.ts';

/** What a fact did to the money that the source holds for us. */
export interface BalanceEffect {
  /** Signed movement without the fees that are booked as a leg of their own. */
  readonly movement: Money;
  /** Fees taken with it, to be subtracted; negative when given back. */
  readonly fees: Money;
}

/** Null for facts that move nothing at the source. Signed like the source's own balance. */
export function balanceEffect(fact: Fact): BalanceEffect | null {
  switch (fact.kind) {
    case 'charge':
      return effect(fact.gross, fact.fees);
    case 'refund':
      return effect(negate(fact.amount), fact.fees);
    case 'refund_failed':
      return effect(fact.amount, []);
    case 'fee':
      return effect(negate(fact.fee.amount), []);
    case 'dispute_opened':
      return effect(subtract(negate(fact.amount), total(fact.fees, fact.amount.currency)), []);
    case 'dispute_won':
      return effect(subtract(fact.amount, total(fact.fees, fact.amount.currency)), []);
    case 'payout':
      return effect(negate(fact.amount), fact.fees);
    case 'payout_reversed':
    case 'reserve':
      return effect(fact.amount, []);
    case 'adjustment':
      return effect(fact.amount, fact.fees);
    case 'bitcoin_payment':
      return effect(fact.value, []);
    case 'dispute_lost':
    case 'payout_items':
    case 'invoice':
      return null;
  }
}

function effect(movement: Money, fees: readonly FeePart[]): BalanceEffect {
  return { movement, fees: total(fees, movement.currency) };
}

function total(fees: readonly FeePart[], currency: string): Money {
  return sumMoney(
    fees.map((fee) => fee.amount),
    currency,
  );
}
