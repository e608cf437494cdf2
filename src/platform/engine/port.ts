import type { ConnectionId, TenantId } from '../../kernel/ids.ts';
import type { Tx } from '../store/index.ts';

/** Lower runs first. Confirming what was sent outranks new work; a backfill never delays a live payment. */
export const PRIORITY = { confirm: 0, live: 10, backfill: 50 } as const;

/** A worker's exclusive right to one connection. Every write made under it proves that the fence still holds. */
export interface Lease {
  readonly connectionId: ConnectionId;
  readonly tenantId: TenantId;
  /** Raised by each claim: an older number has lost the connection. */
  readonly fence: bigint;
  /** Wakes seen when it was claimed; a later wake makes the connection due again when the turn ends. */
  readonly wakes: bigint;
  readonly failures: number;
  /** The turn right before this one left something that this one goes on with. */
  readonly unfinished: boolean;
}

/** When the connection is to be looked at next. */
export interface NextTurn {
  readonly dueAt: number;
  readonly priority: number;
  /** Turns in a row that ended in an error. */
  readonly failures: number;
  /** Told to the next turn, whoever takes it, and to none after it. */
  readonly unfinished?: boolean;
}

export interface ClaimRequest {
  readonly owner: string;
  readonly now: number;
  readonly limit: number;
  readonly lease_ms: number;
  /**
   * The connections that the owner works on: any other in its name is a claim whose answer was lost, and free for it.
   * Without this list none is.
   */
  readonly held?: readonly ConnectionId[];
}

/** A claim of one certain connection. */
export interface ClaimOneRequest {
  readonly connectionId: ConnectionId;
  readonly owner: string;
  readonly now: number;
  readonly lease_ms: number;
}

/**
 * Which connection has work, and who does it. The truth about the work is in the tables of the hub; a lost or double
 * wake is harmless.
 */
export interface WorkStore {
  /** Makes the connection known, due at once; for an existing one, the same as `wake`. */
  add(tx: Tx, tenantId: TenantId, connectionId: ConnectionId, now: number): Promise<void>;
  /** Claims due connections that nobody holds, or whose holder's lease has ended. */
  claim(request: ClaimRequest): Promise<readonly Lease[]>;
  /** Claims one connection, due or not; null while somebody holds it. */
  claimOne(request: ClaimOneRequest): Promise<Lease | null>;
  /** Extends the leases still held; answers those. */
  extend(leases: readonly Lease[], until: number): Promise<readonly Lease[]>;
  /** Gives the connection back; harmless when it was taken over meanwhile. */
  release(lease: Lease, next: NextTurn): Promise<void>;
  /** Milliseconds until the earliest due connection that is free, or null when there is none. */
  nextDue(now: number): Promise<number | null>;
}
