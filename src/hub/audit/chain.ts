import { isoInstant } from '../../kernel/clock.ts';
import { hex, sha256 } from '../../kernel/digest.ts';
import type { AuditEntry, AuditHead } from './change.ts';

/** Before the first entry. */
export const NO_HASH = new Uint8Array(32);

/** SHA-256 over the hash before and every field, each with its length, so that no two entries read alike. */
export function hashOf(entry: Omit<AuditEntry, 'hash'>): Uint8Array {
  const parts = [
    hex(entry.previousHash),
    entry.tenantId,
    String(entry.seq),
    entry.id,
    isoInstant(entry.at),
    entry.actor.kind,
    entry.actor.id,
    entry.action,
    entry.subject,
    entry.diff,
  ];
  return sha256(parts.map((part) => `${Buffer.byteLength(part)}:${part}`).join('|'));
}

/** Where a chain is broken, and how. */
export interface ChainBreak {
  readonly seq: bigint;
  readonly detail: string;
}

/** What is known of a chain after the entries read so far. */
export interface ChainState {
  readonly seq: bigint;
  readonly hash: Uint8Array;
}

export const CHAIN_START: ChainState = { seq: 0n, hash: NO_HASH };

/** Judges the next entry in the order of `seq`. A break does not hide later ones: each entry is also judged by itself. */
export function judgeEntry(before: ChainState, entry: AuditEntry): readonly ChainBreak[] {
  const { seq } = entry;
  const breaks: ChainBreak[] = [];
  if (seq !== before.seq + 1n) {
    const detail =
      seq > before.seq + 1n
        ? `Entries ${before.seq + 1n} to ${seq - 1n} are missing before it.`
        : `It stands twice, or before its place.`;
    breaks.push({ seq, detail });
  } else if (!sameBytes(entry.previousHash, before.hash)) {
    breaks.push({ seq, detail: 'It does not continue the entry before it: one was put in, exchanged or moved.' });
  }
  if (!sameBytes(entry.hash, hashOf(entry))) breaks.push({ seq, detail: 'It was changed after it was written.' });
  return breaks;
}

/** Judges the end: the head names the last entry. */
export function judgeEnd(last: ChainState, head: AuditHead | null): readonly ChainBreak[] {
  const { seq, hash } = head ?? CHAIN_START;
  if (seq > last.seq) return [{ seq, detail: `The end is missing: entries ${last.seq + 1n} to ${seq}.` }];
  if (seq < last.seq) return [{ seq: last.seq, detail: `${last.seq - seq} entries were added behind the end.` }];
  return sameBytes(hash, last.hash) ? [] : [{ seq, detail: 'The last entry is not the one that was written last.' }];
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.from(a).equals(b);
}
