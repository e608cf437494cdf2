import type { Database } from '../../platform/store/index.ts';
import type { BooksDoors } from './store.ts';

/** The doors of verbs that a person starts, which read and change what several modules keep. */
export interface HubDoors extends BooksDoors {
  readonly database: Database;
}
