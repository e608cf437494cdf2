import { negate } from '../../kernel/money.ts';
import type { RefundFact, RefundFailedFact } from '../../model/facts.ts';
import type { NormaliseContext } from '../sdk/index.ts';
import { type BalanceRow, feeParts } from './balance-row.ts';
import { baseOf } from './fact-base.ts';

/** Money given back, or a capture that shrank. Stripe does not say how much of it is tax. */
export function refundFact(row: BalanceRow, context: NormaliseContext, cause: RefundFact['cause']): RefundFact {
  return {
    kind: 'refund',
    ...baseOf(row, context),
    amount: negate(row.gross),
    tax: null,
    fees: feeParts(row, 'processing'),
    cause,
  };
}

/** A refund that came back to the balance. */
export function refundFailedFact(row: BalanceRow, context: NormaliseContext): RefundFailedFact {
  return { kind: 'refund_failed', ...baseOf(row, context), amount: row.gross };
}
