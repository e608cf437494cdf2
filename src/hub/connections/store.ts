import type { ErrorCode } from '../../kernel/error-codes.ts';
import type { ConnectionId, PairId, TenantId } from '../../kernel/ids.ts';
import type { Json } from '../../kernel/json.ts';
import type { Secret } from '../../kernel/secret.ts';
import type { Actor, SecurityEvent } from '../audit/index.ts';
import type { Connection } from './connection.ts';

/** A source and its ledger. */
export interface Pair {
  readonly id: PairId;
  readonly tenantId: TenantId;
  readonly sourceId: ConnectionId;
  readonly ledgerId: ConnectionId;
  readonly settings: Json;
  readonly version: number;
}

/** Where webhooks of a connection arrive; the address is known without its token. */
export interface KnownEndpoint {
  readonly id: string;
  readonly url: string;
  readonly registrationId: string | null;
}

export interface NewEndpoint {
  /** Whose data key seals the secret. */
  readonly tenantId: TenantId;
  /** Null for an endpoint of the whole app, whose deliveries speak of many companies. */
  readonly connectionId: ConnectionId | null;
  readonly provider: string;
  readonly registrationId: string | null;
  readonly token: string;
  /** With the token at its end. */
  readonly url: string;
  readonly secret: Secret;
  /** Who ordered it; without one it is the product for a connection, and for the app whoever runs commands. */
  readonly actor?: Actor;
}

/** Why a connection waits for its owner. */
export interface Trouble {
  readonly code: ErrorCode;
  /** The credential that was refused; null when there was none. A newer one is not to blame. */
  readonly token: Secret | null;
  /** Kept beside the state. */
  readonly reason: string;
  /** What the owner reads. */
  readonly detail: string;
  readonly event: SecurityEvent;
}

/** What connections ask of the store. Each verb is one transaction of the tenant. */
export interface ConnectionStore {
  find(tenantId: TenantId, id: ConnectionId): Promise<Connection | null>;
  pairsOfLedger(tenantId: TenantId, ledgerId: ConnectionId): Promise<readonly Pair[]>;
  /** The credential that authorises the connection's calls, or null. */
  token(connection: Connection): Promise<Secret | null>;
  /**
   * Inserts, or finds the connection that the same account had before and makes it active again; with its credential,
   * known to the engine, and what its owner was asked for before closed. Audited as done by `actor`, or without one by
   * whoever runs commands.
   */
  keep(draft: Connection, token: Secret, now: number, actor?: Actor): Promise<Connection>;
  savePair(pair: Omit<Pair, 'version'>, now: number): Promise<Pair>;
  /**
   * The connection waits for its owner from now on. One alert for the incident: false when that was known, or
   * a newer credential has come meanwhile.
   */
  needsOwner(connection: Connection, trouble: Trouble, now: number): Promise<boolean>;
  endpoint(connection: Connection): Promise<KnownEndpoint | null>;
  /** Answers the id of the new endpoint. Its address is kept without the token, which is as good as a key. */
  addEndpoint(endpoint: NewEndpoint, now: number): Promise<string>;
}
