import { CounterfoilError } from '../../kernel/errors.ts';
import { firstRow, sql } from '../store/database.ts';
import type { InTransaction } from './key-records.pg.ts';
import type { Keyring } from './keyring.ts';

/**
 * That the keys of this process open every data key, as they do not between the two steps of a rotation that was not
 * finished. By the owner, before the work begins.
 *
 * @throws CounterfoilError `vault.key_wrong`, naming the key that is needed too.
 */
export async function assertOpensEverything(keyring: Keyring, asOwner: InTransaction): Promise<void> {
  const held = keyring.held().map(({ keyId }) => keyId);
  const closed = await asOwner((tx) =>
    firstRow(
      tx,
      sql<{ count: number; keyId: string | null }>`
        select count(distinct (d.tenant_id, d.version))::integer as count, min(w.key_id) as "keyId"
        from data_keys d left join data_key_wraps w using (tenant_id, version)
        where d.destroyed_at is null and not exists (select from data_key_wraps own
          where own.tenant_id = d.tenant_id and own.version = d.version and own.key_id = any(${held}::text[]))`,
    ),
  );
  if (closed!.count === 0) return;
  throw new CounterfoilError('vault.key_wrong', {
    detail:
      `The key found is ${held.join(' and ')}, but ${closed!.count} data keys need key ${closed!.keyId}: a rotation was not finished. ` +
      'Give that key as the present one and this one as the next one, and run `counterfoil keys rotate`. Nothing was changed.',
  });
}
