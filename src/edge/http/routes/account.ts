import { z } from 'zod';
import {
  beginSecondFactor,
  changePassword,
  confirmSecondFactor,
  removeSecondFactor,
  resetPassword,
} from '../../../hub/access/index.ts';
import { personIn } from '../access/asking.ts';
import { clientOf } from '../access/client-of.ts';
import { DONE, doneSchema, password, sessionSchema, typedCode } from '../wire/people.ts';
import { type Api, type ApiVerbs, PROBLEM_RESPONSES } from './api.ts';
import { beginSession } from './begin-session.ts';

type Verbs = Pick<ApiVerbs, 'access'>;
const TAGS = ['Account'];

export function accountRoutes(app: Api, verbs: Verbs): void {
  passwordRoutes(app, verbs);
  newSecondFactorRoutes(app, verbs);
  removeSecondFactorRoute(app, verbs);
}

function passwordRoutes(app: Api, { access }: Verbs): void {
  app.route({
    method: 'POST',
    url: '/api/v1/password',
    config: { access: 'person' },
    schema: {
      operationId: 'changePassword',
      tags: TAGS,
      summary: 'Choose a new password; every other session ends',
      body: z.strictObject({ current: password, password }),
      response: { 200: sessionSchema, ...PROBLEM_RESPONSES },
    },
    handler: async (request, reply) => {
      const { current, password: next } = request.body;
      const started = await changePassword(access, personIn(request), { current, next, client: clientOf(request) });
      return beginSession(request, reply, started);
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/password-reset',
    config: { access: 'open' },
    schema: {
      operationId: 'resetPassword',
      tags: TAGS,
      summary: 'Choose a new password with a code from `counterfoil users reset`',
      body: z.strictObject({ code: typedCode, password }),
      response: { 200: doneSchema, ...PROBLEM_RESPONSES },
    },
    handler: async (request) => {
      await resetPassword(access, { ...request.body, client: clientOf(request) });
      return DONE;
    },
  });
}

function newSecondFactorRoutes(app: Api, { access }: Verbs): void {
  app.route({
    method: 'POST',
    url: '/api/v1/second-factor',
    config: { access: 'person' },
    schema: {
      operationId: 'beginSecondFactor',
      tags: TAGS,
      summary: 'Get a seed for an authenticator app; it is not asked for before it is confirmed',
      body: z.strictObject({ password }),
      response: { 200: z.object({ seed: z.string(), uri: z.string() }), ...PROBLEM_RESPONSES },
    },
    handler: async (request) => {
      const made = await beginSecondFactor(access, personIn(request), { ...request.body, client: clientOf(request) });
      return { seed: made.seed.reveal(), uri: made.uri.reveal() };
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/second-factor/confirm',
    config: { access: 'person' },
    schema: {
      operationId: 'confirmSecondFactor',
      tags: TAGS,
      summary: 'Ask for the second factor from now on; recovery codes are shown this once, every other session ends',
      body: z.strictObject({ code: typedCode }),
      response: { 200: sessionSchema.extend({ recoveryCodes: z.array(z.string()) }), ...PROBLEM_RESPONSES },
    },
    handler: async (request, reply) => {
      const done = await confirmSecondFactor(access, personIn(request), { ...request.body, client: clientOf(request) });
      const session = beginSession(request, reply, done);
      return { ...session, recoveryCodes: done.recoveryCodes.map((one) => one.reveal()) };
    },
  });
}

function removeSecondFactorRoute(app: Api, { access }: Verbs): void {
  app.route({
    method: 'POST',
    url: '/api/v1/second-factor/remove',
    config: { access: 'person' },
    schema: {
      operationId: 'removeSecondFactor',
      tags: TAGS,
      summary: 'Ask for the second factor no longer; every other session ends',
      body: z.strictObject({ password, code: typedCode }),
      response: { 200: sessionSchema, ...PROBLEM_RESPONSES },
    },
    handler: async (request, reply) => {
      const started = await removeSecondFactor(access, personIn(request), {
        ...request.body,
        client: clientOf(request),
      });
      return beginSession(request, reply, started);
    },
  });
}
