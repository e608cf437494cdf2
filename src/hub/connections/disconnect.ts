import { backoff_ms } from '../../kernel/backoff.ts';
import { isCounterfoilError, messageOf } from '../../kernel/errors.ts';
import type { Database } from '../../platform/store/index.ts';
import type { Actor } from '../audit/index.ts';
import { callerOf, connectorOf } from './ask.ts';
import { endConnection } from './change-state.pg.ts';
import type { Connection } from './connection.ts';
import type { WorkDoors } from './doors.ts';
import { appKeys } from './oauth/app-keys.ts';
import type { OAuthDoors } from './oauth/doors.ts';
import { oauthProvider } from './oauth/provider.ts';
import { revokeToken } from './oauth/token-endpoint.ts';
import { revokeKey } from './pairing/inspect-key.ts';
import { pairingProvider } from './pairing/provider.ts';
import { listConnections } from './store.pg.ts';
import { removeWebhooks } from './webhook-endpoint.ts';

/** A provider that does not answer keeps nobody from disconnecting for longer than a few seconds. */
const TRIES = 3;

export interface Disconnected {
  readonly connection: Connection;
  /** What could not be done at the provider, and what the owner does about it there; empty when all was done. */
  readonly leftAtProvider: readonly string[];
}

/**
 * Ends a connection: our webhooks there are removed and the authorisation is revoked, then the credential is erased
 * here in any case. What was booked stays booked. Doing it again is harmless.
 */
export async function disconnect(
  doors: WorkDoors & { readonly database: Database },
  oauth: OAuthDoors,
  connection: Connection,
  actor: Actor,
): Promise<Disconnected> {
  const { displayName } = connectorOf(doors, connection);
  const steps: readonly (readonly [work: () => Promise<void>, otherwise: string])[] = [
    [
      () => removeOurWebhooks(doors, connection),
      `Our webhook could not be removed: delete it in the settings of ${displayName}.`,
    ],
    [
      () => revoke(oauth, connection),
      `The authorisation could not be revoked: remove the app in the settings of ${displayName}.`,
    ],
    [
      () => revokePairedKey(doors, connection),
      `The key could not be revoked: delete it in the settings of ${displayName}.`,
    ],
  ];
  const leftAtProvider: string[] = [];
  for (const [work, otherwise] of steps) {
    const problem = await tried(doors, work);
    if (problem !== null) leftAtProvider.push(`${otherwise} (${problem})`);
  }
  const ended = await endConnection(doors.database, doors, { connection, actor }, doors.clock.now());
  doors.log.info('a connection was ended', { connectionId: connection.id, leftAtProvider: leftAtProvider.length });
  return { connection: ended, leftAtProvider };
}

async function removeOurWebhooks(doors: WorkDoors, connection: Connection): Promise<void> {
  if (connection.role !== 'source' || connection.state === 'disconnected') return;
  if ((await doors.connections.endpoint(connection)) === null) return;
  await removeWebhooks(doors, await callerOf(doors, connection));
}

async function revoke({ work, grants, oauth }: OAuthDoors, connection: Connection): Promise<void> {
  const held = await grants.revocable(connection);
  if (held === null) return;
  const { connector } = oauthProvider(work.registry, connection.provider);
  const keys = appKeys(oauth, connector, connection.environment);
  await revokeToken({ doors: work, connection, keys }, held.token);
}

/** A key may serve several stores: it ends with the last connection that has it. */
async function revokePairedKey(
  doors: WorkDoors & { readonly database: Database },
  connection: Connection,
): Promise<void> {
  if (pairingProvider(doors.registry, connection.provider) === null) return;
  const token = await doors.connections.token(connection);
  if (token === null) return;
  const all = await doors.database.tenant(connection.tenantId, listConnections);
  for (const other of all) {
    if (other.provider !== connection.provider || other.id === connection.id) continue;
    if ((await doors.connections.token(other))?.reveal() === token.reveal()) return;
  }
  await revokeKey(doors, { ...connection, token });
}

/** What went wrong at last, or null. Only trouble that may pass is tried again. */
async function tried({ clock, random }: WorkDoors, work: () => Promise<void>): Promise<string | null> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await work();
      return null;
    } catch (error) {
      if (!isCounterfoilError(error)) throw error;
      if (error.kind !== 'retryable' || attempt >= TRIES) return messageOf(error);
      await clock.sleep(backoff_ms(attempt, random));
    }
  }
}
