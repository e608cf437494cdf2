import type { Json } from '../../kernel/json.ts';

/** One listable object of a provider, as it was read. */
export interface SourceRecord {
  readonly stream: string;
  readonly externalId: string;
  /**
   * The provider's own version (time in ms or sequence): the newest wins. Null when the provider has none; then the
   * instant of the read decides, which is safe because one connection is read by one worker at a time.
   */
  readonly version: number | null;
  /** Other ids under which this record is looked up, such as a payment intent's. */
  readonly aliases: readonly string[];
  /** False while the object can still change without a new list entry: it stays on the watch list. */
  readonly settled: boolean;
  /** When the object came to be at the provider, ms UTC; null when it does not say. */
  readonly createdAt: number | null;
  readonly deleted: boolean;
  readonly body: Json;
}

export interface RecordRef {
  readonly stream: string;
  readonly externalId: string;
}
