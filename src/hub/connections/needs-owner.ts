import type { CounterfoilError } from '../../kernel/errors.ts';
import { raiseAttention, recordSecurityEvent } from '../audit/index.ts';
import type { Doors } from '../doors.ts';
import type { Connection } from './connection.ts';
import { setConnectionState } from './store.pg.ts';

/**
 * The provider refused the credential: the connection waits for its owner, its work is parked and not lost. One alert
 * for the incident, however many calls fail.
 */
export async function needsOwner(doors: Doors, connection: Connection, error: CounterfoilError): Promise<void> {
  const now = doors.clock.now();
  await doors.database.tenant(connection.tenantId, async (tx) => {
    const changed = await setConnectionState(tx, connection.id, 'needs_reconnect', error.message, now);
    if (!changed) return;
    const { tenantId, id } = connection;
    await raiseAttention(
      tx,
      {
        tenantId,
        connectionId: id,
        code: error.code,
        subject: id,
        detail: `${connection.displayName}: ${error.message} ${error.remedy}`,
      },
      doors.makeId,
      now,
    );
    await recordSecurityEvent(
      tx,
      { tenantId, kind: 'connection.credential_refused', detail: { connectionId: id, code: error.code } },
      doors.makeId,
      now,
    );
  });
  doors.log.warn('a connection needs its owner', { connectionId: connection.id, code: error.code });
}
