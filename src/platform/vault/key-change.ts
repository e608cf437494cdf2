import type { TenantId } from '../../kernel/ids.ts';
import type { Tx } from '../store/database.ts';

/** What a rotation changes for a tenant, to be written down in the transaction that changes it. */
export interface KeyChange {
  readonly tenantId: TenantId;
  /** `data_key.replaced`, `data_key.wrapped` or `keys.retirement_ordered`. */
  readonly action: string;
  /** Version of the data key, or the key-encryption key that stays. */
  readonly subject: string;
  /** Field → value before and after. */
  readonly diff: Readonly<Record<string, readonly [before: unknown, after: unknown]>>;
}

export type RecordKeyChange = (tx: Tx, change: KeyChange) => Promise<void>;
