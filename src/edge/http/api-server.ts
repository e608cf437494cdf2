import type { FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { IdempotencyStore, RequestLimiter } from '../../hub/access/index.ts';
import { assert } from '../../kernel/assert.ts';
import type { Secret } from '../../kernel/secret.ts';
import { tenantIn } from './access/asking.ts';
import { guardRoutes } from './access/guard.ts';
import { answerRepeats } from './access/idempotent.ts';
import { requireRouteAccess } from './access/route-access.ts';
import { createBaseServer, type HttpDoors } from './base-server.ts';
import { describeApi } from './describe.ts';
import { API_BODY_BYTES, REQUEST_TIMEOUT_MS } from './limits.ts';
import { accountRoutes } from './routes/account.ts';
import type { Api, ApiVerbs } from './routes/api.ts';
import { apiKeyRoutes } from './routes/api-keys.ts';
import { attentionRoutes } from './routes/attention.ts';
import { auditRoutes } from './routes/audit.ts';
import { type AuthorisationDoors, authorisationRoutes } from './routes/authorisations.ts';
import { type ConnectionChangeDoors, connectionChangeRoutes } from './routes/connection-changes.ts';
import { type ConnectionWebhookDoors, connectionWebhookRoutes } from './routes/connection-webhooks.ts';
import { connectionRoutes } from './routes/connections.ts';
import { deliveryRoutes } from './routes/deliveries.ts';
import { docsRoute } from './routes/docs.ts';
import { deepHealthRoute, probeRoutes } from './routes/health.ts';
import { invitationRoutes } from './routes/invitations.ts';
import { type OidcDoors, oidcRoutes } from './routes/oidc.ts';
import { openApiRoute } from './routes/openapi.ts';
import { passkeyRoutes } from './routes/passkeys.ts';
import { postingRoutes } from './routes/postings.ts';
import { reconciliationRoutes } from './routes/reconciliations.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { signInRoutes } from './routes/sign-in.ts';
import { userRoutes } from './routes/users.ts';
import { tellVersions } from './versioning.ts';

export interface ApiServerDoors
  extends HttpDoors,
    ApiVerbs,
    ConnectionChangeDoors,
    ConnectionWebhookDoors,
    AuthorisationDoors,
    OidcDoors {
  /** Of the owner's own programs on this machine: it may do what an owner may. `tenantOf` names its tenant. */
  readonly token: Secret;
  readonly limiter: RequestLimiter;
  readonly idempotency: IdempotencyStore;
  /** Of this release. */
  readonly version: string;
}

/** The listener for people and their programs: health, reading what the installation did, and who may come in. */
export async function createApiServer(doors: ApiServerDoors): Promise<FastifyInstance> {
  const { access, token, limiter, tenantOf, idempotency } = doors;
  assert(token.reveal().length > 0, 'the API token is empty');
  const limits = { body_bytes: API_BODY_BYTES, request_ms: REQUEST_TIMEOUT_MS, ...doors.limits };
  const server = createBaseServer({ ...doors, listener: 'api', limits });
  server.removeContentTypeParser('text/plain');
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  const app = server.withTypeProvider<ZodTypeProvider>();
  await describeApi(app, doors.version);
  tellVersions(server);
  requireRouteAccess(server);
  guardRoutes(server, { access, token, limiter, home: tenantOf });
  answerRepeats(server, idempotency);
  probeRoutes(app, doors);
  openApiRoute(app);
  docsRoute(app);
  signInRoutes(app, doors);
  oidcRoutes(app, doors);
  addRoutes(app, { ...doors, tenantOf: tenantIn });
  await server.ready();
  return server;
}

function addRoutes(
  app: Api,
  verbs: ApiVerbs & ConnectionChangeDoors & ConnectionWebhookDoors & AuthorisationDoors,
): void {
  deepHealthRoute(app, verbs);
  deliveryRoutes(app, verbs);
  postingRoutes(app, verbs);
  reconciliationRoutes(app, verbs);
  attentionRoutes(app, verbs);
  connectionRoutes(app, verbs);
  accountRoutes(app, verbs);
  passkeyRoutes(app, verbs);
  sessionRoutes(app, verbs);
  userRoutes(app, verbs);
  invitationRoutes(app, verbs);
  apiKeyRoutes(app, verbs);
  auditRoutes(app, verbs);
  connectionChangeRoutes(app, verbs);
  connectionWebhookRoutes(app, verbs);
  authorisationRoutes(app, verbs);
}
