import { randomBytes } from 'node:crypto';

/** The one door to chance. */
export interface Random {
  /** Cryptographically strong in production. */
  bytes(length: number): Uint8Array;
  /** Uniform in [0, 1): for jitter, never for secrets. */
  fraction(): number;
}

/** Asking the system for a few bytes costs as much as for many; every id needs 16. */
const POOL_BYTES = 4_096;
const FROM_POOL_BYTES = 64;
let pool = new Uint8Array();
let taken = 0;

/** Bytes that nobody else gets: what is handed out is wiped from the pool. */
function pooledBytes(length: number): Uint8Array {
  if (taken + length > pool.length) {
    pool = new Uint8Array(randomBytes(POOL_BYTES));
    taken = 0;
  }
  const bytes = pool.slice(taken, taken + length);
  pool.fill(0, taken, taken + length);
  taken += length;
  return bytes;
}

export const systemRandom: Random = {
  bytes: (length) => (length <= FROM_POOL_BYTES ? pooledBytes(length) : new Uint8Array(randomBytes(length))),
  fraction: () => Math.random(),
};

/** A repeatable source for tests and simulations (splitmix64). Not for secrets. */
export function seededRandom(seed: number | bigint): Random {
  let state = BigInt.asUintN(64, BigInt(seed));
  const next = (): bigint => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let z = state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return z ^ (z >> 31n);
  };
  return {
    bytes: (length) => Uint8Array.from({ length }, () => Number(next() & 0xffn)),
    fraction: () => Number(next() >> 11n) / 2 ** 53,
  };
}
