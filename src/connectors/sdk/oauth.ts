import type { ErrorCode } from '../../kernel/error-codes.ts';

/**
 * What is special about a provider's OAuth 2.0; the flow itself is the hub's. Data and pure functions: a dialect never
 * sees a token or a client secret.
 */
export interface OAuthDialect {
  /** The authorisation server's name for itself: a callback that names another one is refused (RFC 9207). */
  readonly issuer: string;
  /** Page where a person consents. Absolute, as the other addresses; a sandbox has the same paths below its own base. */
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  readonly revoke: { readonly url: string; readonly body: 'json' | 'form' };
  /** All that is asked for, each with what it is needed for. */
  readonly scopes: Readonly<Record<string, string>>;
  /** PKCE S256. Off only where the provider does not document that it takes it. */
  readonly usesPkce: boolean;
  /** Headers of calls to the token endpoint. */
  readonly tokenHeaders: Readonly<Record<string, string>>;
  /** Where the id of the account that was consented to is found. */
  readonly account:
    | { readonly from: 'callback'; readonly parameter: string; readonly pattern: RegExp }
    | { readonly from: 'token'; readonly field: string };
  readonly lives: TokenLives;
  /** Fields of the token answer with the refresh token's remaining lives in seconds; null where there is none. */
  readonly lifeFields: { readonly refreshIdle: string | null; readonly refreshCap: string | null };
  /** What a refusal of the token endpoint means, by status and the answer's `error`. */
  refusal(status: number, error: string | null): OAuthRefusal;
}

/** Documented lives of tokens, ms. */
export interface TokenLives {
  /** Of an access token whose answer does not say it. */
  readonly access_ms: number;
  /** The access token is renewed this long before it ends, and up to as long again earlier. */
  readonly ahead_ms: number;
  /** A refresh token that is not used for so long ends; null when it never does. */
  readonly refreshIdle_ms: number | null;
  /** Consent ends by itself after so long; null when it never does. */
  readonly refreshCap_ms: number | null;
  /** A connection that nobody uses is refreshed when its tokens have this age. */
  readonly keepAlive_ms: number;
}

/** The codes that a refused token call may have. */
export type OAuthRefusal = Extract<
  ErrorCode,
  | 'oauth.grant_rejected'
  | 'oauth.app_rejected'
  | 'provider.throttled'
  | 'provider.unavailable'
  | 'provider.unclassified'
>;

/** The meaning of refusals by RFC 6749 section 5.2, for dialects that follow it. */
export function standardRefusal(status: number, error: string | null): OAuthRefusal {
  if (status === 429) return 'provider.throttled';
  if (status >= 500) return 'provider.unavailable';
  if (error === 'invalid_grant') return 'oauth.grant_rejected';
  if (error === 'invalid_client' || error === 'unauthorized_client' || status === 401) return 'oauth.app_rejected';
  return 'provider.unclassified';
}
