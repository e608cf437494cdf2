import { at, sql } from '../../platform/store/index.ts';
import type { Connection } from '../connections/index.ts';
import type { HubDoors } from '../mapping/index.ts';

/** A running worker may have planned between the pair and its accounts: what waits for an account is planned again. */
export async function reopenUnmapped({ database, clock }: HubDoors, source: Connection): Promise<void> {
  await database.tenant(source.tenantId, (tx) =>
    sql`
    update facts set state = 'new', updated_at = ${at(clock.now())}
    where connection_id = ${source.id} and state = 'waiting' and reason_code = 'posting.account_role_missing'`.execute(
      tx,
    ),
  );
}
