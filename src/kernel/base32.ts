/** Crockford's alphabet in lower case: no i, l, o, u, so a person can read it aloud. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** Base32 without padding; the last character carries the remaining bits, padded with zeros on the right. */
export function base32(bytes: Uint8Array): string {
  let text = '';
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(buffer >> bits) & 31];
    }
    buffer &= (1 << bits) - 1;
  }
  return bits > 0 ? text + ALPHABET[(buffer << (5 - bits)) & 31] : text;
}
