import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { BegunFlow } from '../../../hub/connections/index.ts';
import type { SignIns } from '../../../hub/operate/index.ts';
import type { Secret } from '../../../kernel/secret.ts';
import type { SignInCookie } from '../sign-in-cookie.ts';
import { instant, instantOf, reasonOf, reasonSchema } from '../wire/common.ts';
import { named } from '../wire/components.ts';
import { type Api, type ApiVerbs, PROBLEM_RESPONSES } from './api.ts';
import { idParameters } from './id-parameters.ts';

/** What these routes need beside the verbs. */
export interface SignInDoors extends Pick<ApiVerbs, 'tenantOf'> {
  readonly signIns: SignIns;
  readonly cookie: SignInCookie;
}

const begunSchema = named(
  'SignInBegun',
  'A sign-in that was begun. The browser that asked keeps its cookie and goes to `authorizeUrl`.',
  z.object({ id: z.string(), authorizeUrl: z.url(), redirectUri: z.url(), expiresAt: instant }),
);

const signInSchema = named(
  'SignIn',
  'How a sign-in stands. `reason` says why it was refused.',
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

export function signInRoutes(app: Api, doors: SignInDoors): void {
  beginRoutes(app, doors);
  standingRoutes(app, doors);
}

function beginRoutes(app: Api, { signIns, cookie, tenantOf }: SignInDoors): void {
  /** A browser that has begun other sign-ins keeps what binds it to them. */
  const bound = async (
    request: FastifyRequest,
    reply: FastifyReply,
    begin: (binding: Secret) => Promise<BegunFlow>,
  ) => {
    const binding = cookie.read(request.headers.cookie) ?? signIns.newBinding();
    const { flowId, expiresAt, ...rest } = await begin(binding);
    reply.header('set-cookie', cookie.write(binding));
    return { id: flowId, expiresAt: instantOf(expiresAt), ...rest };
  };
  app.route({
    method: 'POST',
    url: '/api/v1/sign-ins',
    config: { access: 'connections.manage' },
    schema: {
      operationId: 'beginSignIn',
      tags: ['Connections'],
      summary: 'Begin to connect an account by signing in at its provider',
      body: beginBody,
      response: { 200: begunSchema, ...PROBLEM_RESPONSES },
    },
    handler: async (request, reply) => {
      const { since, server = null, browserUrl = null, returnTo = null, redirectUri = null, ...chosen } = request.body;
      const tenantId = await tenantOf(request);
      const from = since === undefined ? null : Date.parse(since);
      return bound(request, reply, (binding) =>
        signIns.begin({ ...chosen, tenantId, binding, since: from, server, browserUrl, returnTo, redirectUri }),
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
        signIns.reconnect({ tenantId, connectionId, binding, browserUrl, returnTo, redirectUri }),
      );
    },
  });
}

function standingRoutes(app: Api, { signIns, cookie, tenantOf }: SignInDoors): void {
  app.route({
    method: 'GET',
    url: '/api/v1/sign-ins/:id',
    config: { access: 'connections.manage' },
    schema: {
      operationId: 'getSignIn',
      tags: ['Connections'],
      summary: 'How a sign-in stands',
      params: idParameters,
      response: { 200: signInSchema, ...PROBLEM_RESPONSES },
    },
    handler: async (request) => {
      const found = await signIns.find(await tenantOf(request), request.params.id);
      const { expiresAt, reason, choices } = found;
      return { ...found, choices: [...choices], expiresAt: instantOf(expiresAt), reason: reasonOf(reason, null) };
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/sign-ins/:id/answer',
    config: { access: 'connections.manage' },
    schema: {
      operationId: 'answerSignIn',
      tags: ['Connections'],
      summary: 'Finish a sign-in with the address to which the provider sent the browser, pasted by the person',
      params: idParameters,
      body: answerBody,
      response: { 200: z.object({ connectionId: z.string() }), ...PROBLEM_RESPONSES },
    },
    handler: async (request) => ({
      connectionId: await signIns.answer({
        tenantId: await tenantOf(request),
        id: request.params.id,
        address: request.body.address,
        binding: cookie.read(request.headers.cookie),
      }),
    }),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/sign-ins/:id/accounts',
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
      const { connections, notes } = await signIns.choose({
        tenantId: await tenantOf(request),
        id: request.params.id,
        accountIds: request.body.accountIds,
        binding: cookie.read(request.headers.cookie),
      });
      return { connectionIds: connections.map(({ id }) => id), notes: [...notes] };
    },
  });
}
