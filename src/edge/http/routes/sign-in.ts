import { z } from 'zod';
import { claimFirstStart, csrfTokenOf, hashOfToken, signIn } from '../../../hub/access/index.ts';
import { personIn, principalIn } from '../access/asking.ts';
import { clientOf } from '../access/client-of.ts';
import { endedCookies, sessionTokenOf } from '../access/cookies.ts';
import {
  DONE,
  doneSchema,
  email,
  meSchema,
  meToWire,
  password,
  personName,
  sessionSchema,
  typedCode,
} from '../wire/people.ts';
import { type Api, type ApiVerbs, PROBLEM_RESPONSES } from './api.ts';
import { beginSession } from './begin-session.ts';

type Verbs = Pick<ApiVerbs, 'access' | 'tenantOf'>;
const TAGS = ['Sign-in'];

export function signInRoutes(app: Api, verbs: Verbs): void {
  firstStartRoute(app, verbs);
  signInRoute(app, verbs);
  signOutRoute(app, verbs);
  meRoute(app, verbs);
}

function firstStartRoute(app: Api, { access, tenantOf }: Verbs): void {
  app.route({
    method: 'POST',
    url: '/api/v1/first-start',
    config: { access: 'open' },
    schema: {
      operationId: 'firstStart',
      tags: TAGS,
      summary: 'Make the first owner, with the code that the first start printed',
      body: z.strictObject({ code: typedCode, email, name: personName, password }),
      response: { 200: sessionSchema, ...PROBLEM_RESPONSES },
    },
    handler: async (request, reply) => {
      const tenantId = await tenantOf(request);
      const started = await claimFirstStart(access, tenantId, { ...request.body, client: clientOf(request) });
      return beginSession(request, reply, started);
    },
  });
}

function signInRoute(app: Api, { access }: Verbs): void {
  app.route({
    method: 'POST',
    url: '/api/v1/sign-in',
    config: { access: 'open' },
    schema: {
      operationId: 'signIn',
      tags: TAGS,
      summary: 'Begin a session',
      description: 'With a second factor the first answer may be 401 `access.second_factor_needed`: send the code too.',
      body: z.strictObject({ email, password, code: typedCode.optional() }),
      response: { 200: sessionSchema, ...PROBLEM_RESPONSES },
    },
    handler: async (request, reply) => {
      const { body, headers } = request;
      const started = await signIn(access, {
        email: body.email,
        password: body.password,
        code: body.code ?? null,
        client: clientOf(request),
        replaces: sessionTokenOf(headers),
      });
      return beginSession(request, reply, started);
    },
  });
}

function signOutRoute(app: Api, { access }: Verbs): void {
  app.route({
    method: 'POST',
    url: '/api/v1/sign-out',
    config: { access: 'person' },
    schema: {
      operationId: 'signOut',
      tags: TAGS,
      summary: 'End the session',
      response: { 200: doneSchema, ...PROBLEM_RESPONSES },
    },
    handler: async (request, reply) => {
      const { person, sessionId } = personIn(request);
      const event = {
        tenantId: person.homeTenantId,
        kind: 'sign_out',
        detail: { user: person.id, session: sessionId },
      };
      const token = sessionTokenOf(request.headers)!.reveal();
      await access.stores.sessions.end(hashOfToken(token), event, access.clock.now());
      reply.header('set-cookie', endedCookies());
      return DONE;
    },
  });
}

function meRoute(app: Api, { access }: Verbs): void {
  app.route({
    method: 'GET',
    url: '/api/v1/me',
    config: { access: 'anyone' },
    schema: {
      operationId: 'me',
      tags: TAGS,
      summary: 'Who asks, and what they may do',
      description:
        'In the tenant that the header `Counterfoil-Tenant` names, or in the one they have belonged to for longest.',
      response: { 200: meSchema, ...PROBLEM_RESPONSES },
    },
    handler: async (request) => {
      const principal = principalIn(request);
      if (principal.kind !== 'user') return meToWire(principal, [], null);
      const tenants = await access.stores.people.memberships(principal.person.id);
      return meToWire(principal, tenants, csrfTokenOf(sessionTokenOf(request.headers)!.reveal()));
    },
  });
}
