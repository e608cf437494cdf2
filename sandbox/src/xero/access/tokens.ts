import { randomHex } from '../../core/random-text.ts';
import { plain, type Store, type Table } from '../../core/store.ts';
import { randomUuid } from '../basics/uuid.ts';
import { jwtText } from './jwt.ts';

/** Lives of tokens and codes. Source: Xero, OAuth 2.0 token types, read 2026-11-20. */
const ACCESS_MS = 1_800_000;
const REFRESH_MS = 60 * 86_400_000;
/** A rotated refresh token is still taken so long, for a client that lost the answer. */
const GRACE_MS = 1_800_000;
const CODE_MS = 300_000;
/** Access tokens that are kept; older ones have long expired. */
const ACCESS_TOKENS_KEPT = 500;

/** What the token endpoint gives. */
export interface IssuedTokens {
  readonly accessToken: string;
  /** Missing without the scope `offline_access`. */
  readonly refreshToken?: string;
  readonly idToken: string;
  readonly expiresInSeconds: number;
  readonly scopes: readonly string[];
}

/** What a person agreed to on the consent page. */
export interface Consent {
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly tenantIds: readonly string[];
  readonly codeChallenge?: string;
}

/** One consent with the refresh token now good, and those before it that still are. */
interface Grant {
  /** Also the `authentication_event_id` of its tokens. */
  readonly id: string;
  readonly scopes: readonly string[];
  readonly refreshToken: string;
  readonly usableUntil: number;
  readonly previous: readonly { readonly token: string; readonly until: number }[];
}

interface Code extends Consent {
  readonly expiresAt: number;
}

interface AccessToken {
  readonly grant: string;
  readonly scopes: readonly string[];
  readonly expiresAt: number;
}

/** What an access token is good for; `expired` and `unknown` ones are good for nothing. */
export type Bearer = { readonly scopes: readonly string[] } | 'expired' | 'unknown';

/** Authorization codes, access tokens and refresh tokens of the user who connects the app. */
export class Tokens {
  readonly #grants: Table<Grant>;
  readonly #codes: Table<Code>;
  readonly #access: Table<AccessToken>;
  readonly #dead: Table<true>;
  readonly #random: () => number;
  readonly #clientId: string;

  constructor(parts: { store: Store; random: () => number; clientId: string }) {
    this.#grants = parts.store.table('grants', plain<Grant>());
    this.#codes = parts.store.table('codes', plain<Code>());
    this.#access = parts.store.table('access', plain<AccessToken>());
    this.#dead = parts.store.table('dead-tokens', plain<true>());
    this.#random = parts.random;
    this.#clientId = parts.clientId;
  }

  /** An authorization code, good once and for five minutes. */
  issueCode(now: number, consent: Consent): string {
    for (const [old, held] of [...this.#codes.entries()]) if (held.expiresAt <= now) this.#codes.delete(old);
    const code = this.#newText('code');
    this.#codes.set(code, { ...consent, expiresAt: now + CODE_MS });
    return code;
  }

  /** Takes a code out of use; undefined when it is not good. */
  redeem(now: number, code: string, redirectUri: string): Consent | undefined {
    const held = this.#codes.get(code);
    this.#codes.delete(code);
    return held === undefined || held.expiresAt <= now || held.redirectUri !== redirectUri ? undefined : held;
  }

  /** A new consent's tokens, and the id of the event. */
  issue(now: number, scopes: readonly string[]): IssuedTokens & { readonly authEventId: string } {
    const id = randomUuid(this.#random);
    const refreshToken = this.#newText('refresh');
    const grant: Grant = { id, scopes, refreshToken, usableUntil: now + REFRESH_MS, previous: [] };
    return { ...this.#respond(now, grant), authEventId: id };
  }

  /** Rotates: a new refresh token, while the one that was used stays good for half an hour. Undefined is `invalid_grant`. */
  refresh(now: number, token: string): IssuedTokens | undefined {
    const grant = this.#grantOf(now, token);
    if (grant === undefined) return undefined;
    const alive = grant.previous.filter(({ until }) => until > now);
    const isCurrent = token === grant.refreshToken;
    const previous = isCurrent ? [...alive, { token, until: now + GRACE_MS }] : alive;
    return this.#respond(now, {
      ...grant,
      previous: isCurrent ? previous : [...previous, { token: grant.refreshToken, until: now + GRACE_MS }],
      refreshToken: this.#newText('refresh'),
      usableUntil: now + REFRESH_MS,
    });
  }

  /** Whether there is such a refresh token. */
  isRefreshToken(now: number, token: string): boolean {
    return this.#grantOf(now, token) !== undefined;
  }

  /** Ends every token of the user. */
  revokeAll(): void {
    for (const [id] of [...this.#grants.entries()]) this.#grants.delete(id);
    for (const [token] of [...this.#access.entries()]) this.#access.delete(token);
  }

  bearer(now: number, token: string): Bearer {
    const held = this.#access.get(token);
    if (held === undefined) return 'unknown';
    return held.expiresAt <= now ? 'expired' : { scopes: held.scopes };
  }

  /** Makes all access tokens useless at once, and the named fixed one; refresh tokens stay good. */
  expireAccess(now: number, fixed: string): void {
    for (const [token, held] of [...this.#access.entries()])
      this.#access.set(token, { ...held, expiresAt: Math.min(held.expiresAt, now) });
    this.#dead.set(fixed, true);
  }

  isDead(token: string): boolean {
    return this.#dead.has(token);
  }

  #grantOf(now: number, token: string): Grant | undefined {
    for (const [, grant] of this.#grants.entries()) {
      const isGrace = grant.previous.some((each) => each.token === token && each.until > now);
      const isCurrent = grant.refreshToken === token && grant.usableUntil > now;
      if ((isCurrent || isGrace) && grant.scopes.includes('offline_access')) return grant;
    }
    return undefined;
  }

  #respond(now: number, grant: Grant): IssuedTokens {
    const claims = { iss: 'https://identity.xero.com', client_id: this.#clientId, nbf: Math.floor(now / 1000) };
    const token = (lifeMs: number, more: object) => {
      const exp = Math.floor((now + lifeMs) / 1000);
      const jti = randomHex(this.#random, 32);
      return jwtText({ ...claims, exp, jti, ...more }, randomHex(this.#random, 32));
    };
    const accessToken = token(ACCESS_MS, { authentication_event_id: grant.id, scope: grant.scopes });
    this.#grants.set(grant.id, grant);
    this.#access.set(accessToken, { grant: grant.id, scopes: grant.scopes, expiresAt: now + ACCESS_MS });
    if (this.#access.size > ACCESS_TOKENS_KEPT) this.#access.delete(this.#access.entries().next().value![0]);
    return {
      accessToken,
      ...(grant.scopes.includes('offline_access') ? { refreshToken: grant.refreshToken } : {}),
      idToken: token(CODE_MS, { aud: this.#clientId, sub: 'sandbox-xero-user' }),
      expiresInSeconds: ACCESS_MS / 1000,
      scopes: grant.scopes,
    };
  }

  #newText(kind: string): string {
    return `sandbox-xero-${kind}-${randomHex(this.#random, 32)}`;
  }
}
