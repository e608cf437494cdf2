export { type Pending, pendingWork } from './pending.ts';
export { type ReconcileAnswer, type ReconcileRequest, reconcileNow, rowAgrees } from './reconcile-now.ts';
export type { OperateStores } from './stores.ts';
