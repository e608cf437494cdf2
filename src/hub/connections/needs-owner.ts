import type { CounterfoilError } from '../../kernel/errors.ts';
import type { Connection } from './connection.ts';
import type { WorkDoors } from './doors.ts';

/**
 * The provider refused the credential: the connection waits for its owner, its work is parked and not lost. One alert
 * for the incident, however many calls fail.
 */
export async function needsOwner(doors: WorkDoors, connection: Connection, error: CounterfoilError): Promise<void> {
  const { tenantId, id, displayName } = connection;
  await doors.connections.needsOwner(
    connection,
    {
      code: error.code,
      reason: error.message,
      detail: `${displayName}: ${error.message} ${error.remedy}`,
      event: { tenantId, kind: 'connection.credential_refused', detail: { connectionId: id, code: error.code } },
    },
    doors.clock.now(),
  );
  doors.log.warn('a connection needs its owner', { connectionId: id, code: error.code });
}
