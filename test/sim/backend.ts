import type { ConnectionStore } from '../../src/hub/connections/index.ts';
import type { GrantStore } from '../../src/hub/connections/oauth/grant-store.ts';
import type { InboxStore } from '../../src/hub/inbox/index.ts';
import type { MappingStore } from '../../src/hub/mapping/index.ts';
import type { Stores } from '../../src/hub/pipeline/index.ts';
import type { MakeId, TenantId } from '../../src/kernel/ids.ts';
import type { WorkStore } from '../../src/platform/engine/index.ts';
import type { Vault, VaultStore } from '../../src/platform/vault/index.ts';
import type { Snapshot } from './snapshot.ts';
import type { KeyRotation } from './store/keys.ts';

/** What a process brings along when it opens the store. */
export interface OpenStore {
  readonly makeId: MakeId;
  readonly vault: Vault;
  readonly clock: { now(): number };
}

/** Every store that a process has. */
export interface OpenedStores {
  readonly stores: Stores;
  readonly inbox: InboxStore;
  readonly work: Omit<WorkStore, 'add'>;
  readonly connections: ConnectionStore;
  readonly grants: GrantStore;
  readonly mapping: MappingStore;
}

/** Where a simulated installation keeps everything: in memory, or in a real PostgreSQL. Outlives its processes. */
export interface Backend {
  readonly name: 'memory' | 'postgres';
  readonly vaultStore: Pick<VaultStore, 'dataKeys'>;
  open(doors: OpenStore): OpenedStores;
  /** What a rotation of keys asks of the store; only in memory. */
  readonly rotation?: KeyRotation;
  addTenant(id: TenantId, name: string, now: number): Promise<void>;
  /** A connection that is due since before then and free, or null; only where looking costs nothing. */
  waiting?(before: number): string | null;
  /** Everything that the checks look at, as it is now. */
  snapshot(): Promise<Snapshot>;
  /** Promises that the store itself can check at any time; what is broken, in words. */
  violations(): Promise<readonly { readonly invariant: string; readonly detail: string }[]>;
  close(): Promise<void>;
}
