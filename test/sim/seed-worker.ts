import { isMainThread, parentPort, threadId, workerData } from 'node:worker_threads';
import { sabotageOf } from './canaries/index.ts';
import { openBackend, type StoreChoice } from './open-backend.ts';
import { runSeed, type SeedResult } from './seed.ts';

/** What a worker is given when it starts. */
export interface SeedWorkerData {
  readonly store: StoreChoice;
  /** Name of a canary, or null for the product as it is. */
  readonly canary: string | null;
}

/** What a worker answers for each seed that it is sent. */
export type SeedAnswer =
  | { readonly kind: 'result'; readonly result: SeedResult }
  | { readonly kind: 'error'; readonly seed: number; readonly stack: string };

async function answer(seed: number, { store, canary }: SeedWorkerData): Promise<SeedAnswer> {
  const backend = await openBackend(store, `sim_${threadId}`);
  try {
    const sabotage = canary === null ? undefined : sabotageOf(canary, seed);
    const result = await runSeed({ seed, backend, ...(sabotage ? { sabotage } : {}) });
    return { kind: 'result', result };
  } catch (error) {
    return { kind: 'error', seed, stack: error instanceof Error ? String(error.stack) : String(error) };
  } finally {
    await backend.close();
  }
}

if (!isMainThread && parentPort !== null) {
  const port = parentPort;
  port.on('message', (seed: number) => {
    void answer(seed, workerData as SeedWorkerData).then((done) => port.postMessage(done));
  });
}
