import { dayRows } from './compare-days.ts';
import { indexOf } from './compare-index.ts';
import { payoutRows } from './compare-payouts.ts';
import type { CompareInput, ReconciliationRow } from './compare-types.ts';

export type {
  ComparedPosting,
  CompareInput,
  DatedFact,
  Difference,
  DifferenceKind,
  ReconciliationRow,
} from './compare-types.ts';

/** Source, postings and ledger side by side, for each payout and each day in the range; every difference has a name. */
export function compare(input: CompareInput): readonly ReconciliationRow[] {
  const index = indexOf(input);
  return [...payoutRows(input, index), ...dayRows(input, index)];
}
