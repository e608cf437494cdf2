import type { WorkDoors } from '../doors.ts';
import type { FlowStore } from './flow-store.ts';
import type { GrantStore } from './grant-store.ts';
import type { OAuthSettings } from './settings.ts';

/** The doors of signing in and of tokens that end. */
export interface OAuthDoors {
  readonly work: WorkDoors;
  readonly flows: FlowStore;
  readonly grants: GrantStore;
  readonly oauth: OAuthSettings;
}
