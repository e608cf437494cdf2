import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import { assert } from '../../kernel/assert.ts';
import type { Random } from '../../kernel/random.ts';

/** First byte of everything sealed here: AES-256-GCM, 96-bit random nonce, 128-bit tag. Another cipher gets another. */
const FORMAT = 1;
const CIPHER = 'aes-256-gcm';
/** Bytes. The only nonce length for which GCM needs no further hashing (NIST SP 800-38D, 5.2.1.1). */
const NONCE_BYTES = 12;
/** Bytes. A shorter tag would make forgeries likelier. */
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + NONCE_BYTES;

export const KEY_BYTES = 32;

/** What a ciphertext is bound to: opening it needs the same parts in the same order. */
export type Binding = readonly string[];

export interface Encryption {
  readonly key: KeyObject;
  readonly plain: Uint8Array;
  readonly binding: Binding;
  readonly random: Pick<Random, 'bytes'>;
}

export interface Decryption {
  readonly key: KeyObject;
  readonly sealed: Uint8Array;
  readonly binding: Binding;
}

/** Format byte ‖ nonce ‖ ciphertext ‖ tag. */
export function encrypt({ key, plain, binding, random }: Encryption): Uint8Array {
  const nonce = random.bytes(NONCE_BYTES);
  assert(nonce.length === NONCE_BYTES, 'the source of randomness gave a nonce of the wrong length');
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(additionalData(binding));
  const parts = [Uint8Array.of(FORMAT), nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()];
  return new Uint8Array(Buffer.concat(parts));
}

/** What was encrypted; null when the key, the binding or any byte is another one, which cannot be told apart. */
export function decrypt({ key, sealed, binding }: Decryption): Uint8Array | null {
  if (sealed[0] !== FORMAT || sealed.length < HEADER_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(1, HEADER_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(additionalData(binding));
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  const plain = decipher.update(sealed.subarray(HEADER_BYTES, sealed.length - TAG_BYTES));
  try {
    return new Uint8Array(Buffer.concat([plain, decipher.final()]));
  } catch {
    return null;
  }
}

/** Every part carries its length, so no two different lists give the same bytes. */
function additionalData(binding: Binding): Uint8Array {
  const chunks: Uint8Array[] = [Uint8Array.of(FORMAT)];
  for (const part of binding) {
    const bytes = Buffer.from(part, 'utf8');
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    chunks.push(length, bytes);
  }
  return Buffer.concat(chunks);
}
