import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = join(import.meta.dirname, 'seeds.txt');

/** A seed that once failed. It runs first for ever. */
export interface KeptSeed {
  readonly seed: number;
  readonly why: string;
}

/** Lines are `seed  why`; what begins with # is for people. */
export function readKept(text: string): readonly KeptSeed[] {
  return text
    .split('\n')
    .map((line) => /^(\d+)\s+(.+)$/.exec(line.trim()))
    .flatMap((found) => (found === null ? [] : [{ seed: Number(found[1]), why: found[2]! }]));
}

export function keptSeeds(): readonly KeptSeed[] {
  return readKept(readFileSync(FILE, 'utf8'));
}

export function keepSeed({ seed, why }: KeptSeed): void {
  if (!keptSeeds().some((one) => one.seed === seed))
    appendFileSync(FILE, `${seed}  ${why.split('\n')[0]!.slice(0, 160)}\n`);
}
