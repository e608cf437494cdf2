export { type EmbeddedConnection, readConnectionFile } from './connection-file.ts';
export { type DataDirectoryLock, type LockDoors, lockDataDirectory } from './lock.ts';
export type { ServerSettings } from './settings.ts';
export type { StopMode } from './stop.ts';
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  type ExitInfo,
  startEmbeddedPostgres,
} from './supervisor.ts';
export type { EmbeddedDoors, EmbeddedLog } from './types.ts';
