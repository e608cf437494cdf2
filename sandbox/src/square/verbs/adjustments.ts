import type { SquareContext } from '../context.ts';
import { addEntry } from '../ledger.ts';
import type { BalanceEntry } from '../objects/balance-entry.ts';
import { momentOf } from './lookup.ts';

export interface AdjustInput {
  readonly at: number;
  /** Minor units; negative takes from the seller. */
  readonly amount: number;
  /** Any ActivityType, known or not: the list grows. */
  readonly type: string;
  readonly location?: string;
  /** The payment that the entry's details name, where the type has details. */
  readonly payment?: string;
}

/** Whatever else Square does to a balance: reserves, loans, subscriptions, savings, types that nobody knows yet. */
export function adjust(context: SquareContext, input: AdjustInput): BalanceEntry {
  return addEntry(context, {
    at: momentOf(input),
    location: input.location ?? context.mainLocation,
    type: input.type,
    gross: input.amount,
    ...(input.payment === undefined ? {} : { details: { payment_id: input.payment } }),
  });
}
