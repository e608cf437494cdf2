import { CounterfoilError } from '../../kernel/errors.ts';
import type { ConnectionId, TenantId } from '../../kernel/ids.ts';
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
  pause(tenantId: TenantId, id: string): Promise<Connection>;
  resume(tenantId: TenantId, id: string): Promise<Connection>;
  disconnect(tenantId: TenantId, id: string): Promise<Disconnected>;
}

export function createConnectionChanges(doors: HubDoors, oauth: OAuthDoors): ConnectionChanges {
  const find = async (tenantId: TenantId, id: string): Promise<Connection> => {
    const connection = await doors.connections.find(tenantId, id as ConnectionId);
    if (connection !== null) return connection;
    throw new CounterfoilError('connection.not_found');
  };
  const change = async (tenantId: TenantId, id: string, event: 'pause' | 'resume') =>
    pauseOrResume(doors.database, await find(tenantId, id), event, doors.clock.now());
  return {
    pause: (tenantId, id) => change(tenantId, id, 'pause'),
    resume: (tenantId, id) => change(tenantId, id, 'resume'),
    disconnect: async (tenantId, id) => disconnect(doors, oauth, await find(tenantId, id)),
  };
}
