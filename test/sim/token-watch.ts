import type { Connection, Trouble } from '../../src/hub/connections/index.ts';
import type { Grant, GrantLease, TokenSet } from '../../src/hub/connections/oauth/grant.ts';
import type { Client } from './core/client.ts';
import type { Sometimes } from './goals.ts';
import type { ProviderTokens } from './world/provider-tokens.ts';

export interface TokenWatchDoors {
  readonly sometimes: Sometimes;
  readonly violated: (invariant: string, detail: string) => void;
  readonly now: () => number;
  /** False in a world where processes have wrong clocks: then a lease may end early, or late. */
  readonly clocksAgree: boolean;
  /** The provider's own view of the tokens of a tenant. */
  readonly provider: (tenantId: string) => ProviderTokens;
}

interface Held {
  readonly owner: string;
  readonly fence: bigint;
  readonly until: number;
}

/** The newest refresh token, of this generation, has not worked yet; `before` has, and brought it. */
interface Unproven {
  readonly generation: bigint;
  readonly before: string;
}

/** What is known of one connection's authorisation. */
class Watched {
  /** Who may refresh, as the store has it. */
  holder: Held | null = null;
  /** Which process believes that it may, until when. */
  readonly believers = new Map<string, Held>();
  /** Every refresh token of the authorisation that was stored. */
  readonly stored = new Set<string>();
  /** Every access token that was stored. */
  readonly durable = new Set<string>();
  newestAccess = '';
  newestRefresh = '';
  unproven: Unproven | null = null;
}

interface Arrived {
  readonly process: Client;
  readonly at: number;
}

/** A call that took effect at the store. */
export interface SeenCall {
  readonly process: string;
  readonly input: readonly unknown[];
  readonly outcome: unknown;
}

/** A person at the provider ended all tokens at once: one that was handed out just before may be refused twice. */
const JUST_BEFORE_MS = 5 * 60_000;
/** Whoever has tokens in hand has stored them after this long, however long the store was away. */
const STORED_WITHIN_MS = 20 * 60_000;

/**
 * I8 and I9 for tokens that end: one refresh of a connection at a time, none without the lease, a token is durable
 * before it is used, an older one never takes the place of a newer one, the one before is kept until the newest has
 * worked, and no connection is given up while a stored refresh token is good.
 */
export class TokenWatch {
  readonly #doors: TokenWatchDoors;
  readonly #watched = new Map<string, Watched>();
  /** Refresh tokens that reached a process. */
  readonly #arrived = new Map<string, Arrived>();
  /** Refresh tokens that were stored at any time. */
  readonly #everStored = new Set<string>();

  constructor(doors: TokenWatchDoors) {
    this.#doors = doors;
  }

  /** A call of the store of grants, or of connections, that took effect. */
  see(tag: string, call: SeenCall): void {
    const [connection] = call.input as [Connection];
    if (tag === 'grants.keep') this.#kept(call.outcome as Connection, call.input[1] as TokenSet);
    if (tag === 'grants.find') this.#found(connection, call.outcome as Grant | null);
    if (tag === 'grants.lease') this.#leased(connection, call);
    if (tag === 'grants.save') this.#saved(connection, call);
    if (tag === 'grants.release') this.#released(connection, call.input[1] as GrantLease, call.process);
    if (tag === 'grants.unused' && (call.outcome as Connection[]).length > 0)
      this.#doors.sometimes.note('unused tokens are kept alive');
    if (tag === 'grants.prove') this.#proven(connection, call.input[1] as bigint);
    if (tag === 'connections.needsOwner' && call.outcome === true) this.#givenUp(connection, call.input[1] as Trouble);
  }

  /** A request for tokens reaches the provider. */
  asked(process: Client, connectionId: string): void {
    const { id } = process;
    const mine = this.#of(connectionId).believers.get(id);
    if (mine === undefined) this.#doors.violated('I8', `${id} asks for tokens of ${connectionId} without the lease`);
    else if (this.#doors.clocksAgree && mine.until <= this.#doors.now() && process.frozenUntil() === 0)
      this.#doors.violated('I8', `${id} asks for tokens of ${connectionId} after its lease has run out`);
  }

  /** An answer with tokens reached the process that asked. */
  arrived(process: Client, refresh: string): void {
    this.#arrived.set(refresh, { process, at: this.#doors.now() });
  }

  /** A call with an access token reaches the provider. */
  called(connectionId: string, access: string): void {
    if (!this.#of(connectionId).durable.has(access))
      this.#doors.violated('I9', `a token of ${connectionId} was used before it was stored`);
  }

  #of(connectionId: string): Watched {
    const known = this.#watched.get(connectionId) ?? new Watched();
    this.#watched.set(connectionId, known);
    return known;
  }

  #kept({ id }: Connection, tokens: TokenSet): void {
    const one = this.#of(id);
    one.holder = null;
    one.unproven = null;
    one.stored.clear();
    this.#durable(one, tokens);
  }

