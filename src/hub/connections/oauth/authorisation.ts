import type { ErrorCode } from '../../../kernel/error-codes.ts';
import type { ConnectionId, Id, TenantId } from '../../../kernel/ids.ts';
import type { Secret } from '../../../kernel/secret.ts';
import type { Actor } from '../../audit/index.ts';
import type { Environment } from './settings.ts';

export type AuthorisationId = Id<'oaf'>;

/** A person has so long to sign in and consent. */
export const AUTHORISATION_LIFE_MS = 10 * 60_000;
/** Authorisations of one tenant that are open at once. */
export const MAX_OPEN_AUTHORISATIONS = 20;
/** Authorisations that are over are kept for a day: a repeated answer is then told from an invented one. */
export const AUTHORISATION_KEPT_MS = 24 * 3_600_000;

/** An authorisation that a person began. */
export interface Authorisation {
  readonly id: AuthorisationId;
  readonly tenantId: TenantId;
  readonly provider: string;
  readonly environment: Environment;
  readonly place: 'browser' | 'terminal';
  /** Who began, and so who connects. */
  readonly actor: Actor;
  readonly bindingHash: Uint8Array;
  /** The connection that is authorised again; null for a new one. */
  readonly connectionId: ConnectionId | null;
  readonly redirectUri: string;
  readonly returnTo: string | null;
  /** Nothing before this instant (ms UTC) is read by a new connection. */
  readonly since: number;
  readonly clientId: string;
  /** Address of a self-hosted server; null for providers with one address. */
  readonly baseUrl: string | null;
  /** Ms UTC. */
  readonly expiresAt: number;
  readonly endedAt: number | null;
  readonly outcome: 'connected' | ErrorCode | null;
  readonly resultConnectionId: ConnectionId | null;
  /** When whoever began a pairing came back with the key. */
  readonly confirmedAt: number | null;
  /** What a paired key reaches, while one of several is to be chosen. */
  readonly choices: readonly Choice[];
}

/** An account that a key reaches. */
export interface Choice {
  readonly accountId: string;
  readonly name: string;
}

export interface NewAuthorisation
  extends Omit<Authorisation, 'endedAt' | 'outcome' | 'resultConnectionId' | 'confirmedAt' | 'choices'> {
  readonly stateHash: Uint8Array;
  /** PKCE. */
  readonly verifier: Secret | null;
}
