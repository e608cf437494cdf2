import { createSecretKey, type KeyObject } from 'node:crypto';
import { assert } from '../../kernel/assert.ts';
import { KEY_BYTES } from './aead.ts';

/** The key that everything else hangs on. A KeyObject shows nothing when printed and lies outside of heap snapshots. */
export interface MasterKey {
  readonly key: KeyObject;
  /** Where it came from, for messages: a path or the name of a variable. */
  readonly origin: string;
}

const HEX = /^[0-9a-f]{64}$/i;
const BASE64 = /^[A-Za-z0-9+/_-]{43}=?$/;

/** How a master key is written, for messages. */
export const MASTER_KEY_FORM = '32 bytes as base64 (44 characters) or as 64 hexadecimal digits';

/** Makes a key of exactly 32 bytes and wipes the bytes given. */
export function toKey(bytes: Uint8Array): KeyObject {
  assert(bytes.length === KEY_BYTES, 'a key has 32 bytes');
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}

/** Reads base64 (also its URL form) or hexadecimal digits, with white space around; null when it is not 32 bytes. */
export function decodeKey(text: string): KeyObject | null {
  const written = text.trim();
  if (HEX.test(written)) return toKey(bytesOf(written, 'hex'));
  if (!BASE64.test(written)) return null;
  // The last character carries two bits that decode to nothing: set, they show a mistyped or cut key.
  const bytes = bytesOf(written, 'base64');
  const canonical = Buffer.from(bytes).toString('base64url');
  return canonical === written.replaceAll('+', '-').replaceAll('/', '_').replace(/=$/, '') ? toKey(bytes) : null;
}

function bytesOf(text: string, encoding: 'hex' | 'base64'): Uint8Array {
  return new Uint8Array(Buffer.from(text, encoding));
}
