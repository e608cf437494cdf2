import { base32 } from './base32.ts';
import type { Clock } from './clock.ts';
import { sha256 } from './digest.ts';
import type { Random } from './random.ts';

/** What each prefix names. Ids are never secrets. */
export const ID_PREFIXES = {
  ten: 'tenant',
  con: 'connection',
  pai: 'pair of a source and a ledger connection',
  whk: 'webhook endpoint',
  dlv: 'delivery',
  evt: 'event',
  run: 'sync run',
  att: 'attempt',
  rec: 'reconciliation',
  atn: 'attention item',
  sec: 'security event',
  req: 'request',
  job: 'one-off job',
  oaf: 'authorisation at a provider',
  usr: 'user',
  ses: 'session',
  inv: 'invitation',
  key: 'API key',
  otc: 'one-time code',
  aud: 'audit entry',
} as const;

export type IdPrefix = keyof typeof ID_PREFIXES;
export type Id<P extends string> = `${P}_${string}`;
export type TenantId = Id<'ten'>;
export type ConnectionId = Id<'con'>;
export type PairId = Id<'pai'>;
export type DeliveryId = Id<'dlv'>;
export type EndpointId = Id<'whk'>;
export type RunId = Id<'run'>;
export type AttemptId = Id<'att'>;
export type PostingId = Id<'pst'>;
export type UserId = Id<'usr'>;
export type SessionId = Id<'ses'>;
export type InvitationId = Id<'inv'>;
export type ApiKeyId = Id<'key'>;
export type FactId = Id<'fct'>;

/** Makes a fresh id; ids made later sort later. */
export type MakeId = <P extends IdPrefix>(prefix: P) => Id<P>;

/** Prefixed UUIDv7 (RFC 9562) in base32: 48 bits of milliseconds, then version, variant and 74 random bits. */
export function idMaker(clock: Pick<Clock, 'now'>, random: Pick<Random, 'bytes'>): MakeId {
  return (prefix) => {
    const bytes = random.bytes(16);
    let ms = clock.now();
    for (let i = 5; i >= 0; i -= 1) {
      bytes[i] = ms % 256;
      ms = Math.floor(ms / 256);
    }
    bytes[6] = (bytes[6]! & 0x0f) | 0x70;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    return `${prefix}_${base32(bytes)}`;
  };
}

/** 160 bits of SHA-256 over the parts as 32 base32 characters. Parts are length-prefixed, so no two lists collide. */
export function derivedHash(parts: readonly string[]): string {
  return base32(sha256(parts.map((part) => `${part.length}:${part}`).join('|')).subarray(0, 20));
}
