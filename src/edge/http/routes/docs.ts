import { z } from 'zod';
import type { Description } from '../docs/description.ts';
import { DOCS_POLICY, docsPage } from '../docs/docs-page.ts';
import { type Api, PROBLEM_RESPONSES } from './api.ts';

/** The description for people: one page that fetches nothing. */
export function docsRoute(app: Api): void {
  let page: string | null = null;
  app.route({
    method: 'GET',
    url: '/api/v1/docs',
    config: { access: 'open' },
    schema: {
      operationId: 'docs',
      tags: ['Description'],
      summary: 'This description as a page for people',
      response: {
        200: { description: 'A page.', content: { 'text/html': { schema: z.string() } } },
        ...PROBLEM_RESPONSES,
      },
    },
    handler: async (_request, reply) => {
      page ??= docsPage(app.swagger() as unknown as Description);
      return reply
        .header('content-security-policy', DOCS_POLICY)
        .type('text/html; charset=utf-8')
        .serializer((text: string) => text)
        .send(page);
    },
  });
}
