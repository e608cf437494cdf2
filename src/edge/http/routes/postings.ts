import { z } from 'zod';
import { POSTING_STATES } from '../../../hub/posting/index.ts';
import { CounterfoilError } from '../../../kernel/errors.ts';
import { byDay, writeCursor } from '../cursor.ts';
import { dayParameters, exactText, flag, flagOf, pageParameters, pageRequest } from '../page-query.ts';
import { pageOf } from '../wire/common.ts';
import { postingDetailSchema, postingDetailToWire, postingSchema, postingToWire } from '../wire/posting.ts';
import { type Api, type ApiVerbs, PROBLEM_RESPONSES } from './api.ts';
import { idParameters } from './id-parameters.ts';

const listQuery = z.strictObject({
  ...pageParameters,
  ...dayParameters,
  state: z.enum(POSTING_STATES).optional(),
  held: flag,
  connection: z
    .string()
    .regex(/^con_[0-9a-z]{1,60}$/)
    .optional(),
  recipe: z
    .string()
    .regex(/^[A-Z]\d{1,2}[a-z]?$/)
    .optional(),
  q: exactText,
});

export function postingRoutes(app: Api, { postings, tenantOf }: Pick<ApiVerbs, 'postings' | 'tenantOf'>): void {
  app.route({
    method: 'GET',
    url: '/api/v1/postings',
    config: { access: 'books.read' },
    schema: {
      operationId: 'listPostings',
      tags: ['Postings'],
      summary: 'Postings by day',
      description:
        '`connection` is a source or a ledger; `from` and `to` are days, both included; `q` is a posting id, a fact id, a document number or a document id, exactly.',
      querystring: listQuery,
      response: { 200: pageOf(postingSchema), ...PROBLEM_RESPONSES },
    },
    handler: async (request) => {
      const { query } = request;
      const { items, next } = await postings.list(await tenantOf(request), {
        ...pageRequest('postings', byDay, query),
        state: query.state ?? null,
        held: flagOf(query.held),
        connection: query.connection ?? null,
        recipe: query.recipe ?? null,
        from: query.from ?? null,
        to: query.to ?? null,
        search: query.q ?? null,
      });
      return { items: items.map(postingToWire), next: writeCursor('postings', next) };
    },
  });
  app.route({
    method: 'GET',
    url: '/api/v1/postings/:id',
    config: { access: 'books.read' },
    schema: {
      operationId: 'getPosting',
      tags: ['Postings'],
      summary: 'A posting with its entry and every call made for it',
      params: idParameters,
      querystring: z.strictObject({}),
      response: { 200: postingDetailSchema, ...PROBLEM_RESPONSES },
    },
    handler: async (request) => {
      const found = await postings.find(await tenantOf(request), request.params.id);
      if (found === null) throw new CounterfoilError('request.not_found');
      return postingDetailToWire(found);
    },
  });
}
