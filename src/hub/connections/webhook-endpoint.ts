import { base32 } from '../../kernel/base32.ts';
import { sha256 } from '../../kernel/digest.ts';
import { isCounterfoilError, messageOf } from '../../kernel/errors.ts';
import type { TenantId } from '../../kernel/ids.ts';
import { Secret } from '../../kernel/secret.ts';
import { at, sql, type Tx } from '../../platform/store/index.ts';
import { dataKeysIn } from '../../platform/vault/index.ts';
import type { Doors } from '../doors.ts';
import { ask, askJson, type Caller } from './ask.ts';
import { endpointOf } from './store.pg.ts';

/** Bytes of chance in an endpoint's token and in a webhook secret: neither can be guessed. */
const TOKEN_BYTES = 32;

export interface MadeEndpoint {
  readonly endpointId: string;
  /** Whole when it was just made; one that was there before is known without its token only. */
  readonly url: string;
  /** The secret to enter at the provider by hand; null when it was registered there by us. */
  readonly secret: Secret | null;
}

interface NewEndpoint {
  /** Whose data key seals the secrets. */
  readonly tenantId: TenantId;
  /** Null for an endpoint of the whole app, whose deliveries speak of many companies. */
  readonly connectionId: string | null;
  readonly provider: string;
  readonly registrationId: string | null;
  readonly token: string;
  readonly url: string;
  readonly secret: Secret;
}

/**
 * Gives a source connection its webhook: an unguessable address, registered at the provider where it has an API for
 * that. A connection that has one keeps it. Polling goes on either way, so a provider without it costs only delay.
 */
export async function ensureWebhook(doors: Doors, caller: Caller): Promise<MadeEndpoint | null> {
  const { connection } = caller;
  const registration = doors.registry.source(connection.provider).registration;
  if (registration === undefined) return null;
  const known = await doors.database.tenant(connection.tenantId, (tx) => endpointOf(tx, connection.id));
  if (known?.url.startsWith(`${doors.settings.publicUrl}/`))
    return { endpointId: known.id, url: known.url, secret: null };
  if (known?.registrationId) await removeOld(doors, caller, known.registrationId);
  const { token, url } = newAddress(doors, connection.provider);
  const ours = base32(doors.random.bytes(TOKEN_BYTES));
  await removeStale(doors, caller, `${doors.settings.publicUrl}/webhooks/${connection.provider}/`);
  const created = registration.readCreated(
    await askJson(doors, caller, registration.create(connection.accountId, url, ours), { lane: 'live' }),
    ours,
  );
  const secret = new Secret(created.secret);
  const { tenantId, id: connectionId, provider } = connection;
  const endpointId = await doors.database.tenant(tenantId, (tx) =>
    saveEndpoint(doors, tx, { tenantId, connectionId, provider, registrationId: created.id, token, url, secret }),
  );
  return { endpointId, url, secret: null };
}

/** An endpoint of the whole app (QuickBooks has one address for all companies), with the verifier token of the portal. */
export async function addAppEndpoint(
  doors: Doors,
  tenantId: TenantId,
  provider: string,
  verifier: Secret,
): Promise<MadeEndpoint> {
  const { token, url } = newAddress(doors, provider);
  const endpointId = await doors.database.tenant(tenantId, (tx) =>
    saveEndpoint(doors, tx, {
      tenantId,
      connectionId: null,
      provider,
      registrationId: null,
      token,
      url,
      secret: verifier,
    }),
  );
  return { endpointId, url, secret: null };
}

function newAddress(doors: Doors, provider: string): { token: string; url: string } {
  const token = base32(doors.random.bytes(TOKEN_BYTES));
  return { token, url: `${doors.settings.publicUrl}/webhooks/${provider}/${token}` };
}

async function saveEndpoint(doors: Doors, tx: Tx, endpoint: NewEndpoint): Promise<string> {
  const id = doors.makeId('whk');
  const now = at(doors.clock.now());
  const owner = endpoint.connectionId === null ? null : endpoint.tenantId;
  // The address is kept without its token, which is as good as a key.
  // The row of an app endpoint belongs to no tenant, so the application role may write but not read it back.
  await sql`
    insert into webhook_endpoints (id, tenant_id, connection_id, provider, token_hash, url, registration_id, created_at)
    values (${id}, ${owner}, ${endpoint.connectionId}, ${endpoint.provider}, ${sha256(endpoint.token)}, ${endpoint.url.slice(0, -endpoint.token.length)}, ${endpoint.registrationId}, ${now})`.execute(
    tx,
  );
  const place = { table: 'endpoint_secrets', rowId: id, field: 'secret' };
  const sealed = await doors.vault.seal(endpoint.tenantId, place, endpoint.secret, dataKeysIn(tx, doors.clock));
  await sql`
    insert into endpoint_secrets (tenant_id, endpoint_id, secret_id, ciphertext, key_version, created_at)
    values (${endpoint.tenantId}, ${id}, 'current', ${sealed.ciphertext}, ${sealed.keyVersion}, ${now})`.execute(tx);
  return id;
}

/** We moved: the registration of the earlier address is taken away, where the provider still knows it. */
async function removeOld(doors: Doors, caller: Caller, registrationId: string): Promise<void> {
  const registration = doors.registry.source(caller.connection.provider).registration!;
  try {
    await ask(doors, caller, registration.remove(caller.connection.accountId, registrationId), { lane: 'live' });
  } catch (error) {
    if (!isCounterfoilError(error) || error.code !== 'provider.not_found') throw error;
  }
}

/** Registrations of ours whose secret is not known here (a lost answer, a restored backup) would only send noise. */
async function removeStale(doors: Doors, caller: Caller, urlStart: string): Promise<void> {
  const { connection } = caller;
  const registration = doors.registry.source(connection.provider).registration!;
  try {
    const body = await askJson(doors, caller, registration.list(connection.accountId), { lane: 'live' });
    for (const id of registration.findIn(body, urlStart))
      await ask(doors, caller, registration.remove(connection.accountId, id), { lane: 'live' });
  } catch (error) {
    if (!isCounterfoilError(error)) throw error;
    doors.log.info('old webhook registrations could not be listed', {
      connectionId: connection.id,
      error: messageOf(error),
    });
  }
}
