import { z } from 'zod';
import { byId, writeCursor } from '../cursor.ts';
import { flag, flagOf, pageParameters, pageRequest } from '../page-query.ts';
import { attentionSchema, attentionToWire } from '../wire/attention.ts';
import { pageOf } from '../wire/common.ts';
import { type Api, type ApiVerbs, PROBLEM_RESPONSES } from './api.ts';

export function attentionRoutes(app: Api, { attention, tenantOf }: Pick<ApiVerbs, 'attention' | 'tenantOf'>): void {
  app.route({
    method: 'GET',
    url: '/api/v1/attention',
    config: { access: 'books.read' },
    schema: {
      operationId: 'listAttention',
      tags: ['Attention'],
      summary: 'What needs a person, or did',
      querystring: z.strictObject({ ...pageParameters, open: flag }),
      response: { 200: pageOf(attentionSchema), ...PROBLEM_RESPONSES },
    },
    handler: async (request) => {
      const { items, next } = await attention.list(await tenantOf(request), {
        ...pageRequest('attention', byId, request.query),
        open: flagOf(request.query.open),
      });
      return { items: items.map(attentionToWire), next: writeCursor('attention', next) };
    },
  });
}
