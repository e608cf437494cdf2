import type { Secret } from '../../../kernel/secret.ts';
import type { Connection } from '../connection.ts';
import type { Caller, TokenDoor } from '../tokens.ts';
import type { OAuthDoors } from './doors.ts';
import type { Grant } from './grant.ts';
import { isSignInProvider, oauthProvider } from './provider.ts';
import { type RefreshWanted, refreshed } from './refresh.ts';
import { refreshDueAt } from './refresh-due.ts';

/** The door to tokens that end, over the stored grants; `owner` names this process in leases. */
export function oauthTokenDoor(doors: OAuthDoors, owner: string): TokenDoor {
  return new OAuthTokens(doors, owner);
}

class OAuthTokens implements TokenDoor {
  readonly #doors: OAuthDoors;
  readonly #owner: string;
  /** What each caller uses now; a caller that is not in here has a key that does not end. */
  readonly #held = new WeakMap<Caller, Grant>();
  /** Refreshes under way in this process, by connection: the lease is asked for once. */
  readonly #underWay = new Map<string, Promise<Grant>>();

  constructor(doors: OAuthDoors, owner: string) {
    this.#doors = doors;
    this.#owner = owner;
  }

  async open(connection: Connection): Promise<Caller | null> {
    const isBySignIn = isSignInProvider(this.#doors.work.registry, connection.provider);
    const stored = isBySignIn ? await this.#doors.grants.find(connection) : null;
    if (stored === null) {
      const token = await this.#doors.work.connections.token(connection);
      return token && { connection, token };
    }
    const grant = this.#isDue(connection, stored) ? await this.#renewed(connection, stored) : stored;
    const caller = { connection, token: grant.access };
    this.#held.set(caller, grant);
    return caller;
  }

  async current(caller: Caller): Promise<Secret> {
    const held = this.#held.get(caller);
    if (held === undefined) return caller.token;
    if (!this.#isDue(caller.connection, held)) return held.access;
    return this.#hold(caller, await this.#renewed(caller.connection, held));
  }

  async renew(caller: Caller, refused: Secret): Promise<Secret | null> {
    const held = this.#held.get(caller);
    if (held === undefined) return null;
    const seen = held.access.reveal() === refused.reveal() ? held : null;
    if (seen === null) return held.access;
    const { generation } = seen;
    const wanted = { isGood: (grant: Grant) => grant.generation > generation, refused: generation };
    return this.#hold(caller, await this.#refresh(caller.connection, wanted));
  }

  async worked(caller: Caller, token: Secret): Promise<void> {
    const held = this.#held.get(caller);
    if (held === undefined || held.isProven || held.access.reveal() !== token.reveal()) return;
    this.#held.set(caller, { ...held, isProven: true });
    await this.#doors.grants.prove(caller.connection, held.generation);
  }

  #hold(caller: Caller, grant: Grant): Secret {
    this.#held.set(caller, grant);
    return grant.access;
  }

  #isDue(connection: Connection, { generation, accessExpiresAt }: Grant): boolean {
    const { registry, clock } = this.#doors.work;
    const { ahead_ms } = oauthProvider(registry, connection.provider).dialect.lives;
    return refreshDueAt({ connectionId: connection.id, generation, accessExpiresAt, ahead_ms }) <= clock.now();
  }

  #renewed(connection: Connection, seen: Grant): Promise<Grant> {
    const isGood = (grant: Grant) => grant.generation > seen.generation && !this.#isDue(connection, grant);
    return this.#refresh(connection, { isGood });
  }

  async #refresh(connection: Connection, wanted: Omit<RefreshWanted, 'owner'>): Promise<Grant> {
    const key = connection.id;
    const before = this.#underWay.get(key);
    if (before !== undefined) {
      const grant = await before;
      if (wanted.isGood(grant)) return grant;
    }
    const running = refreshed(this.#doors, connection, { owner: this.#owner, ...wanted });
    this.#underWay.set(key, running);
    try {
      return await running;
    } finally {
      if (this.#underWay.get(key) === running) this.#underWay.delete(key);
    }
  }
}
