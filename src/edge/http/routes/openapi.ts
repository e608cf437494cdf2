import { z } from 'zod';
import { type Api, PROBLEM_RESPONSES } from './api.ts';

/** The description holds nothing of the installation: programs may read it before they have a token. */
export function openApiRoute(app: Api): void {
  app.route({
    method: 'GET',
    url: '/api/v1/openapi.json',
    config: { access: 'open' },
    schema: {
      operationId: 'openapi',
      tags: ['Description'],
      summary: 'This description',
      response: { 200: z.looseObject({ openapi: z.string() }), ...PROBLEM_RESPONSES },
    },
    handler: async () => ({ ...app.swagger(), openapi: '3.1.0' }),
  });
}
