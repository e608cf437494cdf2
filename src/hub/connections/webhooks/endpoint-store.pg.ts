import type { Secret } from '../../../kernel/secret.ts';
import { at, change, type Database, firstRow, sql, type Tx } from '../../../platform/store/index.ts';
import { dataKeysIn } from '../../../platform/vault/index.ts';
import { recordSecurityEvent } from '../../audit/index.ts';
import type { Connection } from '../connection.ts';
import type { StoreDoors } from '../store.pg.ts';
import type { EndpointStore } from './endpoint-store.ts';

export function pgEndpointStore(database: Database, doors: StoreDoors): EndpointStore {
  return {
    keepNext: (connection, id, secret, now) =>
      database.tenant(connection.tenantId, (tx) => keepNext(tx, doors, { connection, id, secret, now })),
    promote: (connection, id, oldEndsAt) =>
      database.tenant(connection.tenantId, (tx) => promote(tx, doors, { connection, id, oldEndsAt })),
    retire: ({ tenantId }, id, now) =>
      database.tenant(tenantId, async (tx) => {
        await sql`delete from endpoint_secrets where endpoint_id = ${id}`.execute(tx);
        await sql`update webhook_endpoints set retired_at = ${at(now)}, registration_id = null where id = ${id}`.execute(
          tx,
        );
      }),
    sweep: (tenantId, now) =>
      database.tenant(tenantId, (tx) => change(tx, sql`delete from endpoint_secrets where ends_at <= ${at(now)}`)),
  };
}

interface SecretRow {
  readonly ciphertext: Uint8Array;
  readonly key_version: number;
}

async function keepNext(
  tx: Tx,
  { vault, clock }: StoreDoors,
  { connection: { tenantId }, id, secret, now }: { connection: Connection; id: string; secret: Secret; now: number },
): Promise<Secret> {
  // Two rotations at once: the second takes up what the first began.
  await firstRow(tx, sql`select 1 from webhook_endpoints where id = ${id} for update`);
  const row = await firstRow(
    tx,
    sql<SecretRow>`select ciphertext, key_version from endpoint_secrets where endpoint_id = ${id} and secret_id = 'next'`,
  );
  if (row !== null)
    return vault.open(
      tenantId,
      placeOf(id),
      { ciphertext: row.ciphertext, keyVersion: row.key_version },
      dataKeysIn(tx, clock),
    );
  const sealed = await vault.seal(tenantId, placeOf(id), secret, dataKeysIn(tx, clock));
  await sql`
    insert into endpoint_secrets (tenant_id, endpoint_id, secret_id, ciphertext, key_version, created_at)
    values (${tenantId}, ${id}, 'next', ${sealed.ciphertext}, ${sealed.keyVersion}, ${at(now)})`.execute(tx);
  return secret;
}

async function promote(
  tx: Tx,
  { makeId, clock }: StoreDoors,
  { connection, id, oldEndsAt }: { connection: Connection; id: string; oldEndsAt: number },
): Promise<void> {
  await firstRow(tx, sql`select 1 from webhook_endpoints where id = ${id} for update`);
  const next = await firstRow(tx, sql`select 1 from endpoint_secrets where endpoint_id = ${id} and secret_id = 'next'`);
  if (next === null) return;
  // Each keeps its own end: of many rotations in a row none makes an older secret live longer.
  await sql`
    update endpoint_secrets set secret_id = 'until ' || ${String(oldEndsAt)} || ' ' || created_at, ends_at = ${at(oldEndsAt)}
    where endpoint_id = ${id} and secret_id = 'current'`.execute(tx);
  await sql`update endpoint_secrets set secret_id = 'current' where endpoint_id = ${id} and secret_id = 'next'`.execute(
    tx,
  );
  const { tenantId } = connection;
  const detail = { connectionId: connection.id, endpointId: id };
  await recordSecurityEvent(tx, { tenantId, kind: 'webhook.secret_rotated', detail }, makeId, clock.now());
}

function placeOf(rowId: string) {
  return { table: 'endpoint_secrets', rowId, field: 'secret' };
}
