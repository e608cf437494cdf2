import type { CounterfoilError } from '../../kernel/errors.ts';
import type { Secret } from '../../kernel/secret.ts';
import type { Connection } from './connection.ts';
import type { WorkDoors } from './doors.ts';

/**
 * The provider refused the credential `token`: the connection waits for its owner, its work is parked and not lost. One alert
 * for the incident, however many calls fail; none when the owner has given a newer credential meanwhile.
 */
export async function needsOwner(
  doors: WorkDoors,
  { connection, token }: { readonly connection: Connection; readonly token: Secret | null },
  error: CounterfoilError,
): Promise<void> {
  const { tenantId, id, displayName } = connection;
  await doors.connections.needsOwner(
    connection,
    {
      code: error.code,
      token,
      reason: error.message,
      detail: `${displayName}: ${error.message} ${error.remedy}`,
      event: { tenantId, kind: 'connection.credential_refused', detail: { connectionId: id, code: error.code } },
    },
    doors.clock.now(),
  );
  doors.log.warn('a connection needs its owner', { connectionId: id, code: error.code });
}
