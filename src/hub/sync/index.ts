export { factFromText, factToJson, reviveMoney } from './fact-json.ts';
export { runSync, type SyncOutcome, type SyncTurn } from './run.ts';
export { pgSyncStore, streamProgress, underLease } from './store.pg.ts';
export type { SyncStore } from './store.ts';
