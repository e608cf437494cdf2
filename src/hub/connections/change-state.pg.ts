import { CounterfoilError } from '../../kernel/errors.ts';
import { wake } from '../../platform/engine/index.ts';
import { at, type Database, sql } from '../../platform/store/index.ts';
import { deleteCredentials } from '../../platform/vault/index.ts';
import { type Actor, recordChange, recordSecurityEvent, resolveAttention } from '../audit/index.ts';
import { stateChange } from './audited.ts';
import type { Connection } from './connection.ts';
import { CONNECTION_TABLE } from './states.ts';
import { applyEvent, findConnection, type StoreDoors } from './store.pg.ts';

export interface StateOrder {
  readonly connection: Connection;
  readonly actor: Actor;
}

/** Stops or takes up a connection's work, and answers it as it is then. Doing it again changes nothing. */
export function pauseOrResume(
  database: Database,
  { makeId }: Pick<StoreDoors, 'makeId'>,
  { connection, actor, event }: StateOrder & { readonly event: 'pause' | 'resume' },
  now: number,
): Promise<Connection> {
  return database.tenant(connection.tenantId, async (tx) => {
    const before = await findConnection(tx, connection.id);
    if (before === null) throw new CounterfoilError('connection.not_found');
    if (CONNECTION_TABLE[before.state][event] === 'refuse') {
      throw new CounterfoilError('connection.state_refused', {
        detail: `${before.displayName} is ${before.state}: it cannot be ${event === 'pause' ? 'paused' : 'resumed'}, only connected again.`,
      });
    }
    const isNew = await applyEvent(tx, connection.id, event, null, now);
    if (isNew && event === 'resume') await wake(tx, connection.id, now);
    const after = (await findConnection(tx, connection.id))!;
    if (isNew) await recordChange(tx, stateChange(`connection.${event}d`, before, after, actor), makeId, now);
    return after;
  });
}

/**
 * Ends a connection: erases every credential, retires its endpoints, closes what its owner was asked. History, mapping
 * and checkpoints stay, so that connecting it again goes on where it stopped.
 */
export function endConnection(
  database: Database,
  { makeId }: Pick<StoreDoors, 'makeId'>,
  { connection, actor }: StateOrder,
  now: number,
): Promise<Connection> {
  const { tenantId, id: connectionId } = connection;
  return database.tenant(tenantId, async (tx) => {
    await sql`select 1 from connections where id = ${connectionId} for update`.execute(tx);
    const before = (await findConnection(tx, connectionId))!;
    const isNew = await applyEvent(tx, connectionId, 'disconnect', null, now);
    await deleteCredentials(tx, { tenantId, connectionId });
    await sql`delete from oauth_grants where connection_id = ${connectionId}`.execute(tx);
    await sql`
      delete from endpoint_secrets s using webhook_endpoints e
      where e.id = s.endpoint_id and e.connection_id = ${connectionId}`.execute(tx);
    await sql`
      update webhook_endpoints set retired_at = ${at(now)}, registration_id = null
      where connection_id = ${connectionId} and retired_at is null`.execute(tx);
    await resolveAttention(tx, connectionId, now);
    const detail = { connectionId, provider: connection.provider };
    if (isNew) await recordSecurityEvent(tx, { tenantId, kind: 'connection.disconnected', detail }, makeId, now);
    const after = (await findConnection(tx, connectionId))!;
    if (isNew) await recordChange(tx, stateChange('connection.disconnected', before, after, actor), makeId, now);
    return after;
  });
}
