/** A seeded generator. Its whole state is one 64-bit word, so it can be stored and continued exactly. */
export interface Random {
  /** The next 64 bits. */
  u64(): bigint;
  /** Uniform in [0, 1), from the upper 53 bits. */
  next(): number;
  /** Uniform whole number in [low, high], both included. */
  int(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** An independent generator for one concern: drawing from it never shifts this one. */
  fork(name: string): Random;
  state(): string;
  setState(state: string): void;
}

const MASK = (1n << 64n) - 1n;
const GOLDEN_GAMMA = 0x9e3779b97f4a7c15n;

function mix(value: bigint): bigint {
  let z = value;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK;
  return z ^ (z >> 31n);
}

function hashText(text: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & MASK;
  return mix(hash);
}

/** splitmix64 (Steele, Lea, Flood 2014). A text seed is hashed first, so that close seeds give unrelated streams. */
export function createRandom(seed: number | bigint | string): Random {
  const origin = typeof seed === 'string' ? hashText(seed) : BigInt(seed) & MASK;
  let state = origin;
  const random: Random = {
    u64() {
      state = (state + GOLDEN_GAMMA) & MASK;
      return mix(state);
    },
    next: () => Number(random.u64() >> 11n) / 2 ** 53,
    int: (low, high) => low + Math.floor(random.next() * (high - low + 1)),
    chance: (probability) => random.next() < probability,
    pick(items) {
      const item = items[random.int(0, items.length - 1)];
      if (item === undefined) throw new Error('pick needs at least one item');
      return item;
    },
    fork: (name) => createRandom(mix(origin ^ hashText(name))),
    state: () => state.toString(16),
    setState(text) {
      state = BigInt(`0x${text}`) & MASK;
    },
  };
  return random;
}
