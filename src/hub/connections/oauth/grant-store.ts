import type { TenantId } from '../../../kernel/ids.ts';
import type { Secret } from '../../../kernel/secret.ts';
import type { AttentionItem } from '../../audit/index.ts';
import type { Connection } from '../connection.ts';
import type { Authorisation } from './authorisation.ts';
import type { Grant, GrantLease, TokenSet } from './grant.ts';

/** What tokens ask of the store. Each verb is one transaction of the tenant. */
export interface GrantStore {
  /** Null for a connection whose key or token was given by hand. */
  find(connection: Connection): Promise<Grant | null>;
  /**
   * Inserts, or finds the connection that the same account had before and makes it active again; with its tokens, known
   * to the engine, and what its owner was asked for before closed.
   */
  keep(
    draft: Connection,
    tokens: TokenSet,
    by: Pick<Authorisation, 'clientId' | 'actor'>,
    now: number,
  ): Promise<Connection>;
  /** Null while somebody else refreshes, or after a failure until it may be tried again. */
  lease(connection: Connection, owner: string, now: number, lease_ms: number): Promise<GrantLease | null>;
  /**
   * Stores the tokens that a refresh with `lease.refresh` brought, in place of the generation that it began with, and
   * gives the lease back. That refresh token has just worked, so it is what is kept until the new one has.
   * A connection that waited for its owner goes on. `superseded`: somebody else stored newer ones; `gone`: the
   * connection was ended meanwhile.
   */
  save(
    connection: Connection,
    lease: GrantLease,
    tokens: TokenSet,
    now: number,
  ): Promise<'saved' | 'superseded' | 'gone'>;
  /** Gives the lease back without tokens. After a failure nobody asks again before `retryAt`. */
  release(connection: Connection, lease: GrantLease, retryAt: number | null): Promise<void>;
  /** A call with this generation has worked: the refresh token before it is erased. */
  prove(connection: Connection, generation: bigint): Promise<void>;
  /** Connections that work or are paused, whose tokens nobody renewed since `before`; oldest first. */
  unused(tenantId: TenantId, before: number, limit: number): Promise<readonly Connection[]>;
  /** Connections that work, whose consent ends before this instant, with when. */
  endingBefore(
    tenantId: TenantId,
    instant: number,
  ): Promise<readonly { readonly connection: Connection; readonly endsAt: number }[]>;
  /** What a revocation needs: the refresh token, and the app that it was given to; null when there is none. */
  revocable(connection: Connection): Promise<{ readonly token: Secret; readonly clientId: string } | null>;
  /** Asks for a person; the same cause stays one item. */
  alert(item: AttentionItem, now: number): Promise<void>;
}
