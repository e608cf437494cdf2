import { CounterfoilError } from '../../kernel/errors.ts';
import type { ConnectionId, TenantId } from '../../kernel/ids.ts';
import type { Actor } from '../audit/index.ts';
import {
  type Connection,
  type Disconnected,
  disconnect,
  type OAuthDoors,
  pauseOrResume,
} from '../connections/index.ts';
import type { HubDoors } from '../mapping/index.ts';

/** What a person does with a connection. Each throws `connection.not_found` for another tenant's. */
export interface ConnectionChanges {
  pause(tenantId: TenantId, id: string, actor: Actor): Promise<Connection>;
  resume(tenantId: TenantId, id: string, actor: Actor): Promise<Connection>;
  disconnect(tenantId: TenantId, id: string, actor: Actor): Promise<Disconnected>;
}

export function createConnectionChanges(doors: HubDoors, oauth: OAuthDoors): ConnectionChanges {
  const find = async (tenantId: TenantId, id: string): Promise<Connection> => {
    const connection = await doors.connections.find(tenantId, id as ConnectionId);
    if (connection !== null) return connection;
    throw new CounterfoilError('connection.not_found');
  };
  const change = async (tenantId: TenantId, id: string, event: 'pause' | 'resume', actor: Actor) =>
    pauseOrResume(doors.database, doors, { connection: await find(tenantId, id), event, actor }, doors.clock.now());
  return {
    pause: (tenantId, id, actor) => change(tenantId, id, 'pause', actor),
    resume: (tenantId, id, actor) => change(tenantId, id, 'resume', actor),
    disconnect: async (tenantId, id, actor) => disconnect(doors, oauth, await find(tenantId, id), actor),
  };
}
