import type { KeyObject } from 'node:crypto';
import { hmacSha256 } from '../../kernel/digest.ts';
import { Secret } from '../../kernel/secret.ts';

/**
 * A password that follows from the root key, so that it needs no place of its own: the same for the same purpose, and
 * telling nothing about the key or another purpose. 256 bits as base64url, 43 characters.
 */
export function derivedPassword(rootKey: KeyObject, purpose: string): Secret {
  return new Secret(Buffer.from(subKey(rootKey, `password:${purpose}`)).toString('base64url'));
}

/** A key for one use, so that no key serves two algorithms. */
export function subKey(rootKey: KeyObject, use: string): Uint8Array {
  const bytes = rootKey.export();
  const derived = hmacSha256(bytes, `counterfoil:1:${use}`);
  bytes.fill(0);
  return derived;
}
