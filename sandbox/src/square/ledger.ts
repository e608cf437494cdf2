import type { SquareContext } from './context.ts';
import { sumOf } from './money.ts';
import type { BalanceEntry } from './objects/balance-entry.ts';

export interface NewEntry {
  readonly at: number;
  readonly location: string;
  readonly type: string;
  readonly gross: number;
  readonly fee?: number;
  readonly details?: Readonly<Record<string, string>>;
}

/** Adds one row to what Square holds for a location. */
export function addEntry(context: SquareContext, entry: NewEntry): BalanceEntry {
  if (!Number.isSafeInteger(entry.gross)) throw new RangeError(`not whole minor units: ${entry.gross}`);
  context.touch(entry.at);
  const fee = entry.fee ?? 0;
  return context.state.tables.entries.add({
    id: context.state.newId('entries'),
    created: entry.at,
    location: entry.location,
    type: entry.type,
    gross: entry.gross,
    fee,
    net: entry.gross - fee,
    details: entry.details ?? null,
    payout: null,
  });
}

/** Rows of a location that no payout has taken, oldest first. */
export function unpaidEntries(context: SquareContext, location: string, at: number): BalanceEntry[] {
  return context.state.tables.entries
    .all()
    .filter((entry) => entry.payout === null && entry.location === location && entry.created <= at);
}

/** What Square holds for the seller now, over all locations, in minor units. */
export function balanceOf(context: SquareContext): number {
  const left = context.state.tables.entries.all().filter(({ payout }) => payout === null);
  return sumOf(left.map(({ net }) => net));
}
