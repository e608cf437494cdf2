import { base32 } from '../../kernel/base32.ts';
import { isCounterfoilError, messageOf } from '../../kernel/errors.ts';
import type { TenantId } from '../../kernel/ids.ts';
import { Secret } from '../../kernel/secret.ts';
import { type Actor, SYSTEM_ACTOR } from '../audit/index.ts';
import { ask, askJson } from './ask.ts';
import type { Connection } from './connection.ts';
import type { WorkDoors } from './doors.ts';
import type { Caller } from './tokens.ts';

/** Bytes of chance in an endpoint's token and in a webhook secret: neither can be guessed. */
const TOKEN_BYTES = 32;

export interface MadeEndpoint {
  readonly endpointId: string;
  /** Whole when it was just made; one that was there before is known without its token only. */
  readonly url: string;
  /** The secret to enter at the provider by hand; null when it was registered there by us. */
  readonly secret: Secret | null;
}

/**
 * Gives a source connection its webhook: an unguessable address, registered at the provider where it has an API for
 * that. A connection that has one keeps it. Polling goes on either way, so a provider without it costs only delay.
 */
export async function ensureWebhook(
  doors: WorkDoors,
  caller: Caller,
  actor: Actor = SYSTEM_ACTOR,
): Promise<MadeEndpoint | null> {
  const { connection } = caller;
  const registration = doors.registry.source(connection.provider).registration;
  if (registration === undefined) return null;
  const known = await doors.connections.endpoint(connection);
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
  const endpointId = await doors.connections.addEndpoint(
    { tenantId, connectionId, provider, registrationId: created.id, token, url, secret, actor },
    doors.clock.now(),
  );
  return { endpointId, url, secret: null };
}

/** An endpoint whose address and secret the owner enters at the provider, because the credential may not. */
export async function addByHand(
  doors: WorkDoors,
  connection: Connection,
  actor: Actor,
): Promise<{ url: string; secret: Secret }> {
  const { tenantId, id: connectionId, provider } = connection;
  const { token, url } = newAddress(doors, provider);
  const secret = new Secret(base32(doors.random.bytes(TOKEN_BYTES)));
  await doors.connections.addEndpoint(
    { tenantId, connectionId, provider, registrationId: null, token, url, secret, actor },
    doors.clock.now(),
  );
  return { url, secret };
}

/** Takes our registration at the provider away; one that is gone there already is as good. */
export async function removeWebhooks(doors: WorkDoors, caller: Caller): Promise<void> {
  const { connection } = caller;
  const registration = doors.registry.source(connection.provider).registration;
  if (registration === undefined) return;
  const known = await doors.connections.endpoint(connection);
  if (known?.registrationId) await removeOld(doors, caller, known.registrationId);
}

/** An endpoint of the whole app (QuickBooks has one address for all companies), with the verifier token of the portal. */
export async function addAppEndpoint(
  doors: WorkDoors,
  tenantId: TenantId,
  provider: string,
  verifier: Secret,
): Promise<MadeEndpoint> {
  const { token, url } = newAddress(doors, provider);
  const endpointId = await doors.connections.addEndpoint(
    { tenantId, connectionId: null, provider, registrationId: null, token, url, secret: verifier },
    doors.clock.now(),
  );
  return { endpointId, url, secret: null };
}

function newAddress(doors: WorkDoors, provider: string): { token: string; url: string } {
  const token = base32(doors.random.bytes(TOKEN_BYTES));
  return { token, url: `${doors.settings.publicUrl}/webhooks/${provider}/${token}` };
}

/** We moved: the registration of the earlier address is taken away, where the provider still knows it. */
async function removeOld(doors: WorkDoors, caller: Caller, registrationId: string): Promise<void> {
  const registration = doors.registry.source(caller.connection.provider).registration!;
  try {
    await ask(doors, caller, registration.remove(caller.connection.accountId, registrationId), { lane: 'live' });
  } catch (error) {
    if (!isCounterfoilError(error) || error.code !== 'provider.not_found') throw error;
  }
}

/** Registrations of ours whose secret is not known here (a lost answer, a restored backup) would only send noise. */
async function removeStale(doors: WorkDoors, caller: Caller, urlStart: string): Promise<void> {
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
