import type { Json } from '../../kernel/json.ts';
import type { ProviderRequest } from './http.ts';
import type { RecordRef, SourceRecord } from './records.ts';

/** What a stream's builders may know of the connection. Plain data, no secrets. */
export interface StreamContext {
  /** The provider's account or store id. */
  readonly accountId: string;
  /** Now, ms UTC. */
  readonly now: number;
  /** Oldest instant (ms UTC) that the owner wants to see. */
  readonly since: number;
  /** Creation time (ms UTC) of the oldest record of this stream that is not settled, or null when all are. */
  readonly oldestOpenAt: number | null;
}

export interface Page {
  readonly records: readonly SourceRecord[];
  /** Records of other streams that this page made worth reading one by one. */
  readonly follow: readonly RecordRef[];
  /** Where the pass goes on, or null when it is complete. */
  readonly cursor: Json | null;
  /** What the next pass starts from; committed with the page when the pass is complete. */
  readonly checkpoint: Json;
  /** Share of the pass that is done, 0 to 1, when it can be known. */
  readonly progress: number | null;
}

/**
 * A listable kind of record. A pass goes from `open` through pages to the end; cursor and checkpoint are opaque to the
 * hub, which stores them in the same transaction as the page's records. All functions are pure.
 */
export interface Stream {
  readonly name: string;
  readonly description: string;
  /** Names changed objects of other streams: a pass over it comes before theirs, never beside them. */
  readonly leads?: true;
  /** Starts a pass from the checkpoint of the last complete one (null: from `since`). Null when there is nothing to do. */
  open(context: StreamContext, checkpoint: Json | null): Json | null;
  request(context: StreamContext, cursor: Json): ProviderRequest;
  /** Reads the answer to `request`. Throws `record.unreadable` only when the page as a whole makes no sense. */
  read(context: StreamContext, cursor: Json, body: Json): Page;
  /** Reads one object by id. Absent when the provider cannot. */
  readonly one?: {
    /** The next call that is needed after the answers so far (their order is kept), or null when all is read. */
    next(context: StreamContext, externalId: string, bodies: readonly Json[]): ProviderRequest | null;
    read(context: StreamContext, externalId: string, bodies: readonly Json[]): OneRead;
  };
}

export interface OneRead {
  /** The object itself, and records of other streams that came along. */
  readonly records: readonly SourceRecord[];
  readonly follow: readonly RecordRef[];
}
