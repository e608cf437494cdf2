import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type Log, type Metrics, withLogContext } from '../../platform/telemetry/index.ts';
import { answerClientError } from './client-error.ts';
import { CONNECTION_CHECK_MS, type HttpLimits, MAX_PATH_PART } from './limits.ts';
import type { Failure } from './problem.ts';
import { requestFailure } from './request-failure.ts';
import { requestIdOf } from './request-id.ts';
import { HTTPS_ONLY, RESPONSE_HEADERS } from './response-headers.ts';
import { sendProblem } from './send-problem.ts';

/** What every listener needs from outside. */
export interface HttpDoors {
  readonly log: Log;
  readonly metrics: Metrics;
  /** For requests that bring no acceptable id of their own. */
  readonly makeRequestId: () => string;
  /** Other limits than the documented ones, for tests. */
  readonly limits?: Partial<HttpLimits>;
  /** Addresses and networks whose X-Forwarded headers are believed; nobody's when left out. */
  readonly trustedProxies?: readonly string[];
  /** Where browsers reach the listener: with https they are told to use nothing else. */
  readonly publicUrl?: string;
}

interface BaseOptions extends HttpDoors {
  readonly listener: 'api' | 'edge';
  readonly limits: HttpLimits;
  /** Last word on what a stranger is told. */
  readonly tell?: (failure: Failure) => Failure;
}

/**
 * A server without routes: ids, headers, limits and problem details as both listeners have them. Nothing outside of the
 * routes is served, and no body is read for it.
 */
export function createBaseServer(options: BaseOptions): FastifyInstance {
  const { limits, makeRequestId, publicUrl = '', trustedProxies = [], tell = (failure) => failure } = options;
  const fixed = publicUrl.startsWith('https:') ? { ...RESPONSE_HEADERS, ...HTTPS_ONLY } : RESPONSE_HEADERS;
  const answer = (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const failure = requestFailure(error);
    note(options, request, failure, error);
    return sendProblem(request, reply, tell(failure));
  };
  const app = Fastify({
    logger: false,
    bodyLimit: limits.body_bytes,
    requestTimeout: limits.request_ms,
    handlerTimeout: limits.request_ms,
    http: { connectionsCheckingInterval: CONNECTION_CHECK_MS },
    exposeHeadRoutes: false,
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    genReqId: (raw) => requestIdOf(raw.headers['x-request-id'], makeRequestId),
    routerOptions: { maxParamLength: MAX_PATH_PART },
    clientErrorHandler: (error, socket) => answerClientError(error, socket, makeRequestId()),
    // An address that cannot be read leads nowhere.
    frameworkErrors: (_error, request, reply) => void sendProblem(request, reply, NOT_FOUND),
  });
  app.setErrorHandler(answer);
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers({ ...fixed, 'x-request-id': request.id });
    if (request.is404) void sendProblem(request, reply, NOT_FOUND);
    else done();
  });
  // After the body is read: its events come from the socket, outside of any context.
  app.addHook('preValidation', (request, _reply, done) => withLogContext({ requestId: request.id }, done));
  app.addHook('onResponse', (request, reply, done) => {
    count(options, request, reply);
    done();
  });
  return app;
}

const NOT_FOUND: Failure = { code: 'request.not_found', status: 404 };

/** Only what will not pass by itself is an error in the log. The address may hold a token: the route stands for it. */
function note({ log }: BaseOptions, request: FastifyRequest, failure: Failure, error: unknown): void {
  if (failure.status < 500) return;
  const fields = { ...routeOf(request), requestId: request.id, code: failure.code, error };
  if (failure.status === 503) log.warn('a request could not be answered', fields);
  else log.error('a request failed', fields);
}

function count({ log, metrics, listener }: BaseOptions, request: FastifyRequest, reply: FastifyReply): void {
  const status = reply.statusCode;
  const { method, route } = routeOf(request);
  metrics.count('http_requests', { listener, route, status: String(status) });
  const fields = { listener, method, route, status, requestId: request.id, took_ms: Math.round(reply.elapsedTime) };
  if (status < 400) log.debug('answered', fields);
  else log.info('answered with a problem', fields);
}

function routeOf(request: FastifyRequest): { readonly method: string; readonly route: string } {
  return { method: request.method, route: request.routeOptions.url ?? '(none)' };
}
