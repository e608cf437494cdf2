import { Worker } from 'node:worker_threads';
import type { SeedAnswer, SeedWorkerData } from './seed-worker.ts';

export interface PoolOptions extends SeedWorkerData {
  readonly threads: number;
  /** The seeds, in order; asked for the next one whenever a thread is free. */
  readonly seeds: Iterator<number>;
  /** Told of each seed that ended; true ends the run early. */
  readonly onAnswer: (answer: SeedAnswer) => boolean;
}

const WORKER = new URL('./seed-worker.ts', import.meta.url);

/** Runs seeds on several threads, each seed on one. */
export async function runPool(options: PoolOptions): Promise<void> {
  const { threads, store, canary } = options;
  let isOver = false;
  const next = (): number | null => {
    const { value, done } = isOver ? { value: 0, done: true } : options.seeds.next();
    return done ? null : value;
  };
  const runOne = async () => {
    const worker = new Worker(WORKER, { workerData: { store, canary } satisfies SeedWorkerData });
    try {
      for (let seed = next(); seed !== null; seed = next()) {
        const answer = await asked(worker, seed);
        isOver = options.onAnswer(answer) || isOver;
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: threads }, runOne));
}

function asked(worker: Worker, seed: number): Promise<SeedAnswer> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (answer: SeedAnswer) => {
      worker.removeListener('error', reject);
      resolve(answer);
    });
    worker.postMessage(seed);
  });
}
