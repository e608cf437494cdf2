import { z } from 'zod';
import type { UserPrincipal } from '../../../hub/access/index.ts';
import { CounterfoilError } from '../../../kernel/errors.ts';
import type { SessionId } from '../../../kernel/ids.ts';
import { personIn } from '../access/asking.ts';
import { DONE, doneSchema, listedSessionSchema, sessionToWire } from '../wire/people.ts';
import { type Api, type ApiVerbs, PROBLEM_RESPONSES } from './api.ts';
import { idParameters } from './id-parameters.ts';

const TAGS = ['Account'];

export function sessionRoutes(app: Api, { access: { stores, clock } }: Pick<ApiVerbs, 'access'>): void {
  app.route({
    method: 'GET',
    url: '/api/v1/sessions',
    config: { access: 'person' },
    schema: {
      operationId: 'listSessions',
      tags: TAGS,
      summary: 'Where one is signed in',
      querystring: z.strictObject({}),
      response: { 200: z.object({ items: z.array(listedSessionSchema) }), ...PROBLEM_RESPONSES },
    },
    handler: async (request) => {
      const { person, sessionId } = personIn(request);
      const found = await stores.sessions.list(person.id, clock.now());
      return { items: found.map((one) => sessionToWire(one, sessionId)) };
    },
  });
  app.route({
    method: 'DELETE',
    url: '/api/v1/sessions/:id',
    config: { access: 'person' },
    schema: {
      operationId: 'endSession',
      tags: TAGS,
      summary: 'End one of the sessions',
      params: idParameters,
      response: { 200: doneSchema, ...PROBLEM_RESPONSES },
    },
    handler: async (request) => {
      const principal = personIn(request);
      const id = request.params.id as SessionId;
      const ended = await stores.sessions.revoke(principal.person.id, id, eventOf(principal, id), clock.now());
      if (!ended) throw new CounterfoilError('request.not_found');
      return DONE;
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/sessions/end-others',
    config: { access: 'person' },
    schema: {
      operationId: 'endOtherSessions',
      tags: TAGS,
      summary: 'End every session but this one',
      response: { 200: z.object({ ended: z.number().int() }), ...PROBLEM_RESPONSES },
    },
    handler: async (request) => {
      const principal = personIn(request);
      const { person, sessionId } = principal;
      const event = eventOf(principal, 'others');
      return { ended: await stores.sessions.revokeOthers(person.id, sessionId, event, clock.now()) };
    },
  });
}

function eventOf({ person }: UserPrincipal, session: string) {
  return { tenantId: person.homeTenantId, kind: 'session.ended', detail: { user: person.id, session } };
}
