export {
  type ComparedPosting,
  type CompareInput,
  compare,
  type DatedFact,
  type Difference,
  type ReconciliationRow,
} from './compare.ts';
export { type ReconcileTurn, reconcile } from './run.ts';
export { pgReconcileStore } from './store.pg.ts';
export type { ReconcileStore } from './store.ts';
