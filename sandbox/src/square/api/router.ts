import { isObject, parseJson } from '../../core/json.ts';
import { createTokenBucket, type TokenBucket } from '../../core/token-bucket.ts';
import type { SquareContext } from '../context.ts';
import { advance } from '../due.ts';
import { SQUARE_VERSION } from '../settings.ts';
import { checkScope, checkVersion, visitorOf } from './access.ts';
import { invalid, notFound, oauthRateLimited, rateLimited, SquareError } from './errors.ts';
import { idempotencyName, knownAnswer } from './idempotency.ts';
import { Input } from './input.ts';
import { answerConsent, oauthRoutes } from './oauth.ts';
import type { Route } from './route.ts';
import { squareRoutes } from './routes.ts';

const compiled = squareRoutes.map((route) => ({
  route,
  pattern: new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, '([^/]+)')}$`),
  parameters: route.path.split('{').length - 1,
}));
compiled.sort((a, b) => a.parameters - b.parameters);

interface Incoming {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly text: string;
  readonly headers: Headers;
}

/** Turns requests into answers over one seller. */
export class SquareRouter {
  readonly #context: SquareContext;
  /** One for each token; the OAuth endpoints share the one of the empty name. */
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(context: SquareContext) {
    this.#context = context;
  }

  async fetch(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const incoming: Incoming = {
      method: request.method,
      path: url.pathname,
      query: url.searchParams,
      text: request.method === 'GET' ? '' : await request.text(),
      headers: request.headers,
    };
    advance(this.#context, this.#context.now());
    return answerConsent(this.#context, { ...incoming, form: incoming.text }) ?? this.#guarded(incoming);
  }

  #guarded(incoming: Incoming): Response {
    try {
      return jsonAnswer(200, this.#answer(incoming));
    } catch (error) {
      if (error instanceof SquareError) return jsonAnswer(error.status, JSON.stringify(error.body));
      throw error;
    }
  }

  #answer(incoming: Incoming): string {
    const oauth = oauthRoutes[`${incoming.method} ${incoming.path}`];
    const { oauthRequestsPerSecond, requestsPerSecond } = this.#context.settings;
    if (oauth) {
      if (!this.#hasRoom('', oauthRequestsPerSecond)) throw oauthRateLimited();
      return JSON.stringify(
        oauth({ context: this.#context, headers: incoming.headers, body: readBody(incoming.text) }),
      );
    }
    const visitor = visitorOf(this.#context, incoming.headers);
    if (!this.#hasRoom(visitor.token, requestsPerSecond)) throw rateLimited();
    checkVersion(incoming.headers);
    const { route, ids } = findRoute(incoming);
    checkScope(visitor, route.scope);
    return this.#run(route, ids, incoming);
  }

  #run(route: Route, ids: readonly string[], incoming: Incoming): string {
    const context = this.#context;
    const isBody = route.method === 'POST' || route.method === 'PUT';
    const input = isBody ? new Input(readBody(incoming.text)) : new Input(Object.fromEntries(incoming.query), '', true);
    refuseUnknown(route, input, isBody);
    const name = idempotencyName(route, input);
    const request = `${incoming.path} ${incoming.text}`;
    const known = name === null ? null : knownAnswer(context, name, request);
    if (known !== null) return known;
    const body = JSON.stringify(route.answer({ context, input, ids, now: context.now() }));
    if (name !== null) context.state.idempotent.set(name, { request, body });
    return body;
  }

  #hasRoom(name: string, perSecond: number | null): boolean {
    if (perSecond === null) return true;
    const bucket = this.#buckets.get(name) ?? createTokenBucket(perSecond);
    this.#buckets.set(name, bucket);
    return bucket.take(this.#context.nowMs());
  }
}

function jsonAnswer(status: number, body: string): Response {
  return new Response(body, {
    status,
    headers: { 'content-type': 'application/json', 'square-version': SQUARE_VERSION },
  });
}

function readBody(text: string): Readonly<Record<string, unknown>> {
  if (text === '') return {};
  try {
    const body = parseJson(text);
    if (isObject(body)) return body;
  } catch {
    // Refused below, together with bodies that are no object.
  }
  throw invalid('EXPECTED_JSON_BODY', 'The request body is not valid JSON.');
}

function refuseUnknown(route: Route, input: Input, isBody: boolean): void {
  const allowed = route.key === undefined ? route.fields : [...route.fields, 'idempotency_key'];
  const unknown = input.names().find((name) => !allowed.includes(name));
  if (unknown === undefined) return;
  throw isBody
    ? invalid('UNKNOWN_BODY_PARAMETER', 'Unknown parameter.', unknown)
    : invalid('UNKNOWN_QUERY_PARAMETER', 'Unknown parameter.', unknown);
}

function findRoute({ method, path }: Incoming): { readonly route: Route; readonly ids: readonly string[] } {
  for (const { route, pattern } of compiled) {
    const match = route.method === method ? pattern.exec(path) : null;
    if (match) return { route, ids: match.slice(1).map(decoded) };
  }
  throw notFound('API endpoint for URL path and HTTP method is not found.');
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
