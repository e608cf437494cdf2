import { z } from 'zod';
import {
  addPasskey,
  beginPasskey,
  beginPasskeySignIn,
  newToken,
  PASSKEY_ALGORITHMS,
  PASSKEY_CHALLENGE_LIFE_MS,
  removePasskey,
  signInWithPasskey,
} from '../../../hub/access/index.ts';
import type { PasskeyId } from '../../../kernel/ids.ts';
import { personIn } from '../access/asking.ts';
import { bindingCookie } from '../access/binding-cookie.ts';
import { clientOf } from '../access/client-of.ts';
import { sessionTokenOf } from '../access/cookies.ts';
import {
  creationOptionsSchema,
  describedToWire,
  newCredential,
  passkeySchema,
  passkeyToWire,
  requestOptionsSchema,
  signedCredential,
} from '../wire/passkeys.ts';
import { DONE, doneSchema, password, personName, sessionSchema } from '../wire/people.ts';
import { type Api, type ApiVerbs, PROBLEM_RESPONSES } from './api.ts';
import { beginSession } from './begin-session.ts';
import { idParameters } from './id-parameters.ts';

type Verbs = Pick<ApiVerbs, 'access'>;
const TAGS = ['Passkeys'];
const BINDING = bindingCookie('counterfoil_passkey', PASSKEY_CHALLENGE_LIFE_MS / 1_000);

export function passkeyRoutes(app: Api, verbs: Verbs): void {
  beginRoute(app, verbs);
  addRoute(app, verbs);
  keptRoutes(app, verbs);
  signInRoutes(app, verbs);
}

function beginRoute(app: Api, { access }: Verbs): void {
  app.route({
    method: 'POST',
    url: '/api/v1/passkeys/options',
    config: { access: 'person' },
    schema: {
      operationId: 'beginPasskey',
      tags: TAGS,
      summary: 'Begin to add a passkey: what the browser is to ask the authenticator',
      description: 'On pages with https and on localhost. Good for five minutes, once, in this session.',
      body: z.strictObject({ password }),
      response: { 200: creationOptionsSchema, ...PROBLEM_RESPONSES },
    },
    handler: async (request) => {
      const principal = personIn(request);
      const { id, email: name, name: displayName } = principal.person;
      const asked = { ...request.body, origin: request.headers.origin, client: clientOf(request) };
      const { challenge, rpId, known } = await beginPasskey(access, principal, asked);
      return {
        challenge,
        rp: { id: rpId, name: 'Counterfoil' },
        user: { id: Buffer.from(id).toString('base64url'), name, displayName },
        pubKeyCredParams: PASSKEY_ALGORITHMS.map((alg) => ({ type: 'public-key' as const, alg })),
        timeout: PASSKEY_CHALLENGE_LIFE_MS,
        attestation: 'none' as const,
        authenticatorSelection: { residentKey: 'required' as const, userVerification: 'required' as const },
        excludeCredentials: known.map(describedToWire),
      };
    },
  });
}

function addRoute(app: Api, { access }: Verbs): void {
  app.route({
    method: 'POST',
    url: '/api/v1/passkeys',
    config: { access: 'person' },
    schema: {
      operationId: 'addPasskey',
      tags: TAGS,
      summary: 'Add the passkey that the authenticator made',
      body: z.strictObject({ name: personName, response: newCredential }),
      response: { 200: passkeySchema, ...PROBLEM_RESPONSES },
    },
    handler: async (request) => {
      const asked = { ...request.body, origin: request.headers.origin, client: clientOf(request) };
      return passkeyToWire(await addPasskey(access, personIn(request), asked));
    },
  });
}

function keptRoutes(app: Api, { access }: Verbs): void {
  app.route({
    method: 'GET',
    url: '/api/v1/passkeys',
    config: { access: 'person' },
    schema: {
      operationId: 'listPasskeys',
      tags: TAGS,
      summary: 'The passkeys of the person',
      querystring: z.strictObject({}),
      response: { 200: z.object({ items: z.array(passkeySchema) }), ...PROBLEM_RESPONSES },
    },
    handler: async (request) => ({
      items: (await access.stores.passkeys.list(personIn(request).person.id)).map(passkeyToWire),
    }),
  });
  app.route({
    method: 'DELETE',
    url: '/api/v1/passkeys/:id',
    config: { access: 'person' },
    schema: {
      operationId: 'removePasskey',
      tags: TAGS,
      summary: 'Remove a passkey: it no longer signs in',
      params: idParameters,
      response: { 200: doneSchema, ...PROBLEM_RESPONSES },
    },
    handler: async (request) => {
      await removePasskey(access, personIn(request), request.params.id as PasskeyId);
      return DONE;
    },
  });
}

function signInRoutes(app: Api, { access }: Verbs): void {
  app.route({
    method: 'POST',
    url: '/api/v1/sign-in/passkey/options',
    config: { access: 'open' },
    schema: {
      operationId: 'beginPasskeySignIn',
      tags: TAGS,
      summary: 'Begin to sign in with a passkey',
      description: 'The same for everybody. Good for five minutes, once, in this browser.',
      response: { 200: requestOptionsSchema, ...PROBLEM_RESPONSES },
    },
    handler: async (request, reply) => {
      const binding = newToken(access.random);
      const { challenge, rpId } = await beginPasskeySignIn(access, { binding, origin: request.headers.origin });
      reply.header('set-cookie', BINDING.write(request, binding));
      return { challenge, rpId, timeout: PASSKEY_CHALLENGE_LIFE_MS, userVerification: 'required' as const };
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/sign-in/passkey',
    config: { access: 'open' },
    schema: {
      operationId: 'signInWithPasskey',
      tags: TAGS,
      summary: 'Begin a session with what the authenticator signed',
      body: z.strictObject({ response: signedCredential }),
      response: { 200: sessionSchema, ...PROBLEM_RESPONSES },
    },
    handler: async (request, reply) => {
      const started = await signInWithPasskey(access, {
        response: request.body.response,
        binding: BINDING.read(request),
        origin: request.headers.origin,
        client: clientOf(request),
        replaces: sessionTokenOf(request.headers),
      });
      return beginSession(request, reply, started);
    },
  });
}
