import type { Clock } from '../../kernel/clock.ts';
import type { MakeId } from '../../kernel/ids.ts';
import type { Random } from '../../kernel/random.ts';
import type { AccessStores } from './store.ts';

/** What the verbs about people use. */
export interface AccessDoors {
  readonly stores: AccessStores;
  readonly clock: Clock;
  readonly random: Random;
  readonly makeId: MakeId;
}
