import type { KeyProviderKind } from './vault-store.ts';

/** What a wrapped key is bound to; the same pairs are needed to unwrap it. Fits a KMS's encryption context. */
export type WrapContext = Readonly<Record<string, string>>;

/**
 * Whoever holds the key-encryption key and wraps data keys with it. The key itself never leaves the provider, so a
 * remote one (a KMS) fits as well as the local one.
 */
export interface KeyProvider {
  readonly kind: KeyProviderKind;
  /** Names the key without telling anything about it; stored beside what the key wrapped. */
  readonly keyId: string;
  /** @throws CounterfoilError `vault.key_unavailable` or `vault.key_refused`, when the key is held elsewhere. */
  wrap(plain: Uint8Array, context: WrapContext): Promise<Uint8Array>;
  /**
   * @throws CounterfoilError as {@link wrap}; `vault.misplaced` when the bytes were wrapped in another context,
   *   `vault.tampered` when they were changed or wrapped by another key.
   */
  unwrap(wrapped: Uint8Array, context: WrapContext): Promise<Uint8Array>;
}
