import type { Clock } from '../../kernel/clock.ts';
import type { MakeId } from '../../kernel/ids.ts';
import type { Database } from '../../platform/store/index.ts';
import type { Vault } from '../../platform/vault/index.ts';

/** What the stores of people stand on. */
export interface StoreDoors {
  readonly database: Database;
  readonly vault: Vault;
  readonly makeId: MakeId;
  readonly clock: Clock;
}
