import { z } from 'zod';
import { byDay, writeCursor } from '../cursor.ts';
import { dayParameters, flag, flagOf, pageParameters, pageRequest } from '../page-query.ts';
import { pageOf } from '../wire/common.ts';
import { reconciliationSchema, reconciliationToWire } from '../wire/reconciliation.ts';
import { type Api, type ApiVerbs, PROBLEM_RESPONSES } from './api.ts';

const listQuery = z.strictObject({
  ...pageParameters,
  ...dayParameters,
  kind: z.enum(['payout', 'day']).optional(),
  agrees: flag,
});

export function reconciliationRoutes(
  app: Api,
  { reconciliations, tenantOf }: Pick<ApiVerbs, 'reconciliations' | 'tenantOf'>,
): void {
  app.route({
    method: 'GET',
    url: '/api/v1/reconciliations',
    config: { access: 'books.read' },
    schema: {
      operationId: 'listReconciliations',
      tags: ['Reconciliation'],
      summary: 'Payouts and days, as last compared with the ledger',
      querystring: listQuery,
      response: { 200: pageOf(reconciliationSchema), ...PROBLEM_RESPONSES },
    },
    handler: async (request) => {
      const { query } = request;
      const { items, next } = await reconciliations.list(await tenantOf(request), {
        ...pageRequest('reconciliations', byDay, query),
        kind: query.kind ?? null,
        from: query.from ?? null,
        to: query.to ?? null,
        agrees: flagOf(query.agrees),
      });
      return { items: items.map(reconciliationToWire), next: writeCursor('reconciliations', next) };
    },
  });
}
