import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import { assert } from '../../kernel/assert.ts';
import { constantTimeEqual, sha256 } from '../../kernel/digest.ts';
import type { Random } from '../../kernel/random.ts';

/** First byte of everything sealed here: AES-256-GCM, 96-bit random nonce, 128-bit tag. Another cipher gets another. */
const FORMAT = 2;
/** Without the mark of its place; still opened. */
const FORMAT_WITHOUT_MARK = 1;
const CIPHER = 'aes-256-gcm';
/** Bytes. The only nonce length for which GCM needs no further hashing (NIST SP 800-38D, 5.2.1.1). */
const NONCE_BYTES = 12;
/** Bytes. A shorter tag would make forgeries likelier. */
const TAG_BYTES = 16;
/**
 * Bytes of the mark that says where a ciphertext belongs. It proves nothing, the tag does: it tells a person whether a
 * ciphertext was moved or changed.
 */
const MARK_BYTES = 8;

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

/** Format byte ‖ mark ‖ nonce ‖ ciphertext ‖ tag. */
export function encrypt({ key, plain, binding, random }: Encryption): Uint8Array {
  const nonce = random.bytes(NONCE_BYTES);
  assert(nonce.length === NONCE_BYTES, 'the source of randomness gave a nonce of the wrong length');
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(additionalData(FORMAT, binding));
  const header = [Uint8Array.of(FORMAT), markOf(binding), nonce];
  return new Uint8Array(Buffer.concat([...header, cipher.update(plain), cipher.final(), cipher.getAuthTag()]));
}

/** What was encrypted; null when the key, the binding or any byte is another one. */
export function decrypt({ key, sealed, binding }: Decryption): Uint8Array | null {
  const [format] = sealed;
  if (format !== FORMAT && format !== FORMAT_WITHOUT_MARK) return null;
  const nonceAt = format === FORMAT ? 1 + MARK_BYTES : 1;
  const textAt = nonceAt + NONCE_BYTES;
  const tagAt = sealed.length - TAG_BYTES;
  if (tagAt < textAt || isMarkedElsewhere(sealed, binding)) return null;
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(nonceAt, textAt), { authTagLength: TAG_BYTES });
  decipher.setAAD(additionalData(format, binding));
  decipher.setAuthTag(sealed.subarray(tagAt));
  const plain = decipher.update(sealed.subarray(textAt, tagAt));
  try {
    return new Uint8Array(Buffer.concat([plain, decipher.final()]));
  } catch {
    return null;
  }
}

/** Whether a ciphertext that does not open was sealed for another place; false when it cannot be told. */
export function isMarkedElsewhere(sealed: Uint8Array, binding: Binding): boolean {
  if (sealed[0] !== FORMAT || sealed.length < 1 + MARK_BYTES) return false;
  return !constantTimeEqual(sealed.subarray(1, 1 + MARK_BYTES), markOf(binding));
}

function markOf(binding: Binding): Uint8Array {
  return sha256(additionalData(FORMAT, binding)).subarray(0, MARK_BYTES);
}

/** Every part carries its length, so no two different lists give the same bytes. */
function additionalData(format: number, binding: Binding): Uint8Array {
  const chunks: Uint8Array[] = [Uint8Array.of(format)];
  for (const part of binding) {
    const bytes = Buffer.from(part, 'utf8');
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    chunks.push(length, bytes);
  }
  return Buffer.concat(chunks);
}
