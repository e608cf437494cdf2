import type { Secret } from '../../kernel/secret.ts';
import type { Connection } from './connection.ts';

/** Whoever calls a provider on behalf of a connection; the token is the one that the work began with. */
export interface Caller {
  readonly connection: Connection;
  readonly token: Secret;
}

/**
 * Gives each call its token. Keys that do not end are used as they are stored; tokens of an authorisation are renewed before
 * they end, and once more when they are refused.
 */
export interface TokenDoor {
  /** The connection with a token that is good now; null when it has no credential. */
  open(connection: Connection): Promise<Caller | null>;
  /** The token for the next call of this caller. */
  current(caller: Caller): Promise<Secret>;
  /** A newer token than the one refused, or null when there can be none. */
  renew(caller: Caller, refused: Secret): Promise<Secret | null>;
  /** A call with this token was answered. */
  worked(caller: Caller, token: Secret): Promise<void>;
}
