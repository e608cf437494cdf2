/** What the seller agreed to: lives until it is revoked. */
export interface Grant {
  readonly id: string;
  readonly scopes: readonly string[];
  /** Made without the app's secret: its refresh tokens are good once. */
  readonly isPkce: boolean;
  revoked: boolean;
}

export interface AuthorizationCode {
  readonly code: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly challenge: string | null;
  readonly expiresAt: number;
  used: boolean;
}

export interface AccessToken {
  readonly token: string;
  readonly grant: string;
  readonly scopes: readonly string[];
  readonly expiresAt: number;
  revoked: boolean;
}

export interface RefreshToken {
  readonly token: string;
  readonly grant: string;
  /** Null never ends. */
  readonly expiresAt: number | null;
  used: boolean;
}

/** Everything that lets somebody in. */
export interface OAuthState {
  grants: Grant[];
  codes: AuthorizationCode[];
  access: AccessToken[];
  refresh: RefreshToken[];
}
