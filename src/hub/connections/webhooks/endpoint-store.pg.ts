import type { Secret } from '../../../kernel/secret.ts';
import { at, change, type Database, firstRow, sql, type Tx } from '../../../platform/store/index.ts';
import { dataKeyReaderIn, dataKeysIn, whileRotating } from '../../../platform/vault/index.ts';
import { type Change, type Diff, recordChange, recordSecurityEvent } from '../../audit/index.ts';
import type { Connection } from '../connection.ts';
import type { StoreDoors } from '../store.pg.ts';
import { type EndpointOrder, type EndpointStore, OLD_SECRET_KEPT_MS } from './endpoint-store.ts';

export function pgEndpointStore(database: Database, doors: StoreDoors): EndpointStore {
  return {
    keepNext: (connection, id, secret, now) =>
      database.tenant(connection.tenantId, (tx) => keepNext(tx, doors, { connection, id, secret, now })),
    promote: (connection, id, order) =>
      database.tenant(connection.tenantId, (tx) => promote(tx, doors, { connection, id, order })),
    corrected: (connection, id, order) =>
      database.tenant(connection.tenantId, (tx) => {
        const diff = { registration: ['altered', 'as it should be'] } as const;
        return recordChange(tx, endpointChange('corrected', { connection, id, order }, diff), doors.makeId, order.now);
      }),
    retire: (connection, id, order) =>
      database.tenant(connection.tenantId, async (tx) => {
        await sql`delete from endpoint_secrets where endpoint_id = ${id}`.execute(tx);
        await sql`update webhook_endpoints set retired_at = ${at(order.now)}, registration_id = null where id = ${id}`.execute(
          tx,
        );
        const diff = { state: ['in use', 'retired'] } as const;
        await recordChange(tx, endpointChange('retired', { connection, id, order }, diff), doors.makeId, order.now);
      }),
    sweep: (tenantId, now) =>
      database.tenant(tenantId, (tx) => change(tx, sql`delete from endpoint_secrets where ends_at <= ${at(now)}`)),
  };
}

interface SecretRow {
  readonly ciphertext: Uint8Array;
  readonly keyVersion: number;
}

async function keepNext(
  tx: Tx,
  { vault, clock }: StoreDoors,
  { connection: { tenantId }, id, secret, now }: { connection: Connection; id: string; secret: Secret; now: number },
): Promise<Secret> {
  // Two rotations at once: the second takes up what the first began.
  await firstRow(tx, sql`select 1 from webhook_endpoints where id = ${id} for update`);
  const begun = await whileRotating(async () => {
    const row = await firstRow(
      tx,
      sql<SecretRow>`
        select ciphertext, key_version as "keyVersion" from endpoint_secrets where endpoint_id = ${id} and secret_id = 'next'`,
    );
    return row && vault.open(tenantId, placeOf(id), row, dataKeyReaderIn(tx));
  });
  if (begun !== null) return begun;
  const sealed = await vault.seal(tenantId, placeOf(id), secret, dataKeysIn(tx, clock));
  await sql`
    insert into endpoint_secrets (tenant_id, endpoint_id, secret_id, ciphertext, key_version, created_at)
    values (${tenantId}, ${id}, 'next', ${sealed.ciphertext}, ${sealed.keyVersion}, ${at(now)})`.execute(tx);
  return secret;
}

interface EndpointChange {
  readonly connection: Connection;
  readonly id: string;
  readonly order: EndpointOrder;
}

async function promote(tx: Tx, { makeId }: StoreDoors, about: EndpointChange): Promise<number> {
  const { connection, id, order } = about;
  const oldEndsAt = order.now + OLD_SECRET_KEPT_MS;
  await firstRow(tx, sql`select 1 from webhook_endpoints where id = ${id} for update`);
  const next = await firstRow(tx, sql`select 1 from endpoint_secrets where endpoint_id = ${id} and secret_id = 'next'`);
  if (next === null) return oldEndsAt;
  // Each keeps its own end: of many rotations in a row none makes an older secret live longer.
  await sql`
    update endpoint_secrets set secret_id = 'until ' || ${String(oldEndsAt)} || ' ' || created_at, ends_at = ${at(oldEndsAt)}
    where endpoint_id = ${id} and secret_id = 'current'`.execute(tx);
  await sql`update endpoint_secrets set secret_id = 'current' where endpoint_id = ${id} and secret_id = 'next'`.execute(
    tx,
  );
  const { tenantId } = connection;
  const detail = { connectionId: connection.id, endpointId: id };
  await recordSecurityEvent(tx, { tenantId, kind: 'webhook.secret_rotated', detail }, makeId, order.now);
  const diff = { secret: ['stored', 'replaced'] } as const;
  await recordChange(tx, endpointChange('secret_rotated', about, diff), makeId, order.now);
  return oldEndsAt;
}

function endpointChange(
  what: 'corrected' | 'retired' | 'secret_rotated',
  { connection, id, order }: EndpointChange,
  diff: Diff,
): Change {
  const { tenantId, id: connectionId } = connection;
  const about = { connection: [connectionId, connectionId], ...diff } as const;
  return { tenantId, actor: order.actor, action: `webhook_endpoint.${what}`, subject: id, diff: about };
}

function placeOf(rowId: string) {
  return { table: 'endpoint_secrets', rowId, field: 'secret' };
}
