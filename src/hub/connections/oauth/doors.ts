import type { WorkDoors } from '../doors.ts';
import type { AuthorisationStore } from './authorisation-store.ts';
import type { GrantStore } from './grant-store.ts';
import type { OAuthSettings } from './settings.ts';

/** The doors of authorisations and of tokens that end. */
export interface OAuthDoors {
  readonly work: WorkDoors;
  readonly authorisations: AuthorisationStore;
  readonly grants: GrantStore;
  readonly oauth: OAuthSettings;
}
