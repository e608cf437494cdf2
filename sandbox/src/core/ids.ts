import { createHash } from 'node:crypto';

export const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Without the letters that are easily confused, as Bitcoin software writes identifiers. */
export const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
export const HEX = '0123456789abcdef';
/** The alphabet of bech32 addresses. */
export const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';

/**
 * Letters derived from the parts alone: the same parts give the same text after any restart, and no stored counter or
 * generator is needed. 256 bits of SHA-256 per 32 letters.
 */
export function derivedText(alphabet: string, length: number, ...parts: readonly (string | number)[]): string {
  let text = '';
  for (let block = 0; text.length < length; block += 1) {
    const digest = createHash('sha256')
      .update(JSON.stringify([block, ...parts]))
      .digest();
    for (const byte of digest) text += alphabet[byte % alphabet.length];
  }
  return text.slice(0, length);
}
