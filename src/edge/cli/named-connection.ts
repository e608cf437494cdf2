import { type Connection, listConnections } from '../../hub/connections/index.ts';
import type { Call } from './call.ts';
import type { OpenHub } from './doors.ts';
import { pickConnection } from './pick-connection.ts';
import type { Answer } from './spec.ts';

/** The word that names a connection. */
export const connectionArgument = {
  name: 'connection',
  help: 'Id, provider, account or name',
  isRequired: true,
  isList: false,
  choices: [],
} as const;

/** Works on the connection that the word names. */
export function withConnection(
  call: Call,
  word: string,
  work: (hub: OpenHub, connection: Connection) => Promise<Answer>,
): Promise<Answer> {
  return call.withHub(async (hub, tenant) => {
    const connections = await hub.doors.database.tenant(tenant.id, listConnections);
    return work(hub, pickConnection(connections, word));
  });
}
