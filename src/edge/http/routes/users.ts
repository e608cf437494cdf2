import { z } from 'zod';
import { changeMember } from '../../../hub/access/index.ts';
import type { UserId } from '../../../kernel/ids.ts';
import { principalIn, tenantIn } from '../access/asking.ts';
import { byId, writeCursor } from '../cursor.ts';
import { pageParameters, pageRequest } from '../page-query.ts';
import { pageOf } from '../wire/common.ts';
import { memberSchema, memberToWire, roleSchema } from '../wire/people.ts';
import { type Api, type ApiVerbs, PROBLEM_RESPONSES } from './api.ts';
import { idParameters } from './id-parameters.ts';

const TAGS = ['People'];

export function userRoutes(app: Api, { access }: Pick<ApiVerbs, 'access'>): void {
  app.route({
    method: 'GET',
    url: '/api/v1/users',
    config: { access: 'people.read' },
    schema: {
      operationId: 'listUsers',
      tags: TAGS,
      summary: 'People of the tenant, with their roles',
      querystring: z.strictObject(pageParameters),
      response: { 200: pageOf(memberSchema), ...PROBLEM_RESPONSES },
    },
    handler: async (request) => {
      const query = pageRequest('users', byId, request.query);
      const { items, next } = await access.stores.members.page(tenantIn(request), query);
      return { items: items.map(memberToWire), next: writeCursor('users', next) };
    },
  });
  app.route({
    method: 'PATCH',
    url: '/api/v1/users/:id',
    config: { access: 'people.manage' },
    schema: {
      operationId: 'changeUser',
      tags: TAGS,
      summary: 'Change the role of a person, or disable or enable them; their sessions end',
      description: 'Owners are changed by owners only; the last one stays.',
      params: idParameters,
      body: z
        .strictObject({ role: roleSchema.optional(), disabled: z.boolean().optional() })
        .refine(({ role, disabled }) => role !== undefined || disabled !== undefined, 'Send role, disabled or both.'),
      response: { 200: memberSchema, ...PROBLEM_RESPONSES },
    },
    handler: async (request) => {
      const userId = request.params.id as UserId;
      const wanted = { tenantId: tenantIn(request), userId, wanted: request.body };
      return memberToWire(await changeMember(access, principalIn(request), wanted));
    },
  });
}
