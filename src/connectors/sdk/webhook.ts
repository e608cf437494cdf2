import type { ErrorCode } from '../../kernel/error-codes.ts';
import type { RecordRef } from './records.ts';

/** A delivery as it arrived. Header names in lower case. */
export interface RawDelivery {
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  /** The address as registered at the provider: some sign it. */
  readonly url: string;
}

export type Verdict = { readonly ok: true } | { readonly ok: false; readonly code: ErrorCode; readonly status: number };

/** What one notification means to us. */
export interface SourceEvent {
  /** Equal for every delivery of the same notification at this endpoint. */
  readonly dedupeKey: string;
  readonly type: string;
  /** Provider time in ms, or null when it gives none. */
  readonly occurredAt: number | null;
  /** The provider account it speaks of, for endpoints that serve several; null when the endpoint serves one. */
  readonly accountId: string | null;
  /** Records to be read again because of it. */
  readonly touches: readonly RecordRef[];
  /** Streams whose next incremental pass brings what the event speaks of. */
  readonly wakes: readonly string[];
  /** Why nothing is done, when nothing is: unknown type, or a type without meaning for the books. */
  readonly ignoredBecause: string | null;
}

/** How a provider signs and writes its notifications. Pure functions over raw bytes. */
export interface WebhookSpec {
  /** Accepts when any of the secrets fits (two during a rotation). `now` in ms. */
  verify(delivery: RawDelivery, secrets: readonly string[], now: number): Verdict;
  /** The key by which a repeated delivery is recognised; null when the body cannot be read (then its hash serves). */
  dedupeKey(delivery: RawDelivery): string | null;
  /** Throws `webhook.unparsable` when the body is no notification of this provider. */
  parse(delivery: RawDelivery): readonly SourceEvent[];
}
