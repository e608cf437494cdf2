import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Inbox } from '../../hub/inbox/index.ts';
import { createBaseServer, type HttpDoors } from './base-server.ts';
import { EDGE_BODY_BYTES, REQUEST_TIMEOUT_MS } from './limits.ts';
import { addCallbackRoute, type CallbackDoors } from './oauth-callback.ts';
import type { Failure } from './problem.ts';
import { headersOf, rawBodyOf, takeRawBodies } from './raw-body.ts';
import { sendProblem } from './send-problem.ts';

export interface EdgeServerDoors extends HttpDoors {
  readonly inbox: Pick<Inbox, 'receive'>;
  /** Names of the providers that have connectors: others have no webhooks here. */
  readonly providers: readonly string[];
  /** Providers that ask by GET whether an address is alive before they use it. Any token is answered: it tells nothing. */
  readonly probing?: readonly string[];
  /** Authorisations at providers; without it nobody comes back from one. */
  readonly callback?: CallbackDoors;
}

interface WebhookRoute {
  readonly Params: { readonly provider: string; readonly token: string };
}

/**
 * The listener that may be reached from everywhere: webhooks, the page to which providers send people back, and nothing
 * else. A delivery is acknowledged after it is
 * stored; when it cannot be stored the sender is told to come back.
 */
export function createEdgeServer(doors: EdgeServerDoors): FastifyInstance {
  const limits = { body_bytes: EDGE_BODY_BYTES, request_ms: REQUEST_TIMEOUT_MS, ...doors.limits };
  const app = createBaseServer({ ...doors, listener: 'edge', limits, tell: tellStranger });
  takeRawBodies(app);
  const providers = new Set(doors.providers);
  const probing = new Set(doors.probing);
  app.post<WebhookRoute>('/webhooks/:provider/:token', { onRequest: only(providers) }, (request, reply) =>
    receive(doors.inbox, request, reply),
  );
  app.get<WebhookRoute>('/webhooks/:provider/:token', { onRequest: only(probing) }, (_request, reply) =>
    reply.code(200).send(),
  );
  if (doors.callback !== undefined) addCallbackRoute(app, doors.callback);
  return app;
}

/** Turns other providers away before a byte of their bodies is read, and before their name reaches a metric. */
function only(providers: ReadonlySet<string>) {
  return (request: FastifyRequest<WebhookRoute>, reply: FastifyReply, done: () => void) => {
    if (providers.has(request.params.provider)) done();
    else void sendProblem(request, reply, { code: 'webhook.unknown_endpoint', status: 404 });
  };
}

async function receive(
  inbox: EdgeServerDoors['inbox'],
  request: FastifyRequest<WebhookRoute>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { provider, token } = request.params;
  const { code, status } = await inbox.receive({
    provider,
    token,
    headers: headersOf(request),
    body: rawBodyOf(request),
  });
  return code === null ? reply.code(status).send() : sendProblem(request, reply, { code, status });
}

/** What went wrong inside is not for the public, and a body that is too large has a code of its own here. */
function tellStranger({ detail, ...failure }: Failure): Failure {
  if (failure.status === 413) return { ...failure, code: 'webhook.too_large' };
  return failure.status >= 500 ? failure : { ...failure, detail };
}
