import type { LocalDate } from '../../kernel/dates.ts';
import type { Lease } from '../../platform/engine/index.ts';
import type { Pair } from '../connections/index.ts';
import type { Leg } from '../posting/index.ts';
import type { ComparedPosting, DatedFact, ReconciliationRow } from './compare.ts';

export interface Compared {
  readonly facts: readonly DatedFact[];
  readonly postings: readonly ComparedPosting[];
  /** Which leg each posting is, by its id. */
  readonly legs: ReadonlyMap<string, Leg>;
  /** Ledger account → currency, of the accounts that stand for the money at the source. */
  readonly accounts: ReadonlyMap<string, string>;
}

/** Everything that was found between two days. */
export interface ComparedRange {
  readonly rows: readonly ReconciliationRow[];
  readonly from: LocalDate;
  readonly to: LocalDate;
}

/** What reconciling asks of the store. */
export interface ReconcileStore {
  /** First and last day touched since the last reconciliation of the pair, or null when nothing changed. */
  changedRange(pair: Pair): Promise<{ readonly from: LocalDate; readonly to: LocalDate } | null>;
  /** Every day that has a posting, or null when there is none. */
  wholeRange(pair: Pair): Promise<{ readonly from: LocalDate; readonly to: LocalDate } | null>;
  load(pair: Pair): Promise<Compared>;
  /**
   * Writes the rows and an attention item for each that does not agree; closes those that agree again. A day of the
   * range that has no row any more is back at nothing.
   */
  save(lease: Lease, pair: Pair, found: ComparedRange, now: number): Promise<void>;
}
