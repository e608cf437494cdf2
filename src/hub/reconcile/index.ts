export type {
  ComparedPosting,
  CompareInput,
  DatedFact,
  Difference,
  ReconciliationRow,
} from './compare.ts';
export {
  type ListedDifference,
  type ListedReconciliation,
  pgReconciliationList,
  type ReconciliationList,
  type ReconciliationPosition,
  type ReconciliationQuery,
} from './list.pg.ts';
export { type Reconciled, type ReconcileTurn, reconcile } from './run.ts';
export { pgReconcileStore } from './store.pg.ts';
export type { ReconcileStore } from './store.ts';
export type { WaterfallRow, WaterfallStep } from './waterfall.ts';
