import { CANARIES } from './canaries/index.ts';
import { runPool } from './pool.ts';

export interface RunCanaries {
  readonly names: readonly string[];
  /** Most seeds for each. */
  readonly seeds: number;
  readonly from: number;
  readonly threads: number;
  readonly onCanary?: (found: FoundCanary) => void;
}

export interface FoundCanary {
  readonly name: string;
  readonly found: boolean;
  /** The seed that found it, or null. */
  readonly seed: number | null;
  /** How many seeds were run. */
  readonly seeds: number;
  /** What was seen. */
  readonly detail: string;
}

export function canaryNames(only: string | null): readonly string[] {
  const all = Object.keys(CANARIES);
  if (only === null) return all;
  if (!all.includes(only)) throw new Error(`no canary is called "${only}"; there are: ${all.join('; ')}`);
  return [only];
}

function* range(from: number, seeds: number): Generator<number> {
  for (let index = 0; index < seeds; index += 1) yield from + index;
}

/** Breaks the product in each of the named ways until a seed notices. */
export async function runCanaries(run: RunCanaries): Promise<readonly FoundCanary[]> {
  const all: FoundCanary[] = [];
  for (const name of run.names) {
    const found = await hunt(run, name);
    run.onCanary?.(found);
    all.push(found);
  }
  return all;
}

async function hunt({ seeds, from, threads }: RunCanaries, name: string): Promise<FoundCanary> {
  let ran = 0;
  let first: { seed: number; detail: string } | null = null;
  await runPool({
    threads,
    store: { kind: 'memory' },
    canary: name,
    seeds: range(from, seeds),
    onAnswer: (answer) => {
      ran += 1;
      if (answer.kind === 'error') throw new Error(`seed ${answer.seed} of "${name}": ${answer.stack}`);
      const { seed, violation } = answer.result;
      if (violation !== null && first === null) first = { seed, detail: violation.detail };
      return first !== null;
    },
  });
  const { seed = null, detail = '' } = (first ?? {}) as { seed?: number; detail?: string };
  return { name, found: seed !== null, seed, seeds: ran, detail };
}
