import type { WorkStore } from '../../platform/engine/index.ts';
import type { InboxStore } from '../inbox/index.ts';
import type { Stores } from '../pipeline/index.ts';

/** Every store that a process which works on connections has. */
export interface OperateStores {
  readonly stores: Stores;
  readonly inboxStore: InboxStore;
  readonly workStore: WorkStore;
}
