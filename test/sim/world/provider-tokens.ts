import type { SandboxQuickBooks } from '../../../sandbox/src/index.ts';

/** An authorisation as the provider keeps it. */
interface ProviderGrant {
  readonly id: string;
  readonly refreshToken: string;
  readonly previous?: { readonly token: string; readonly until: number };
  readonly revoked: boolean;
}

/** One refresh token that was ever handed out: of which authorisation, and the how manieth of it. */
export interface IssuedRefresh {
  readonly grant: string;
  readonly order: number;
}

/** What the provider itself knows of its tokens, told by every change of its state and by nothing that we say. */
export class ProviderTokens {
  readonly #grants = new Map<string, ProviderGrant>();
  readonly #refresh = new Map<string, IssuedRefresh>();
  readonly #access = new Map<string, number>();
  readonly #now: () => number;
  readonly #issued: (token: string) => void;
  #rotations = 0;

  /** `issued` is told of each token, of both kinds. */
  constructor(quickbooks: SandboxQuickBooks, now: () => number, issued: (token: string) => void) {
    this.#now = now;
    this.#issued = issued;
    quickbooks.onMutation(({ writes }) => {
      for (const [table, key, stored] of writes) {
        if (table === 'grants') this.#grant(stored as ProviderGrant);
        if (table === 'access' && stored !== null) this.#accessToken(key);
      }
    });
  }

  /** How often a refresh token was replaced by another. */
  get rotations(): number {
    return this.#rotations;
  }

  orderOf(refresh: string): IssuedRefresh | undefined {
    return this.#refresh.get(refresh);
  }

  /** When an access token was handed out, ms. */
  issuedAt(access: string): number | undefined {
    return this.#access.get(access);
  }

  /** Whether a refresh with this token would be granted now. */
  takes(refresh: string): boolean {
    const issued = this.#refresh.get(refresh);
    const grant = issued && this.#grants.get(issued.grant);
    if (grant === undefined || grant.revoked) return false;
    const { previous } = grant;
    return grant.refreshToken === refresh || (previous?.token === refresh && previous.until > this.#now());
  }

  #grant(grant: ProviderGrant): void {
    const before = this.#grants.get(grant.id);
    this.#grants.set(grant.id, grant);
    if (before?.refreshToken === grant.refreshToken) return;
    if (before !== undefined) this.#rotations += 1;
    const last = before && this.#refresh.get(before.refreshToken);
    this.#refresh.set(grant.refreshToken, { grant: grant.id, order: (last?.order ?? 0) + 1 });
    this.#issued(grant.refreshToken);
  }

  #accessToken(token: string): void {
    if (this.#access.has(token)) return;
    this.#access.set(token, this.#now());
    this.#issued(token);
  }
}
