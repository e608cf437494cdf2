import type { FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Secret } from '../../kernel/secret.ts';
import { authorise } from './authorise.ts';
import { createBaseServer, type HttpDoors } from './base-server.ts';
import { describeApi } from './describe.ts';
import { API_BODY_BYTES, REQUEST_TIMEOUT_MS } from './limits.ts';
import type { Api, ApiVerbs } from './routes/api.ts';
import { attentionRoutes } from './routes/attention.ts';
import { type ConnectionChangeDoors, connectionChangeRoutes } from './routes/connection-changes.ts';
import { connectionRoutes } from './routes/connections.ts';
import { deliveryRoutes } from './routes/deliveries.ts';
import { deepHealthRoute, probeRoutes } from './routes/health.ts';
import { openApiRoute } from './routes/openapi.ts';
import { postingRoutes } from './routes/postings.ts';
import { reconciliationRoutes } from './routes/reconciliations.ts';
import { type SignInDoors, signInRoutes } from './routes/sign-ins.ts';

export interface ApiServerDoors extends HttpDoors, ApiVerbs, ConnectionChangeDoors, SignInDoors {
  /** Until people can sign in: whoever has it may read everything. */
  readonly token: Secret;
  /** Of this release. */
  readonly version: string;
}

/** The listener for the owner's own programs and screens: health, and reading what the installation did. */
export async function createApiServer(doors: ApiServerDoors): Promise<FastifyInstance> {
  const limits = { body_bytes: API_BODY_BYTES, request_ms: REQUEST_TIMEOUT_MS, ...doors.limits };
  const needsToken = authorise(doors.token);
  const server = createBaseServer({ ...doors, listener: 'api', limits });
  server.removeContentTypeParser('text/plain');
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  const app = server.withTypeProvider<ZodTypeProvider>();
  await describeApi(app, doors.version);
  probeRoutes(app, doors);
  openApiRoute(app);
  await app.register((secured, _options, done) => {
    // Everything in here needs the token: a route cannot forget it.
    secured.addHook('onRequest', needsToken);
    addRoutes(secured, doors);
    done();
  });
  await server.ready();
  return server;
}

function addRoutes(app: Api, verbs: ApiVerbs & ConnectionChangeDoors & SignInDoors): void {
  deepHealthRoute(app, verbs);
  deliveryRoutes(app, verbs);
  postingRoutes(app, verbs);
  reconciliationRoutes(app, verbs);
  attentionRoutes(app, verbs);
  connectionRoutes(app, verbs);
  connectionChangeRoutes(app, verbs);
  signInRoutes(app, verbs);
}
