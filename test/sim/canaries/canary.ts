import type { Sabotage } from '../world/options.ts';

/** Breaks one thing of the product, for a seed. */
export type Canary = (seed: number) => Sabotage;
