import type { PairId, TenantId } from '../../kernel/ids.ts';
import type { WorkDoors } from '../connections/index.ts';
import type { Role } from './roles.ts';

/** What a role of the planner is in this ledger. */
export interface MappedRole {
  readonly role: Role;
  readonly ledgerId: string;
  readonly name: string;
}

/** What mapping asks of the store. */
export interface MappingStore {
  roles(pair: { readonly tenantId: TenantId; readonly id: PairId }): Promise<readonly MappedRole[]>;
  /** In place of what the role was before. */
  saveRole(pair: { readonly tenantId: TenantId; readonly id: PairId }, mapped: MappedRole, now: number): Promise<void>;
}

/** The doors of what opens books. */
export interface BooksDoors extends WorkDoors {
  readonly mapping: MappingStore;
}
