import type { Secret } from '../../../kernel/secret.ts';

/** What a token answer gives. Instants are ms UTC. */
export interface TokenSet {
  readonly access: Secret;
  /** Null when the answer brings none: the one before stays good. */
  readonly refresh: Secret | null;
  readonly accessExpiresAt: number;
  readonly refreshExpiresAt: number | null;
  readonly consentEndsAt: number | null;
}

/** What is stored of a connection's tokens. */
export interface Grant {
  readonly clientId: string;
  readonly generation: bigint;
  readonly isProven: boolean;
  readonly access: Secret;
  readonly accessExpiresAt: number;
  readonly refreshedAt: number;
  readonly consentEndsAt: number | null;
  readonly failures: number;
  readonly retryAt: number | null;
}

/** The right to refresh, until `leasedUntil` at most; who has an older fence has lost it. */
export interface GrantLease {
  readonly generation: bigint;
  readonly fence: bigint;
  readonly refresh: Secret;
  /** The refresh token before, kept while the newest has not worked. */
  readonly lastGood: Secret | null;
  readonly failures: number;
}
