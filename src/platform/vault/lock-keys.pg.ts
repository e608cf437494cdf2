import { sql, type Tx } from '../store/database.ts';

/**
 * Whoever makes a data key holds it shared, whoever registers or retires a key-encryption key alone: so no data key
 * appears under a key that is being retired. Until the transaction ends.
 */
export async function lockKeys(tx: Tx, way: 'shared' | 'alone'): Promise<void> {
  const lock = sql.raw(way === 'shared' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock');
  await sql`select ${lock}(hashtextextended('counterfoil vault_keys', 0))`.execute(tx);
}
