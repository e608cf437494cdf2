/** What a wrapped key is bound to; the same pairs are needed to unwrap it. Fits a KMS's encryption context. */
export type WrapContext = Readonly<Record<string, string>>;

/**
 * Whoever holds the key-encryption key and wraps data keys with it. The key itself never leaves the provider, so a
 * remote one (a KMS) fits as well as the local one.
 */
export interface KeyProvider {
  /** Names the key without telling anything about it; stored beside what the key wrapped. */
  readonly keyId: string;
  wrap(plain: Uint8Array, context: WrapContext): Promise<Uint8Array>;
  /** Throws `vault.unreadable` when the bytes were not wrapped by this key in this context. */
  unwrap(wrapped: Uint8Array, context: WrapContext): Promise<Uint8Array>;
}
