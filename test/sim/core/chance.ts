import type { Random } from '../../../src/kernel/random.ts';

/** A repeatable source of chance, one for each concern, so that a new fault does not shift what the others draw. */
export class Chance implements Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** `name` says what is decided by it: the same seed and name give the same numbers. */
  constructor(seed: number, name: string) {
    const [a, b, c] = hashes(`${seed} ${name}`);
    this.#a = a;
    this.#b = b;
    this.#c = c;
    for (let round = 0; round < 12; round += 1) this.next();
  }

  /** 32 bits (sfc32, small fast counter of PractRand). */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (this.#c << 21) | (this.#c >>> 11);
    this.#c = (this.#c + sum) | 0;
    return sum >>> 0;
  }

  fraction(): number {
    return this.next() / 2 ** 32;
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let index = 0; index < length; index += 4) {
      const four = this.next();
      for (let part = 0; part < 4 && index + part < length; part += 1)
        bytes[index + part] = (four >>> (8 * part)) & 0xff;
    }
    return bytes;
  }

  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number {
    return Math.floor(this.fraction() * limit);
  }

  /** A whole number in the closed range. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  happens(probability: number): boolean {
    return probability > 0 && this.fraction() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  shuffled<T>(items: readonly T[]): T[] {
    const all = [...items];
    for (let index = all.length - 1; index > 0; index -= 1) {
      const other = this.below(index + 1);
      [all[index], all[other]] = [all[other]!, all[index]!];
    }
    return all;
  }
}

/** Three 32-bit hashes of a text (FNV-1a with different starts). */
function hashes(text: string): readonly [number, number, number] {
  return [hash(text, 0x811c9dc5), hash(text, 0x9e3779b9), hash(text, 0x85ebca6b)];
}

function hash(text: string, start: number): number {
  let value = start;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value | 0;
}
