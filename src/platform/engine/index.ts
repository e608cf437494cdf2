export { Jobs, type JobsAddress, type ScheduledJob } from './jobs.ts';
export {
  type ClaimOneRequest,
  type ClaimRequest,
  type Lease,
  type NextTurn,
  PRIORITY,
  type WorkStore,
} from './port.ts';
export { addWork, holdsLease, pgWorkStore, wake } from './work-store.pg.ts';
export { LEASE_MS, type Turn, type TurnEnd, Worker, type WorkerDoors, type WorkerOptions } from './worker.ts';
