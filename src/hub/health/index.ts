export {
  type ConnectionList,
  type ConnectionPosition,
  type ListedConnection,
  type ListedSync,
  pgConnectionList,
} from './connections.pg.ts';
export { createHealth, type Health, type HealthDoors } from './health.ts';
export { type Machine, systemMachine } from './machine.ts';
export type {
  BreakerHealth,
  DatabaseHealth,
  DeepReport,
  DiskHealth,
  Finding,
  HealthStatus,
  Judgement,
  MemoryHealth,
  MigrationHealth,
  QueueHealth,
  ReadyReport,
  WorkerHealth,
} from './report.ts';
export { type HealthStore, pgHealthStore } from './store.pg.ts';
