import type { AccessVersion } from './access-version.ts';

/** What was found, and the version of all access of the moment in which it was. */
export interface Versioned<V> {
  readonly version: bigint;
  readonly found: V | null;
}

export const NOTHING = { version: 0n, found: null } as const;

/** A name for what is remembered of a proof. */
export function hashName(hash: Uint8Array): string {
  return Buffer.from(hash.buffer, hash.byteOffset, hash.byteLength).toString('latin1');
}

interface RememberOptions<V> {
  readonly version: Pick<AccessVersion, 'now'>;
  /** Whether what was found may be told at this time without looking again. */
  readonly holds: (found: V, now: number) => boolean;
}

/** Findings that are remembered; the oldest are forgotten. */
const MAX_REMEMBERED = 10_000;

/**
 * Remembers what proofs stand for, by their hash, for as long as nothing changes in what anybody may do. The version is
 * compared for every question. What is not found is not
 * remembered.
 */
export function remember<V>({ version, holds }: RememberOptions<V>) {
  const known = new Map<string, Versioned<V>>();
  return async (name: string, now: number, look: () => Promise<Versioned<V>>): Promise<V | null> => {
    const before = known.get(name);
    if (before?.found != null && holds(before.found, now) && before.version === (await version.now()))
      return before.found;
    const fresh = await look();
    known.delete(name);
    if (fresh.found !== null) known.set(name, fresh);
    if (known.size > MAX_REMEMBERED) known.delete(known.keys().next().value!);
    return fresh.found;
  };
}
