import { base32 } from '../../kernel/base32.ts';
import { hex, hmacSha256, sha256 } from '../../kernel/digest.ts';
import type { Random } from '../../kernel/random.ts';
import { Secret } from '../../kernel/secret.ts';

type Bytes = Pick<Random, 'bytes'>;

/** 256 random bits in 52 characters. */
export function newToken(random: Bytes): Secret {
  return new Secret(base32(random.bytes(32)));
}

/** 80 random bits in four groups of four, for a person to type. */
export function newTypedCode(random: Bytes): Secret {
  return new Secret(base32(random.bytes(10)).match(/.{4}/g)!.join('-'));
}

/** What is stored of a token or a code. Each has so many random bits that a hash without a key cannot be turned back. */
export function hashOfToken(token: string): Uint8Array {
  return sha256(token);
}

/** Of a typed code: hyphens, spaces and capitals do not matter. */
export function hashOfTypedCode(code: string): Uint8Array {
  return sha256(code.toLowerCase().replace(/[^0-9a-z]/g, ''));
}

/** What a page must send beside its cookie with every change. It follows from the session's token and dies with it. */
export function csrfTokenOf(sessionToken: string): string {
  return hex(hmacSha256(sessionToken, 'csrf'));
}
