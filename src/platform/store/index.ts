export {
  change,
  Database,
  type DatabaseOptions,
  firstRow,
  inPart,
  rows,
  SILENCE_MS,
  sql,
  type Tx,
} from './database.ts';
export { asOwner, type MigrationStatus, migrate, migrationStatus, type OwnerAddress } from './migrate.ts';
export { patientSocket } from './patient-socket.ts';
export { ROLES, type RoleName } from './roles.ts';
export { isApplied, nextState } from './state-change.ts';
export { at, atOrNull } from './types.ts';
