import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { BegunAuthorisation } from '../../../hub/connections/index.ts';
import type { Authorisations } from '../../../hub/operate/index.ts';
import type { Secret } from '../../../kernel/secret.ts';
import { actorIn } from '../access/asking.ts';
import type { AuthorisationCookie } from '../authorisation-cookie.ts';
import { instant, instantOf, reasonOf, reasonSchema } from '../wire/common.ts';
import { named } from '../wire/components.ts';
import { type Api, type ApiVerbs, PROBLEM_RESPONSES } from './api.ts';
import { idParameters } from './id-parameters.ts';

/** What these routes need beside the verbs. */
export interface AuthorisationDoors extends Pick<ApiVerbs, 'tenantOf'> {
  readonly authorisations: Authorisations;
  readonly cookie: AuthorisationCookie;
}

const begunSchema = named(
  'AuthorisationBegun',
  'An authorisation that was begun. The browser that asked keeps its cookie and goes to `authorizeUrl`.',
  z.object({ id: z.string(), authorizeUrl: z.url(), redirectUri: z.url(), expiresAt: instant }),
);

const authorisationSchema = named(
  'Authorisation',
  'How an authorisation stands. `reason` says why it was refused.',
  z.object({
    id: z.string(),
    provider: z.string(),
    environment: z.enum(['production', 'sandbox']),
    state: z.enum(['open', 'working', 'connected', 'refused', 'expired']),
    connectionId: z.string().nullable(),
    reason: reasonSchema.nullable(),
    expiresAt: instant,
  }),
);

const address = z.string().min(1).max(2_000);
const places = { returnTo: address.optional(), redirectUri: address.optional() };
const beginBody = z.strictObject({
  provider: z.string().regex(/^[a-z]{2,40}$/),
  environment: z.enum(['production', 'sandbox']),
  since: z.iso.datetime().optional(),
  ...places,
});
const reconnectBody = z.strictObject(places);
const answerBody = z.strictObject({ address: z.string().min(1).max(8_000) });

export function authorisationRoutes(app: Api, doors: AuthorisationDoors): void {
  beginRoutes(app, doors);
  standingRoutes(app, doors);
}

function beginRoutes(app: Api, { authorisations, cookie, tenantOf }: AuthorisationDoors): void {
  /** A browser that has begun other authorisations keeps what binds it to them. */
  const bound = async (
    request: FastifyRequest,
    reply: FastifyReply,
    begin: (binding: Secret) => Promise<BegunAuthorisation>,
  ) => {
    const binding = cookie.read(request.headers.cookie) ?? authorisations.newBinding();
    const { authorisationId, expiresAt, ...rest } = await begin(binding);
    reply.header('set-cookie', cookie.write(binding));
    return { id: authorisationId, expiresAt: instantOf(expiresAt), ...rest };
  };
  app.route({
    method: 'POST',
    url: '/api/v1/authorisations',
    config: { access: 'connections.manage' },
    schema: {
      operationId: 'beginAuthorisation',
      tags: ['Connections'],
      summary: 'Begin to connect an account by an authorisation at its provider',
      body: beginBody,
      response: { 200: begunSchema, ...PROBLEM_RESPONSES },
    },
    handler: async (request, reply) => {
      const { since, returnTo = null, redirectUri = null, ...chosen } = request.body;
      const tenantId = await tenantOf(request);
      const from = since === undefined ? null : Date.parse(since);
      return bound(request, reply, (binding) =>
        authorisations.begin({
          ...chosen,
          tenantId,
          actor: actorIn(request),
          binding,
          since: from,
          returnTo,
          redirectUri,
        }),
      );
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/connections/:id/reconnect',
    config: { access: 'connections.manage' },
    schema: {
      operationId: 'reconnectConnection',
      tags: ['Connections'],
      summary: 'Begin to authorise a connection again; it keeps its id and goes on where it stopped',
      params: idParameters,
      body: reconnectBody,
      response: { 200: begunSchema, ...PROBLEM_RESPONSES },
    },
    handler: async (request, reply) => {
      const { returnTo = null, redirectUri = null } = request.body;
      const tenantId = await tenantOf(request);
      const connectionId = request.params.id;
      return bound(request, reply, (binding) =>
        authorisations.reconnect({ tenantId, actor: actorIn(request), connectionId, binding, returnTo, redirectUri }),
      );
    },
  });
}

function standingRoutes(app: Api, { authorisations, cookie, tenantOf }: AuthorisationDoors): void {
  app.route({
    method: 'GET',
    url: '/api/v1/authorisations/:id',
    config: { access: 'connections.manage' },
    schema: {
      operationId: 'getAuthorisation',
      tags: ['Connections'],
      summary: 'How an authorisation stands',
      params: idParameters,
      response: { 200: authorisationSchema, ...PROBLEM_RESPONSES },
    },
    handler: async (request) => {
      const found = await authorisations.find(await tenantOf(request), request.params.id);
      return { ...found, expiresAt: instantOf(found.expiresAt), reason: reasonOf(found.reason, null) };
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/authorisations/:id/answer',
    config: { access: 'connections.manage' },
    schema: {
      operationId: 'answerAuthorisation',
      tags: ['Connections'],
      summary: 'Finish an authorisation with the address to which the provider sent the browser, pasted by the person',
      params: idParameters,
      body: answerBody,
      response: { 200: z.object({ connectionId: z.string() }), ...PROBLEM_RESPONSES },
    },
    handler: async (request) => ({
      connectionId: await authorisations.answer({
        tenantId: await tenantOf(request),
        id: request.params.id,
        address: request.body.address,
        binding: cookie.read(request.headers.cookie),
      }),
    }),
  });
}
