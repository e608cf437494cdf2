import { randomHex } from '../../core/random-text.ts';
import { plain, type Store, type Table } from '../../core/store.ts';

/** Lives of tokens and codes. Source: Intuit, OAuth FAQ and the refresh token policy of 2025-11-12. */
const ACCESS_MS = 3_600_000;
const REFRESH_IDLE_MS = 8_726_400_000;
const REFRESH_ROTATION_MS = 86_400_000;
const REFRESH_HARD_MS = 5 * 365 * 86_400_000;
const CODE_MS = 600_000;
/** Access tokens of a connection that are kept; older ones have long expired. */
const ACCESS_TOKENS_KEPT = 200;

/** What the token endpoint gives. */
export interface IssuedTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresInSeconds: number;
  readonly refreshExpiresInSeconds: number;
  readonly refreshHardExpiresInSeconds: number;
}

/** One connection of the app: the refresh token now good, and the one before it. */
interface Grant {
  readonly id: string;
  readonly authorizedAt: number;
  readonly refreshToken: string;
  readonly rotatedAt: number;
  readonly usableUntil: number;
  readonly previous?: { readonly token: string; readonly until: number };
  readonly revoked: boolean;
}

interface Code {
  readonly redirectUri: string;
  readonly expiresAt: number;
  readonly grant?: string;
}

interface AccessToken {
  readonly grant: string;
  readonly expiresAt: number;
}

/** Authorization codes, access tokens and refresh tokens of the company. */
export class Tokens {
  readonly #grants: Table<Grant>;
  readonly #codes: Table<Code>;
  readonly #access: Table<AccessToken>;
  readonly #dead: Table<true>;
  readonly #random: () => number;
  readonly #graceMs: number;

  constructor(parts: { store: Store; random: () => number; graceMs: number }) {
    this.#grants = parts.store.table('grants', plain<Grant>());
    this.#codes = parts.store.table('codes', plain<Code>());
    this.#access = parts.store.table('access', plain<AccessToken>());
    this.#dead = parts.store.table('dead-tokens', plain<true>());
    this.#random = parts.random;
    this.#graceMs = parts.graceMs;
  }

  /** An authorization code for a redirect address, good once and shortly. */
  issueCode(now: number, redirectUri: string): string {
    for (const [old, held] of [...this.#codes.entries()]) if (held.expiresAt <= now) this.#codes.delete(old);
    const code = this.#newText('code');
    this.#codes.set(code, { redirectUri, expiresAt: now + CODE_MS });
    return code;
  }

  /** Exchanges a code. A second exchange fails and revokes what the first one gave. */
  exchange(now: number, code: string, redirectUri: string): IssuedTokens | undefined {
    const held = this.#codes.get(code);
    if (held === undefined) return undefined;
    if (held.grant !== undefined) {
      this.#revokeGrant(held.grant);
      return undefined;
    }
    if (held.expiresAt <= now || held.redirectUri !== redirectUri) return undefined;
    const issued = this.issue(now);
    this.#codes.set(code, { ...held, grant: issued.grant });
    return issued;
  }

  /** A new connection, as after consent. */
  issue(now: number): IssuedTokens & { readonly grant: string } {
    const grant: Grant = {
      id: this.#newText('grant'),
      authorizedAt: now,
      refreshToken: this.#newText('refresh'),
      rotatedAt: now,
      usableUntil: now + REFRESH_IDLE_MS,
      revoked: false,
    };
    return { ...this.#respond(now, grant), grant: grant.id };
  }

  /** Refreshes; the refresh token changes when the value is a day old. Undefined is `invalid_grant`. */
  refresh(now: number, token: string): IssuedTokens | undefined {
    const grant = this.#grantOf(now, token);
    if (grant === undefined) return undefined;
    const isOld = now - grant.rotatedAt >= REFRESH_ROTATION_MS && token === grant.refreshToken;
    const rotated: Grant = isOld
      ? {
          ...grant,
          refreshToken: this.#newText('refresh'),
          rotatedAt: now,
          previous: { token: grant.refreshToken, until: now + this.#graceMs },
        }
      : grant;
    return this.#respond(now, { ...rotated, usableUntil: now + REFRESH_IDLE_MS });
  }

  /** Revokes the connection behind an access or refresh token; false when there is none. */
  revoke(now: number, token: string): boolean {
    const grant = this.#grantOf(now, token)?.id ?? this.#access.get(token)?.grant;
    if (grant === undefined) return false;
    this.#revokeGrant(grant);
    return true;
  }

  /** Ends every connection, as when the company disconnects the app. */
  revokeAll(): void {
    for (const [id] of [...this.#grants.entries()]) this.#revokeGrant(id);
  }

  /** Whether an issued access token is good now. */
  isGood(now: number, token: string): boolean {
    const held = this.#access.get(token);
    return held !== undefined && held.expiresAt > now && this.#grants.get(held.grant)?.revoked === false;
  }

  /** Makes all issued access tokens useless at once, and the named fixed one. */
  expireAccess(fixed: string): void {
    for (const [token] of [...this.#access.entries()]) this.#access.delete(token);
    this.#dead.set(fixed, true);
  }

  isDead(token: string): boolean {
    return this.#dead.has(token);
  }

  #grantOf(now: number, token: string): Grant | undefined {
    for (const [, grant] of this.#grants.entries()) {
      const isCurrent = grant.refreshToken === token;
      const isGrace = grant.previous?.token === token && grant.previous.until > now;
      const isAlive = !grant.revoked && grant.usableUntil > now && grant.authorizedAt + REFRESH_HARD_MS > now;
      if ((isCurrent || isGrace) && isAlive) return grant;
    }
    return undefined;
  }

  #respond(now: number, grant: Grant): IssuedTokens {
    const accessToken = this.#newText('access');
    this.#grants.set(grant.id, grant);
    this.#access.set(accessToken, { grant: grant.id, expiresAt: now + ACCESS_MS });
    if (this.#access.size > ACCESS_TOKENS_KEPT) this.#access.delete(this.#access.entries().next().value![0]);
    return {
      accessToken,
      refreshToken: grant.refreshToken,
      expiresInSeconds: ACCESS_MS / 1000,
      refreshExpiresInSeconds: REFRESH_IDLE_MS / 1000,
      refreshHardExpiresInSeconds: Math.floor((grant.authorizedAt + REFRESH_HARD_MS - now) / 1000),
    };
  }

  #revokeGrant(id: string): void {
    const grant = this.#grants.get(id);
    if (grant !== undefined) this.#grants.set(id, { ...grant, revoked: true });
  }

  #newText(kind: string): string {
    return `sandbox-quickbooks-${kind}-${randomHex(this.#random, 32)}`;
  }
}
