import { CounterfoilError, isCounterfoilError } from '../../kernel/errors.ts';
import type { ConnectionId, TenantId } from '../../kernel/ids.ts';
import { type Actor, SYSTEM_ACTOR } from '../audit/index.ts';
import {
  type Caller,
  callerOf,
  checkWebhook,
  isWorking,
  listConnections,
  pgEndpointStore,
  type RotatedWebhook,
  rotateWebhook,
  type UpkeepDoors,
  type WebhookStanding,
} from '../connections/index.ts';
import type { HubDoors } from '../mapping/index.ts';

/** What a person does with the webhook of a connection. Each throws `connection.not_found` for another tenant's. */
export interface Webhooks {
  check(tenantId: TenantId, id: string, actor: Actor): Promise<WebhookStanding>;
  rotate(tenantId: TenantId, id: string, actor: Actor): Promise<RotatedWebhook>;
}

export function createWebhooks(doors: HubDoors): Webhooks {
  const upkeep = upkeepDoors(doors);
  const callerFor = async (tenantId: TenantId, id: string): Promise<Caller> => {
    const connection = await doors.connections.find(tenantId, id as ConnectionId);
    if (connection === null) throw new CounterfoilError('connection.not_found');
    return callerOf(doors, connection);
  };
  return {
    check: async (tenantId, id, actor) => checkWebhook(upkeep, await callerFor(tenantId, id), actor),
    rotate: async (tenantId, id, actor) => rotateWebhook(upkeep, await callerFor(tenantId, id), actor),
  };
}

/** Looks after every webhook of a tenant. A provider that is down is asked the next time. */
export async function keepWebhooks(doors: HubDoors, tenantId: TenantId): Promise<void> {
  const upkeep = upkeepDoors(doors);
  await upkeep.endpoints.sweep(tenantId, doors.clock.now());
  for (const connection of await doors.database.tenant(tenantId, listConnections)) {
    if (connection.role !== 'source' || !isWorking(connection.state)) continue;
    try {
      const standing = await checkWebhook(upkeep, await callerOf(doors, connection), SYSTEM_ACTOR);
      if (standing === 'made' || standing === 'corrected')
        doors.log.warn('a webhook was repaired at the provider', { connectionId: connection.id, standing });
    } catch (error) {
      if (!isCounterfoilError(error)) throw error;
      doors.log.info('a webhook could not be looked at', { connectionId: connection.id, error });
    }
  }
}

function upkeepDoors(doors: HubDoors): UpkeepDoors {
  return { work: doors, endpoints: pgEndpointStore(doors.database, doors) };
}
