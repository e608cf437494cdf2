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
    state: z.enum(['open', 'choosing', 'working', 'connected', 'refused', 'expired']),
    connectionId: z.string().nullable(),
    reason: reasonSchema.nullable(),
    expiresAt: instant,
    choices: z
      .array(z.object({ accountId: z.string(), name: z.string() }))
      .describe('In the state `choosing`: what the granted key reaches.'),
  }),
);

const pairedSchema = named(
  'Paired',
  'What a granted key was connected with. `notes` says what the key may not do, or need not.',
  z.object({ connectionIds: z.array(z.string()), notes: z.array(z.string()) }),
);

const address = z.string().min(1).max(2_000);
const places = { returnTo: address.optional(), redirectUri: address.optional() };
const browserUrl = address.optional().describe('Where a person reaches that server, if elsewhere.');
const beginBody = z.strictObject({
  provider: z.string().regex(/^[a-z]{2,40}$/),
  environment: z.enum(['production', 'sandbox']),
  since: z.iso.datetime().optional(),
  server: address.optional().describe('Address of a server of your own, such as BTCPay Server.'),
  browserUrl,
  ...places,
});
const reconnectBody = z.strictObject({ browserUrl, ...places });
const choiceBody = z.strictObject({ accountIds: z.array(z.string().min(1).max(200)).min(1).max(100) });
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
      const { since, server = null, browserUrl = null, returnTo = null, redirectUri = null, ...chosen } = request.body;
      const tenantId = await tenantOf(request);
      const from = since === undefined ? null : Date.parse(since);
      return bound(request, reply, (binding) =>
        authorisations.begin({
          ...chosen,
          tenantId,
          actor: actorIn(request),
          binding,
          since: from,
          server,
          browserUrl,
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
      const { browserUrl = null, returnTo = null, redirectUri = null } = request.body;
      const tenantId = await tenantOf(request);
      const connectionId = request.params.id;
      return bound(request, reply, (binding) =>
        authorisations.reconnect({
          tenantId,
          actor: actorIn(request),
          connectionId,
          binding,
          browserUrl,
          returnTo,
          redirectUri,
        }),
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
      const { expiresAt, reason, choices } = found;
      return { ...found, choices: [...choices], expiresAt: instantOf(expiresAt), reason: reasonOf(reason, null) };
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
  app.route({
    method: 'POST',
    url: '/api/v1/authorisations/:id/accounts',
    config: { access: 'connections.manage' },
    schema: {
      operationId: 'chooseAccounts',
      tags: ['Connections'],
      summary: 'Connect what was chosen among the accounts that a granted key reaches',
      params: idParameters,
      body: choiceBody,
      response: { 200: pairedSchema, ...PROBLEM_RESPONSES },
    },
    handler: async (request) => {
      const { connections, notes } = await authorisations.choose({
        tenantId: await tenantOf(request),
        id: request.params.id,
        accountIds: request.body.accountIds,
        binding: cookie.read(request.headers.cookie),
      });
      return { connectionIds: connections.map(({ id }) => id), notes: [...notes] };
    },
  });
}
