import { z } from 'zod';
import { byId, writeCursor } from '../cursor.ts';
import { pageParameters, pageRequest } from '../page-query.ts';
import { pageOf } from '../wire/common.ts';
import { connectionSchema, connectionToWire } from '../wire/connection.ts';
import { type Api, type ApiVerbs, PROBLEM_RESPONSES } from './api.ts';

export function connectionRoutes(
  app: Api,
  { connections, tenantOf }: Pick<ApiVerbs, 'connections' | 'tenantOf'>,
): void {
  app.route({
    method: 'GET',
    url: '/api/v1/connections',
    config: { access: 'connections.read' },
    schema: {
      operationId: 'listConnections',
      tags: ['Connections'],
      summary: 'Connections, with their state and their last sync run',
      querystring: z.strictObject(pageParameters),
      response: { 200: pageOf(connectionSchema), ...PROBLEM_RESPONSES },
    },
    handler: async (request) => {
      const { items, next } = await connections.list(
        await tenantOf(request),
        pageRequest('connections', byId, request.query),
      );
      return { items: items.map(connectionToWire), next: writeCursor('connections', next) };
    },
  });
}
