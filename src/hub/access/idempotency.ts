import type { TenantId } from '../../kernel/ids.ts';

/** What a request with an Idempotency-Key is known by: keys of different callers are different keys. */
export interface KeyedRequest {
  readonly tenantId: TenantId;
  /** Who asks, such as `user:usr_…`. */
  readonly principal: string;
  readonly key: string;
  /** Of method, address and body. */
  readonly fingerprint: string;
}

export interface KeyedAnswer {
  readonly status: number;
  /** JSON text. */
  readonly body: string;
}

export type KeyStanding =
  /** Nobody used the key: do it, then {@link IdempotencyStore.finish}. */
  | { readonly kind: 'fresh' }
  | { readonly kind: 'done'; readonly answer: KeyedAnswer }
  /** Under way, or ended without an answer that anybody knows: it is not done again. */
  | { readonly kind: 'running' }
  /** The key belongs to another request. */
  | { readonly kind: 'other' };

/** Remembers what was asked and answered under a key, for a day. */
export interface IdempotencyStore {
  /** Of two that come at once with one key, one is fresh. */
  begin(request: KeyedRequest): Promise<KeyStanding>;
  finish(request: KeyedRequest, answer: KeyedAnswer): Promise<void>;
  /** It was refused before anything changed: the key is free again. */
  release(request: KeyedRequest): Promise<void>;
  /** Forgets what is older than a day; answers how many. */
  sweep(tenantId: TenantId): Promise<number>;
}
