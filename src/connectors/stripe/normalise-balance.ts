import type { Json } from '../../kernel/json.ts';
import type { AdjustmentFact, Fact } from '../../model/facts.ts';
import type { NormaliseContext, Normalised } from '../sdk/index.ts';
import { type BalanceRow, feeParts, feeProblems, isReserveMirror, readBalanceRow } from './balance-row.ts';
import { baseOf } from './fact-base.ts';
import { chargeFact } from './normalise-charge.ts';
import { disputeOpenedFact, disputeWonFact } from './normalise-dispute.ts';
import { feeBeside, feeFact } from './normalise-fee.ts';
import { payoutFact, payoutReversedFact } from './normalise-payout.ts';
import { refundFact, refundFailedFact } from './normalise-refund.ts';

interface Category {
  /** Which way the balance moves; the other way is an adjustment, because the fact's amount would lose its sign. */
  readonly moves: 'in' | 'out' | 'either';
  facts(row: BalanceRow, context: NormaliseContext): readonly Fact[];
}

const FEE: Category = { moves: 'either', facts: (row, context) => [feeFact(row, context)] };

/** By `reporting_category`: it tells apart what `type` throws together, and it grows less often. */
const CATEGORIES: Readonly<Record<string, Category>> = {
  charge: { moves: 'in', facts: (row, context) => [chargeFact(row, context)] },
  refund: { moves: 'out', facts: (row, context) => [refundFact(row, context, 'refund')] },
  partial_capture_reversal: { moves: 'out', facts: (row, context) => [refundFact(row, context, 'capture_reversal')] },
  refund_failure: {
    moves: 'in',
    facts: (row, context) => [refundFailedFact(row, context), ...feeBeside(row, context)],
  },
  dispute: { moves: 'out', facts: (row, context) => [disputeOpenedFact(row, context)] },
  dispute_reversal: { moves: 'in', facts: (row, context) => [disputeWonFact(row, context)] },
  fee: FEE,
  network_cost: FEE,
  tax: FEE,
  payout: { moves: 'either', facts: (row, context) => [payoutFact(row, context)] },
  payout_reversal: {
    moves: 'either',
    facts: (row, context) => [payoutReversedFact(row, context), ...feeBeside(row, context)],
  },
  risk_reserved_funds: {
    moves: 'either',
    facts: (row, context) => [
      { kind: 'reserve', ...baseOf(row, context), amount: row.gross },
      ...feeBeside(row, context),
    ],
  },
};

/** The facts of one balance transaction. Whatever has no recipe is an adjustment: it reaches the books in suspense. */
export function balanceFacts(body: Json, context: NormaliseContext): Normalised {
  if (isReserveMirror(body)) return { facts: [], problems: [] };
  const row = readBalanceRow(body);
  const category = Object.hasOwn(CATEGORIES, row.category) ? CATEGORIES[row.category] : undefined;
  const facts = category && movesAs(row, category.moves) ? category.facts(row, context) : [adjustment(row, context)];
  return { facts, problems: feeProblems(row) };
}

function movesAs({ gross }: BalanceRow, moves: Category['moves']): boolean {
  if (moves === 'either') return true;
  return moves === 'in' ? gross.minor >= 0n : gross.minor <= 0n;
}

function adjustment(row: BalanceRow, context: NormaliseContext): AdjustmentFact {
  return {
    kind: 'adjustment',
    ...baseOf(row, context),
    amount: row.gross,
    fees: feeParts(row, 'processing'),
    category: row.category,
  };
}
