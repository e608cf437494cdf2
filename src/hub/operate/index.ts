export {
  type AuthorisationStanding,
  type Authorisations,
  type BeginAuthorisation,
  type BeginReconnect,
  type ChosenAccounts,
  createAuthorisations,
  type PastedAnswer,
} from './authorisations.ts';
export { type ConnectionChanges, createConnectionChanges } from './change-connection.ts';
export type { RoleStanding, WorkStanding } from './checkup.pg.ts';
export { type Checkup, type ConnectionStanding, checkup } from './checkup.ts';
export { type ConnectCompanyRequest, type ConnectedCompany, connectCompany, openCompany } from './connect-company.ts';
export { type ConnectedPair, type ConnectPairRequest, connectPair } from './connect-pair.ts';
export { type Forecast, forecastSync, type StreamForecast } from './forecast.ts';
export type { Pending } from './pending.pg.ts';
export { pendingWork } from './pending.ts';
export type { BrokenWork, ProgressSince, Retrying } from './progress-since.pg.ts';
export { type ReconcileAnswer, type ReconcileRequest, reconcileNow, rowAgrees } from './reconcile-now.ts';
export { keyChangeRecorder } from './record-key-change.ts';
export { recordRate } from './record-rate.ts';
export type { ReplayFilter } from './replay.pg.ts';
export {
  estimateReplay,
  type ReplayEstimate,
  type ReplayRequest,
  type ReplayRun,
  replay,
} from './replay.ts';
export type { RetryFilter } from './retry.pg.ts';
export { estimateRetry, type RetryEstimate, type RetryRequest, type RetryRun, retry } from './retry.ts';
export { SEALED_TABLES } from './sealed-tables.ts';
export { estimateShred, type ShreddedTenant, type ShredRequest, shredTenant } from './shred-tenant.ts';
export type { StoppedGroup } from './stopped.pg.ts';
export type { OperateStores } from './stores.ts';
export { type SyncRequest, type SyncStarted, syncNow } from './sync-now.ts';
export { countStopped, type ReportRequest, type SyncReport, syncReport } from './sync-report.ts';
export {
  authoriseFromTerminal,
  type TerminalAuthorisation,
  type TerminalAuthorisationRequest,
} from './terminal-authorisation.ts';
export {
  type PairedKey,
  pairFromTerminal,
  type TerminalPairing,
  type TerminalPairingRequest,
} from './terminal-pairing.ts';
export { tryConnection } from './try-connection.ts';
export { type IdleOutcome, type IdleWait, waitUntilIdle } from './until-idle.ts';
export { createWebhooks, keepWebhooks, type Webhooks } from './webhooks.ts';
export { workUntilIdle } from './work-until-idle.ts';
