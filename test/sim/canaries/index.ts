import type { Sabotage } from '../world/options.ts';
import type { Canary } from './canary.ts';
import { KEY_CANARIES } from './keys.ts';
import { LEDGER_CANARIES } from './ledger.ts';
import { POSTING_CANARIES } from './posting.ts';
import { SOURCE_CANARIES } from './source.ts';
import { TOKEN_CANARIES } from './tokens.ts';
import { WORK_CANARIES } from './work.ts';

/** Every canary by its name. Each must be found, or the simulation is blind there. */
export const CANARIES: Readonly<Record<string, Canary>> = {
  ...POSTING_CANARIES,
  ...LEDGER_CANARIES,
  ...SOURCE_CANARIES,
  ...TOKEN_CANARIES,
  ...KEY_CANARIES,
  ...WORK_CANARIES,
};

/** Throws for a name that there is not. */
export function sabotageOf(name: string, seed: number): Sabotage {
  const canary = CANARIES[name];
  if (canary === undefined)
    throw new Error(`no canary is called ${name}; there are ${Object.keys(CANARIES).join(', ')}`);
  return canary(seed);
}
