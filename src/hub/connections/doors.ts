import type { Doors } from '../doors.ts';
import type { ConnectionStore } from './store.ts';
import type { TokenDoor } from './tokens.ts';

/** The doors of everything that works on a connection. */
export interface WorkDoors extends Doors {
  readonly connections: ConnectionStore;
  /** Without it every credential is used as it is stored. */
  readonly tokens?: TokenDoor;
}
