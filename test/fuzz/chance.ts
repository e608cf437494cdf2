import fc from 'fast-check';
import { sha256 } from '../../src/kernel/digest.ts';
import { seededRandom } from '../../src/kernel/random.ts';

/** Longer runs of bytes repeat themselves: making them must not take the time in which the server answers. */
const MAX_CHANCE_BYTES = 16_384;

/** Chance of one case: the same for the same seed, operation and number, whatever ran before. */
export class Chance {
  readonly #random;
  constructor(...parts: readonly (string | number)[]) {
    this.#random = seededRandom(Buffer.from(sha256(parts.join('/'))).readBigUInt64BE());
  }

  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number {
    return min + Math.floor(this.#random.fraction() * (max - min + 1));
  }

  chance(share: number): boolean {
    return this.#random.fraction() < share;
  }

  pick<T>(all: readonly T[]): T {
    return all[this.int(0, all.length - 1)]!;
  }

  bytes(length: number): Uint8Array {
    const block = this.#random.bytes(Math.min(length, MAX_CHANCE_BYTES));
    return Uint8Array.from({ length }, (_, at) => block[at % block.length]!);
  }

  /** Characters that no compression makes shorter. */
  letters(length: number): string {
    return Buffer.from(this.bytes(Math.ceil((length * 3) / 4)))
      .toString('base64url')
      .slice(0, length);
  }

  /** A value that an arbitrary of the properties makes, not one of its first and simplest. */
  from<T>(arbitrary: fc.Arbitrary<T>): T {
    return fc.sample(arbitrary, { seed: this.int(0, 2 ** 31 - 1), numRuns: 5 }).at(-1)!;
  }
}
