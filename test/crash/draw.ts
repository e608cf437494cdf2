import { type Random, seededRandom } from '../../src/kernel/random.ts';

/** Repeatable choices. */
export interface Draw {
  /** A whole number, both ends included. */
  int(min: number, max: number): number;
  chance(share: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** A choice of its own for one purpose, so that more choices here change nothing there. */
  fork(purpose: number): Draw;
}

export function drawFrom(seed: number): Draw {
  const random = seededRandom(seed);
  return { ...choices(random), fork: (purpose) => drawFrom(seed * 1_000 + purpose) };
}

function choices(random: Random): Omit<Draw, 'fork'> {
  const int = (min: number, max: number) => min + Math.floor(random.fraction() * (max - min + 1));
  return {
    int,
    chance: (share) => random.fraction() < share,
    pick: (from) => from[int(0, from.length - 1)]!,
  };
}
