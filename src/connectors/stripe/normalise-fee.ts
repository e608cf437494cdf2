import { isZero, type Money } from '../../kernel/money.ts';
import type { FeeFact, FeeRole } from '../../model/facts.ts';
import type { NormaliseContext } from '../sdk/index.ts';
import { type BalanceRow, costOf } from './balance-row.ts';
import { baseOf, sourceKind } from './fact-base.ts';

/** A row that is only a fee, or a credit of one. */
export function feeFact(row: BalanceRow, context: NormaliseContext): FeeFact {
  return ofAmount(row, context, costOf(row), roleOf(row));
}

/** The fee of a row whose own fact has no place for one; none when there is no fee. */
export function feeBeside(row: BalanceRow, context: NormaliseContext): FeeFact[] {
  return isZero(row.fee) ? [] : [ofAmount(row, context, row.fee, roleOf(row))];
}

function ofAmount(row: BalanceRow, context: NormaliseContext, amount: Money, role: FeeRole): FeeFact {
  const base = baseOf(row, context);
  return { kind: 'fee', ...base, fee: { role, amount, description: base.description } };
}

/** By category and type; a plain fee belongs to what it was taken for. */
function roleOf({ category, type, sourceId, source }: BalanceRow): FeeRole {
  if (category === 'tax' || type === 'tax_fee') return 'tax';
  const kind = sourceKind(sourceId, source);
  return kind === 'payout' || kind === 'dispute' ? kind : 'processing';
}
