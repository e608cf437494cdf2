import { z } from 'zod';
import { principalMay } from '../../../hub/access/index.ts';
import { DELIVERY_STATES } from '../../../hub/inbox/index.ts';
import { CounterfoilError } from '../../../kernel/errors.ts';
import { principalIn } from '../access/asking.ts';
import { byId, writeCursor } from '../cursor.ts';
import { flag, flagOf, pageParameters, pageRequest } from '../page-query.ts';
import { pageOf } from '../wire/common.ts';
import { deliveryDetailSchema, deliveryDetailToWire, deliverySchema, deliveryToWire } from '../wire/delivery.ts';
import { type Api, type ApiVerbs, PROBLEM_RESPONSES } from './api.ts';
import { idParameters } from './id-parameters.ts';

const listQuery = z.strictObject({
  ...pageParameters,
  state: z.enum(DELIVERY_STATES).optional(),
  provider: z
    .string()
    .regex(/^[a-z0-9_]{1,40}$/)
    .optional(),
});

export function deliveryRoutes(app: Api, { deliveries, tenantOf }: Pick<ApiVerbs, 'deliveries' | 'tenantOf'>): void {
  app.route({
    method: 'GET',
    url: '/api/v1/deliveries',
    config: { access: 'books.read' },
    schema: {
      operationId: 'listDeliveries',
      tags: ['Inbox'],
      summary: 'Deliveries in the order of arrival',
      querystring: listQuery,
      response: { 200: pageOf(deliverySchema), ...PROBLEM_RESPONSES },
    },
    handler: async (request) => {
      const { query } = request;
      const { items, next } = await deliveries.list(await tenantOf(request), {
        ...pageRequest('deliveries', byId, query),
        state: query.state ?? null,
        provider: query.provider ?? null,
      });
      return { items: items.map(deliveryToWire), next: writeCursor('deliveries', next) };
    },
  });
  app.route({
    method: 'GET',
    url: '/api/v1/deliveries/:id',
    config: { access: 'books.read' },
    schema: {
      operationId: 'getDelivery',
      tags: ['Inbox'],
      summary: 'A delivery with its events',
      description:
        'The body as it arrived is left out unless `body=true`: it may hold personal data, and needs the permission `payloads.read`.',
      params: idParameters,
      querystring: z.strictObject({ body: flag }),
      response: { 200: deliveryDetailSchema, ...PROBLEM_RESPONSES },
    },
    handler: async (request) => {
      const withBody = flagOf(request.query.body) ?? false;
      if (withBody && !principalMay(principalIn(request), 'payloads.read'))
        throw new CounterfoilError('access.forbidden');
      const found = await deliveries.find(await tenantOf(request), request.params.id, { withBody });
      if (found === null) throw new CounterfoilError('request.not_found');
      return deliveryDetailToWire(found);
    },
  });
}
