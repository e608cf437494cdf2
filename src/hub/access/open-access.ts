import type { Random } from '../../kernel/random.ts';
import type { AccessDoors } from './access-doors.ts';
import type { StoreDoors } from './store-doors.ts';
import { pgAccessStores } from './stores.pg.ts';

/** The doors of people over the installation's own. */
export function openAccess(doors: StoreDoors & { readonly random: Random }): AccessDoors {
  const { clock, random, makeId } = doors;
  return { stores: pgAccessStores(doors), clock, random, makeId };
}
