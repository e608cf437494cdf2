import type { Sabotage } from '../world/world.ts';

/** Breaks one thing of the product, for a seed. */
export type Canary = (seed: number) => Sabotage;
