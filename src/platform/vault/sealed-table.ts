import type { SealedPlace } from './vault.ts';

/**
 * A table with sealed values: it has the columns `tenant_id`, `ciphertext` and `key_version`. Whoever writes to it seals
 * in the same transaction: that holds the data key until the row is there.
 */
export interface SealedTable {
  readonly table: string;
  /** Reads and writes the rows; the application role sees at least `tenant_id` and `key_version` of them. */
  readonly role: 'app' | 'access';
  /** Text columns that tell the rows of a tenant apart. */
  readonly key: readonly string[];
  /** The place that a row's value was sealed for, by the values of its key columns. */
  place(key: readonly string[]): SealedPlace;
}
