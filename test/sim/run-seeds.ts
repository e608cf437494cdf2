import { GOALS, type Goal } from './goals.ts';
import { keptSeeds } from './kept-seeds.ts';
import type { StoreChoice } from './open-backend.ts';
import { runPool } from './pool.ts';
import type { SeedAnswer } from './seed-worker.ts';

export interface RunSeeds {
  readonly seeds: number;
  readonly from: number;
  readonly threads: number;
  readonly store: StoreChoice;
  /** Milliseconds of real time after which no further seed begins. */
  readonly until_ms?: number;
  readonly now: () => number;
  readonly onSeed?: (done: number, answer: SeedAnswer) => void;
}

export interface FailingSeed {
  readonly seed: number;
  readonly invariant: string;
  /** The line that does it again. */
  readonly replay: string;
  readonly detail: string;
}

export interface SeedsReport {
  readonly seeds: number;
  readonly from: number;
  readonly failing: readonly FailingSeed[];
  readonly simulatedHours: number;
  readonly steps: number;
  readonly seconds: number;
  readonly sometimes: Readonly<Record<Goal, number>>;
  /** Seeds that were run twice, and those of them whose two traces differ. */
  readonly repeated: number;
  readonly unrepeatable: readonly number[];
}

/** One of so many seeds is run twice, to see that its trace is the same. */
const REPEAT_EVERY = 100;

export function replayLine(seed: number, store: StoreChoice): string {
  return `npm run sim -- --seed ${seed}${store.kind === 'postgres' ? ' --store postgres' : ''}`;
}

/** Kept seeds, then the range; each hundredth once more at the end. */
function* order({ seeds, from }: RunSeeds, isOver: () => boolean): Generator<number> {
  const range = Array.from({ length: seeds }, (_, index) => from + index);
  const kept = keptSeeds()
    .map(({ seed }) => seed)
    .filter((seed) => !range.includes(seed));
  const done: number[] = [];
  for (const seed of [...kept, ...range]) {
    if (isOver()) break;
    done.push(seed);
    yield seed;
  }
  for (const [index, seed] of done.entries()) if (index % REPEAT_EVERY === 0) yield seed;
}

/** Runs seeds and gathers what they met. A failing one does not stop the others. */
export async function runSeeds(run: RunSeeds): Promise<SeedsReport> {
  const { store, threads, from, now } = run;
  const begun = now();
  const isOver = () => run.until_ms !== undefined && now() - begun >= run.until_ms;
  const failing: FailingSeed[] = [];
  const hashes = new Map<number, string>();
  const unrepeatable: number[] = [];
  const sometimes = Object.fromEntries(GOALS.map((goal) => [goal, 0])) as Record<Goal, number>;
  const totals = { hours: 0, steps: 0, repeated: 0 };
  const fail = (seed: number, invariant: string, detail: string) =>
    failing.push({ seed, invariant, detail, replay: replayLine(seed, store) });
  await runPool({
    threads,
    store,
    canary: null,
    seeds: order(run, isOver),
    onAnswer: (answer) => {
      if (answer.kind === 'error') fail(answer.seed, 'the simulation itself', answer.stack);
      else {
        const { seed, hash, violation, simulatedHours, steps } = answer.result;
        const before = hashes.get(seed);
        if (before === undefined) {
          hashes.set(seed, hash);
          totals.hours += simulatedHours;
          totals.steps += steps;
          for (const goal of GOALS) sometimes[goal] += answer.result.sometimes[goal];
          if (violation !== null) fail(seed, violation.invariant, violation.detail);
        } else {
          totals.repeated += 1;
          if (before !== hash) unrepeatable.push(seed);
        }
      }
      run.onSeed?.(hashes.size, answer);
      return false;
    },
  });
  return {
    seeds: hashes.size,
    from,
    failing,
    simulatedHours: Math.round(totals.hours),
    steps: totals.steps,
    seconds: Math.round((now() - begun) / 1_000),
    sometimes,
    repeated: totals.repeated,
    unrepeatable,
  };
}
