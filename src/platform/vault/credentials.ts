import { type Clock, isoInstant } from '../../kernel/clock.ts';
import { CounterfoilError } from '../../kernel/errors.ts';
import type { ConnectionId, TenantId } from '../../kernel/ids.ts';
import type { Secret } from '../../kernel/secret.ts';
import { change, firstRow, sql, type Tx } from '../store/database.ts';
import type { SealedTable } from './sealed-table.ts';
import type { SealedPlace, SealedValue, Vault } from './vault.ts';
import { dataKeyReaderIn, dataKeysIn } from './vault-store.pg.ts';
import { whileRotating } from './while-rotating.ts';

type Now = Pick<Clock, 'now'>;

/** One secret of a connection: an access token, an API key, a webhook secret. */
export interface CredentialPlace {
  readonly tenantId: TenantId;
  readonly connectionId: ConnectionId;
  readonly field: string;
}

/** Seals and stores the secret, in place of an earlier one. Throws `connection.not_found` when it is not the tenant's. */
export async function storeCredential(
  tx: Tx,
  vault: Vault,
  place: CredentialPlace,
  secret: Secret,
  clock: Now,
): Promise<void> {
  const { tenantId, connectionId, field } = place;
  const { ciphertext, keyVersion } = await vault.seal(tenantId, sealedPlace(place), secret, dataKeysIn(tx, clock));
  const stored = await change(
    tx,
    sql`insert into credentials (tenant_id, connection_id, field, ciphertext, key_version, updated_at)
      select tenant_id, id, ${field}::text, ${ciphertext}::bytea, ${keyVersion}::integer, ${isoInstant(clock.now())}::timestamptz
      from connections where id = ${connectionId} and tenant_id = ${tenantId}
      on conflict (connection_id, field) do update
      set ciphertext = excluded.ciphertext, key_version = excluded.key_version, updated_at = excluded.updated_at`,
  );
  if (stored === 0) throw new CounterfoilError('connection.not_found');
}

/** Opens a stored secret, null when there is none. Reads only, so the inbox role may use it too. */
export function loadCredential(tx: Tx, vault: Vault, place: CredentialPlace): Promise<Secret | null> {
  return whileRotating(async () => {
    const sealed = await findSealed(tx, place);
    return sealed && vault.open(place.tenantId, sealedPlace(place), sealed, dataKeyReaderIn(tx));
  });
}

async function findSealed(tx: Tx, { tenantId, connectionId, field }: CredentialPlace): Promise<SealedValue | null> {
  const row = await firstRow<{ ciphertext: Uint8Array; key_version: number }>(
    tx,
    sql`select ciphertext, key_version from credentials
      where tenant_id = ${tenantId} and connection_id = ${connectionId} and field = ${field}`,
  );
  return row && { ciphertext: row.ciphertext, keyVersion: row.key_version };
}

/** Erases one secret; nothing happens when there is none. */
export async function deleteCredential(tx: Tx, { tenantId, connectionId, field }: CredentialPlace): Promise<void> {
  await change(
    tx,
    sql`delete from credentials
      where tenant_id = ${tenantId} and connection_id = ${connectionId} and field = ${field}`,
  );
}

/** Erases every secret of a connection, as a disconnect does; answers how many there were. */
export async function deleteCredentials(
  tx: Tx,
  { tenantId, connectionId }: Pick<CredentialPlace, 'tenantId' | 'connectionId'>,
): Promise<number> {
  return change(tx, sql`delete from credentials where tenant_id = ${tenantId} and connection_id = ${connectionId}`);
}

/** Where {@link storeCredential} keeps secrets, for the rotation of data keys. */
export const SEALED_CREDENTIALS: SealedTable = {
  table: 'credentials',
  role: 'app',
  key: ['connection_id', 'field'],
  place: ([rowId, field]) => ({ table: 'credentials', rowId: rowId!, field: field! }),
};

function sealedPlace({ connectionId, field }: CredentialPlace): SealedPlace {
  return { table: 'credentials', rowId: connectionId, field };
}
