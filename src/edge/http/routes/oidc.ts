import { z } from 'zod';
import {
  beginOidc,
  configured,
  finishOidc,
  newToken,
  OIDC_CALLBACK,
  OIDC_FLOW_LIFE_MS,
  type OidcProvider,
} from '../../../hub/access/index.ts';
import { bindingCookie } from '../access/binding-cookie.ts';
import { clientOf } from '../access/client-of.ts';
import { sessionTokenOf } from '../access/cookies.ts';
import { type Api, type ApiVerbs, PROBLEM_RESPONSES } from './api.ts';
import { beginSession } from './begin-session.ts';

export interface OidcDoors {
  /** Null: nobody signs in at a provider. */
  readonly oidc: OidcProvider | null;
}

const TAGS = ['Sign-in'];

/** The browser comes back without an Origin: the registered address says whether it speaks https. */
function bindingAt({ isSecure }: OidcProvider) {
  return bindingCookie('counterfoil_oidc', OIDC_FLOW_LIFE_MS / 1_000, () => isSecure);
}

export function oidcRoutes(app: Api, verbs: Pick<ApiVerbs, 'access'> & OidcDoors): void {
  beginRoute(app, verbs);
  callbackRoute(app, verbs);
}

function beginRoute(app: Api, { access, oidc }: Pick<ApiVerbs, 'access'> & OidcDoors): void {
  app.route({
    method: 'POST',
    url: '/api/v1/sign-in/oidc',
    config: { access: 'open' },
    schema: {
      operationId: 'beginOidcSignIn',
      tags: TAGS,
      summary: "Begin to sign in at the installation's own provider (OpenID Connect)",
      description: 'Send the browser to `address`. Good for ten minutes, once, in this browser.',
      response: { 200: z.object({ address: z.string() }), ...PROBLEM_RESPONSES },
    },
    handler: async (request, reply) => {
      const provider = configured(oidc);
      const binding = newToken(access.random);
      const address = await beginOidc(access, provider, binding);
      reply.header('set-cookie', bindingAt(provider).write(request, binding));
      return { address };
    },
  });
}

function callbackRoute(app: Api, { access, oidc }: Pick<ApiVerbs, 'access'> & OidcDoors): void {
  app.route({
    method: 'GET',
    url: OIDC_CALLBACK,
    config: { access: 'open' },
    schema: {
      operationId: 'finishOidcSignIn',
      tags: TAGS,
      summary: 'Where the provider sends the browser back to; begins a session and goes on to /',
      querystring: z.looseObject({}),
      response: { 303: z.null().describe('Signed in.'), ...PROBLEM_RESPONSES },
    },
    handler: async (request, reply) => {
      const provider = configured(oidc);
      const started = await finishOidc(access, provider, {
        parameters: new URL(request.url, 'http://callback.invalid').searchParams,
        binding: bindingAt(provider).read(request),
        client: clientOf(request),
        replaces: sessionTokenOf(request.headers),
      });
      beginSession(request, reply, started, provider.isSecure);
      return reply.code(303).header('location', '/').send(null);
    },
  });
}
