import type { Doors } from '../doors.ts';
import type { ConnectionStore } from './store.ts';

/** The doors of everything that works on a connection. */
export interface WorkDoors extends Doors {
  readonly connections: ConnectionStore;
}
