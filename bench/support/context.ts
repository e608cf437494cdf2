import type { BenchOptions } from '../options.ts';
import type { Figure } from '../results.ts';
import type { Cleanup } from './cleanup.ts';

/** What a benchmark is given. */
export interface BenchContext {
  readonly options: BenchOptions;
  readonly cleanup: Cleanup;
  /** A line for the person who waits. */
  progress(text: string): void;
}

export interface Measured {
  readonly results: readonly Figure[];
  /** Version of the PostgreSQL that was measured. */
  readonly postgres: string;
}

export type Bench = (context: BenchContext) => Promise<Measured>;
