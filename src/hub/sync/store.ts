import type { RecordRef, SourceRecord } from '../../connectors/sdk/index.ts';
import type { RunId } from '../../kernel/ids.ts';
import type { Json } from '../../kernel/json.ts';
import type { Lease } from '../../platform/engine/index.ts';
import type { Connection } from '../connections/index.ts';
import type { FactsCommit, StoredRecord } from './understood.ts';

/** How far a stream has been read. */
export interface StreamState {
  readonly stream: string;
  /** Where the pass under way goes on; null between passes. */
  readonly cursor: Json | null;
  readonly checkpoint: Json | null;
  readonly completedAt: number | null;
}

export interface PageCommit {
  readonly stream: string;
  readonly cursor: Json | null;
  readonly checkpoint: Json | null;
  readonly progress: number | null;
  readonly records: readonly SourceRecord[];
  readonly follow: readonly RecordRef[];
  readonly readAt: number;
}

export interface ReadCommit {
  readonly ref: RecordRef;
  readonly records: readonly SourceRecord[];
  readonly follow: readonly RecordRef[];
  readonly readAt: number;
}

/** What reading asks of the store. Every write proves the lease; `engine.lease_lost` ends the turn. */
export interface SyncStore {
  streamStates(connection: Connection): Promise<readonly StreamState[]>;
  /** When the oldest object that can still change came to be, or null. */
  oldestOpenAt(connection: Connection, stream: string): Promise<number | null>;
  /** Gives up the pass under way, so that the next one starts from the checkpoint. */
  dropCursor(lease: Lease, stream: string): Promise<void>;
  /** Page, cursor and checkpoint in one transaction. Answers how many records were new or changed. */
  commitPage(lease: Lease, page: PageCommit): Promise<number>;
  dueReads(
    connection: Connection,
    limit: number,
    now: number,
  ): Promise<readonly (RecordRef & { readonly attempts: number })[]>;
  commitRead(lease: Lease, read: ReadCommit): Promise<number>;
  /** The object is gone or cannot be read: `notBefore` null gives it up, keeps the problem and shows it. */
  failRead(
    lease: Lease,
    ref: RecordRef,
    failure: { readonly problem: string; readonly notBefore: number | null },
    now: number,
  ): Promise<void>;
  /** Turns received events into reads that are due; answers the streams whose next pass brings the rest. */
  takeEvents(lease: Lease, now: number): Promise<{ readonly taken: number; readonly wakes: readonly string[] }>;
  toNormalise(connection: Connection, limit: number): Promise<readonly StoredRecord[]>;
  /** Records by id or alias, for `normalise` to look at. */
  related(connection: Connection, refs: readonly RecordRef[]): Promise<ReadonlyMap<string, SourceRecord>>;
  commitFacts(lease: Lease, commits: readonly FactsCommit[], now: number): Promise<number>;
  startRun(lease: Lease, id: RunId, now: number): Promise<void>;
  finishRun(lease: Lease, id: RunId, result: RunResult, now: number): Promise<void>;
}

export interface RunResult {
  readonly state: 'done' | 'partly' | 'stopped';
  readonly pages: number;
  readonly records: number;
  readonly changed: number;
  readonly error: { readonly code: string; readonly detail: string } | null;
}
