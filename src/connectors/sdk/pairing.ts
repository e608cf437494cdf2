import type { Json } from '../../kernel/json.ts';
import type { ProviderRequest } from './http.ts';

/**
 * Keys that a person grants on a page of the provider's own server, which then lets the browser post the key to us. Data
 * and pure functions.
 */
export interface KeyPairing {
  /** All that is asked for, each with what it is needed for. */
  readonly permissions: Readonly<Record<string, string>>;
  /** The page below a server's address on which a person grants a key; `redirect` is where it posts the key. */
  authorizePage(server: string, redirect: string): string;
  /** Why the page would refuse a person who reaches it at this address; null when it would not. */
  pageRefusal(server: string): string | null;
  /** The key in the form that the page posts; null when there is none that could be one, or two. */
  readGrant(form: URLSearchParams): string | null;
  /** Whether a server of this kind answers; asked without a key. */
  readonly alive: { request(): ProviderRequest; read(body: Json): boolean };
  readonly key: {
    request(): ProviderRequest;
    judge(body: Json, accountIds: readonly string[]): KeyJudgement;
    /** Ends the key with which it is asked. */
    revoke(): ProviderRequest;
  };
  /** Where servers answer on known home platforms: `server` to us, beside `platform` for a person. */
  readonly knownServers: readonly { readonly platform: string; readonly server: string }[];
}

/** What a key may do, held against what is needed. */
export interface KeyJudgement {
  /** Permissions without which nothing can be read, each with its account. */
  readonly missing: readonly string[];
  /** Permissions that nothing here needs. */
  readonly tooMany: readonly string[];
  readonly managesWebhooks: boolean;
}
