import type { ConnectionId, TenantId } from '../../../kernel/ids.ts';
import type { Secret } from '../../../kernel/secret.ts';
import type { SecurityEvent } from '../../audit/index.ts';
import type { Authorisation, AuthorisationId, Choice, NewAuthorisation } from './authorisation.ts';

/** What authorisations ask of the store. Each verb is one transaction. */
export interface AuthorisationStore {
  /** Sweeps what is long over; false when the tenant has too many open authorisations. */
  add(authorisation: NewAuthorisation, now: number): Promise<boolean>;
  /** Whose authorisation a callback is about; null when nobody's. */
  tenantOf(stateHash: Uint8Array): Promise<TenantId | null>;
  byState(tenantId: TenantId, stateHash: Uint8Array): Promise<Authorisation | null>;
  find(tenantId: TenantId, id: AuthorisationId): Promise<Authorisation | null>;
  /** Takes the one use of the authorisation: its PKCE verifier, or null when it was taken or is over. */
  take(authorisation: Authorisation, now: number): Promise<{ readonly verifier: Secret | null } | null>;
  /** How the authorisation that was taken came out. */
  finish(
    authorisation: Authorisation,
    outcome: NonNullable<Authorisation['outcome']>,
    result: ConnectionId | null,
  ): Promise<void>;
  /** Ends an authorisation that is still open, and records why; recorded also when it was over. */
  refuse(
    authorisation: Authorisation,
    outcome: NonNullable<Authorisation['outcome']>,
    event: SecurityEvent,
    now: number,
  ): Promise<void>;
  /** Records a callback that belongs to no authorisation. */
  refuseUnknown(event: SecurityEvent, now: number): Promise<void>;
  /** Hands the provider's answer (a query string) over to the terminal that waits; false when the authorisation is over. */
  handOver(authorisation: Authorisation, answer: Secret, now: number): Promise<boolean>;
  /** The answer that was handed over, or null while there is none. */
  handedOver(authorisation: Authorisation): Promise<Secret | null>;
  /** Whoever began a pairing is there, and has to choose; false when the authorisation is over. */
  confirm(authorisation: Authorisation, choices: readonly Choice[], now: number): Promise<boolean>;
  /** Erases what is sealed of authorisations that are over, and all of those that were over before this instant; answers how many. */
  sweep(tenantId: TenantId, before: number): Promise<number>;
}
