import type { Json } from '../../kernel/json.ts';
import type { Fact } from '../../model/facts.ts';
import type { ConnectorBase } from './connector.ts';
import type { ProviderRequest } from './http.ts';
import type { KeyPairing } from './pairing.ts';
import type { RecordRef, SourceRecord } from './records.ts';
import type { Stream } from './stream.ts';
import type { WebhookSpec } from './webhook.ts';

/** What a record means, or why it cannot be read. A problem never hides the other facts of the record. */
export interface Normalised {
  readonly facts: readonly Fact[];
  readonly problems: readonly NormaliseProblem[];
}

export interface NormaliseProblem {
  /** Path of the field, such as `source.payout.amount`. */
  readonly field: string;
  readonly detail: string;
}

export interface NormaliseContext {
  readonly accountId: string;
  /** The related records asked for by `relatives`, by stream and id or alias; absent ones are not stored yet. */
  related(ref: RecordRef): SourceRecord | null;
}

/** A place where money and customers arrive. */
export interface SourceConnector extends ConnectorBase {
  readonly role: 'source';
  /** In the order in which they are read: what others look up comes first. */
  readonly streams: readonly Stream[];
  readonly webhook: WebhookSpec;
  /** Records of other streams that `normalise` looks at; ids may be aliases. */
  relatives(record: SourceRecord): readonly RecordRef[];
  /** Equal records and relatives give equal facts. Never throws for odd data: it names the field. */
  normalise(record: SourceRecord, context: NormaliseContext): Normalised;
  /** Finds out which account a fresh credential belongs to. */
  readonly identify: {
    request(): ProviderRequest;
    /** One entry for each account, store or realm that the credential reaches. */
    read(
      body: Json,
    ): readonly { readonly accountId: string; readonly name: string; readonly timeZone: string | null }[];
  };
  /** Registers our webhook at the provider, where it has an API for that. */
  readonly registration?: {
    list(accountId: string): ProviderRequest;
    /** Ids of registrations whose address starts with `urlStart`. */
    findIn(body: Json, urlStart: string): readonly string[];
    create(accountId: string, url: string, secret: string): ProviderRequest;
    /** The registration's id and the secret that signs: the provider's own, or the one given. */
    readCreated(body: Json, secret: string): { readonly id: string; readonly secret: string };
    remove(accountId: string, id: string): ProviderRequest;
    /** Where registrations can be looked at and changed. */
    readonly upkeep?: {
      /** A registration in the answer to `list`: its address, and whether it sends all that we take. Null when gone. */
      find(body: Json, id: string): { readonly url: string; readonly isWhole: boolean } | null;
      /** Sets all that `create` sets; a null secret keeps the one that signs. */
      change(accountId: string, id: string, url: string, secret: string | null): ProviderRequest;
    };
    /** For a person whose credential may not register: where it is done by hand. */
    readonly byHand?: string;
  };
  /** How a person grants a key on a page of the server. */
  readonly pairing?: KeyPairing;
}
