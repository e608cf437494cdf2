import { sha256 } from '../../src/kernel/digest.ts';
import type { ConnectionId } from '../../src/kernel/ids.ts';
import { Secret } from '../../src/kernel/secret.ts';
import { addWork } from '../../src/platform/engine/index.ts';
import { at, sql } from '../../src/platform/store/index.ts';
import { dataKeysIn } from '../../src/platform/vault/index.ts';
import type { TestHub } from '../support/hub.ts';
import type { JudgedProvider } from './providers.ts';

/** A webhook address of a hub. */
export interface SampleEndpoint {
  readonly endpointId: string;
  readonly token: string;
}

/** A connection without a credential: enough to receive. */
export async function sampleConnection(
  { doors, test }: TestHub,
  provider: JudgedProvider,
  accountId: string,
): Promise<ConnectionId> {
  const id = doors.makeId('con');
  const role = provider === 'quickbooks' ? 'ledger' : 'source';
  const now = doors.clock.now();
  await doors.database.tenant(test.tenantId, async (tx) => {
    await sql`
      insert into connections (id, tenant_id, provider, role, account_id, display_name, environment, time_zone, state, since, created_at, updated_at)
      values (${id}, ${test.tenantId}, ${provider}, ${role}, ${accountId}, 'Acme LLC', 'sandbox', 'UTC', 'active', ${at(now)}, ${at(now)}, ${at(now)})`.execute(
      tx,
    );
    await addWork(tx, test.tenantId, id, now);
  });
  return id;
}

/** An address of a connection, whose deliveries are checked with this secret. */
export async function sampleEndpoint(
  { doors, test: { tenantId } }: TestHub,
  provider: JudgedProvider,
  connectionId: ConnectionId,
  secret: string,
): Promise<SampleEndpoint> {
  const endpointId = doors.makeId('whk');
  const token = `token-of-${endpointId}`;
  const now = at(doors.clock.now());
  await doors.database.tenant(tenantId, async (tx) => {
    await sql`
      insert into webhook_endpoints (id, tenant_id, connection_id, provider, token_hash, url, created_at)
      values (${endpointId}, ${tenantId}, ${connectionId}, ${provider}, ${sha256(token)}, ${`https://hub.example/webhooks/${provider}/${token}`}, ${now})`.execute(
      tx,
    );
    const place = { table: 'endpoint_secrets', rowId: endpointId, field: 'secret' };
    const sealed = await doors.vault.seal(tenantId, place, new Secret(secret), dataKeysIn(tx, doors.clock));
    await sql`
      insert into endpoint_secrets (tenant_id, endpoint_id, secret_id, ciphertext, key_version, created_at)
      values (${tenantId}, ${endpointId}, 'current', ${sealed.ciphertext}, ${sealed.keyVersion}, ${now})`.execute(tx);
  });
  return { endpointId, token };
}
