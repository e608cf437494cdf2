import { z } from 'zod';
import type { ConnectionChanges } from '../../../hub/operate/index.ts';
import { actorIn } from '../access/asking.ts';
import { type Api, type ApiVerbs, PROBLEM_RESPONSES } from './api.ts';
import { idParameters } from './id-parameters.ts';

export interface ConnectionChangeDoors extends Pick<ApiVerbs, 'tenantOf'> {
  readonly connectionChanges: ConnectionChanges;
}

const stateSchema = z.object({ id: z.string(), state: z.string() });
const endedSchema = stateSchema.extend({
  leftAtProvider: z.array(z.string()).describe('What the owner has to do at the provider; empty when nothing is left.'),
});

const PAUSES = [
  ['pause', 'Pause a connection: its work waits, and its webhooks are still accepted'],
  ['resume', 'Resume a paused connection'],
] as const;

export function connectionChangeRoutes(app: Api, { connectionChanges, tenantOf }: ConnectionChangeDoors): void {
  for (const [verb, summary] of PAUSES)
    app.route({
      method: 'POST',
      url: `/api/v1/connections/:id/${verb}`,
      config: { access: 'connections.manage' },
      schema: {
        operationId: `${verb}Connection`,
        tags: ['Connections'],
        summary,
        params: idParameters,
        response: { 200: stateSchema, ...PROBLEM_RESPONSES },
      },
      handler: async (request) => {
        const { id, state } = await connectionChanges[verb](
          await tenantOf(request),
          request.params.id,
          actorIn(request),
        );
        return { id, state };
      },
    });
  app.route({
    method: 'POST',
    url: '/api/v1/connections/:id/disconnect',
    config: { access: 'connections.manage' },
    schema: {
      operationId: 'disconnectConnection',
      tags: ['Connections'],
      summary:
        'End a connection: revoke at the provider, remove our webhooks there, erase the credential, keep history',
      params: idParameters,
      response: { 200: endedSchema, ...PROBLEM_RESPONSES },
    },
    handler: async (request) => {
      const { connection, leftAtProvider } = await connectionChanges.disconnect(
        await tenantOf(request),
        request.params.id,
        actorIn(request),
      );
      return { id: connection.id, state: connection.state, leftAtProvider: [...leftAtProvider] };
    },
  });
}