  #durable(one: Watched, { access, refresh }: TokenSet): void {
    one.newestAccess = access.reveal();
    one.durable.add(one.newestAccess);
    if (refresh === null) return;
    one.newestRefresh = refresh.reveal();
    one.stored.add(one.newestRefresh);
    this.#everStored.add(one.newestRefresh);
  }

  #found({ id }: Connection, grant: Grant | null): void {
    const { newestAccess } = this.#of(id);
    if (newestAccess !== '' && grant?.access.reveal() !== newestAccess)
      this.#doors.violated('I9', `the tokens of ${id} are not the newest that were stored`);
  }

  #leased({ id }: Connection, { input, outcome }: SeenCall): void {
    const lease = outcome as GrantLease | null;
    const one = this.#of(id);
    const [, owner, now, lease_ms] = input as [Connection, string, number, number];
    const { holder } = one;
    const isHeld = holder !== null && holder.until > now;
    if (lease === null) {
      if (isHeld && holder.owner !== owner) this.#doors.sometimes.note('a refresh waits for another process');
      return;
    }
    if (isHeld && this.#doors.clocksAgree)
      this.#doors.violated('I8', `${owner} may refresh ${id} while ${holder.owner} does`);
    if (holder !== null && holder.owner !== owner) this.#doors.sometimes.note('a refresh is taken over');
    if (holder !== null && lease.fence <= holder.fence)
      this.#doors.violated('I8', `the fence of the refresh of ${id} did not rise`);
    if (lease.lastGood !== null) this.#doors.sometimes.note('a refresh token is not proven yet');
    if (one.unproven !== null && lease.lastGood?.reveal() !== one.unproven.before)
      this.#doors.violated('I9', `the refresh token before the newest of ${id} was forgotten before that one worked`);
    one.holder = { owner, fence: lease.fence, until: now + lease_ms };
    one.believers.set(owner, one.holder);
  }

  #saved(connection: Connection, { process, input, outcome }: SeenCall): void {
    const [, lease, tokens] = input as [Connection, GrantLease, TokenSet];
    const { id } = connection;
    const one = this.#of(id);
    if (outcome === 'superseded') this.#doors.sometimes.note('tokens are superseded by newer ones');
    if (outcome !== 'saved') return;
    const fresh = tokens.refresh?.reveal();
    if (fresh !== undefined && this.#isOlder(connection, fresh, one.newestRefresh))
      this.#doors.violated('I8', `a refresh token of ${id} was replaced by an older one`);
    const generation = lease.generation + 1n;
    if (fresh !== undefined && fresh !== one.newestRefresh) {
      this.#doors.sometimes.note('a refresh token is rotated');
      one.unproven = { generation, before: lease.refresh.reveal() };
    } else if (one.unproven !== null) one.unproven = { ...one.unproven, generation };
    this.#durable(one, tokens);
    if (one.holder?.fence === lease.fence) one.holder = null;
    one.believers.delete(process);
  }

  #proven({ id }: Connection, generation: bigint): void {
    this.#doors.sometimes.note('new tokens have worked');
    const one = this.#of(id);
    if (one.unproven?.generation === generation) one.unproven = null;
  }

  #isOlder({ tenantId }: Connection, fresh: string, before: string): boolean {
    const provider = this.#doors.provider(tenantId);
    const [a, b] = [provider.orderOf(fresh), provider.orderOf(before)];
    return a !== undefined && b !== undefined && (a.grant === b.grant ? a.order < b.order : provider.takes(before));
  }

  #released({ id }: Connection, lease: GrantLease, process: string): void {
    const one = this.#of(id);
    if (one.holder?.fence === lease.fence) one.holder = null;
    one.believers.delete(process);
  }

  #givenUp({ id, tenantId }: Connection, { code, token }: Trouble): void {
    const one = this.#of(id);
    if (one.newestRefresh === '') return;
    const { now, sometimes, violated } = this.#doors;
    const provider = this.#doors.provider(tenantId);
    const good = [...one.stored].find((refresh) => provider.takes(refresh));
    const issuedAt = token === null ? undefined : provider.issuedAt(token.reveal());
    const isFresh = issuedAt !== undefined && now() - issuedAt < JUST_BEFORE_MS;
    if (good !== undefined && !(code === 'provider.unauthorized' && isFresh))
      violated('I9', `${id} waits for its owner (${code}), and a stored refresh token of it is good`);
    sometimes.note('an authorisation is over');
    for (const [refresh, { process, at }] of this.#arrived) {
      const isDropped = !this.#everStored.has(refresh) && process.isAlive() && process.frozenUntil() < at;
      if (
        provider.orderOf(refresh) !== undefined &&
        provider.takes(refresh) &&
        isDropped &&
        now() - at > STORED_WITHIN_MS
      )
        violated('I9', `${process.id} had good tokens of ${id} in hand and did not store them`);
    }
  }
}
