import type { CounterfoilError } from '../../kernel/errors.ts';
import type { ProviderRequest, ProviderResponse } from './http.ts';
import type { RateLimit } from './limits.ts';
import type { OAuthDialect } from './oauth.ts';

/** How the transport presents the credential. */
export interface AuthScheme {
  readonly kind: 'api_key' | 'oauth2';
  readonly header: string;
  /** Text before the token, such as `Bearer `. */
  readonly prefix: string;
}

/** Where calls go: fixed hosts by environment, or the base URL that the owner entered. */
export type Hosts =
  | { readonly kind: 'fixed'; readonly production: string; readonly sandbox: string }
  | { readonly kind: 'self_hosted' };

/** What every connector says of itself. Data and pure functions only. */
export interface ConnectorBase {
  readonly provider: string;
  readonly displayName: string;
  readonly auth: AuthScheme;
  /** How a person authorises us; only with an `auth` of kind `oauth2`. */
  readonly oauth?: OAuthDialect;
  readonly hosts: Hosts;
  readonly limits: readonly RateLimit[];
  /** Operations used, as in {@link ProviderRequest.operation}; compared with what is sent. */
  readonly operations: readonly string[];
  /** Headers on every call, such as a pinned API version. */
  readonly headers: Readonly<Record<string, string>>;
  /** Default for a whole call, ms. */
  readonly timeout_ms: number;
  /** The provider's own id of the call, from the answer's headers, for support. */
  readonly requestIdHeader: string;
  /** Null when the answer is a success; by status and structured body, never by message text. Never throws. */
  classify(request: ProviderRequest, response: ProviderResponse): CounterfoilError | null;
}
