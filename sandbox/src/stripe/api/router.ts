import { parseForm } from '../../core/form.ts';
import { BASE62, derivedText } from '../../core/ids.ts';
import { createTokenBucket, type TokenBucket } from '../../core/token-bucket.ts';
import type { StripeContext } from '../context.ts';
import { expandAll } from '../expand.ts';
import { API_VERSION } from '../settings.ts';
import { checkKey, checkPermission } from './access.ts';
import { catalogRoutes } from './catalog-routes.ts';
import { invalidParameter, rateLimited, refused, StripeError, unknownUrl } from './errors.ts';
import { eventRoutes } from './event-routes.ts';
import { storeAnswer, storedAnswer } from './idempotency.ts';
import { invoiceRoutes } from './invoice-routes.ts';
import { moneyRoutes } from './money-routes.ts';
import { Params } from './params.ts';
import type { Route } from './route.ts';

const routes: readonly Route[] = [...moneyRoutes, ...catalogRoutes, ...invoiceRoutes, ...eventRoutes];
const compiled = routes.map((route) => ({
  route,
  pattern: new RegExp(`^${route.path.replace('{id}', '([^/]+)')}$`),
}));

interface Incoming {
  readonly method: string;
  readonly path: string;
  readonly form: string;
  readonly headers: Headers;
  readonly requestId: string;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Record<string, string>;
}

/** Turns requests into answers over one account. */
export class StripeRouter {
  readonly #context: StripeContext;
  readonly #bucket: TokenBucket;
  #requests = 0;

  constructor(context: StripeContext) {
    this.#context = context;
    this.#bucket = createTokenBucket(context.settings.requestsPerSecond);
  }

  async fetch(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const isBody = request.method === 'POST';
    const form = isBody ? await request.text() : url.search.slice(1);
    this.#requests += 1;
    const requestId = `req_${derivedText(BASE62, 14, this.#context.state.seed, this.#context.nowMs(), this.#requests)}`;
    const incoming = { method: request.method, path: url.pathname, form, headers: request.headers, requestId };
    const answer = this.#guarded(incoming);
    return new Response(answer.body, {
      status: answer.status,
      headers: {
        'content-type': 'application/json',
        'request-id': requestId,
        'stripe-version': API_VERSION,
        ...answer.headers,
      },
    });
  }

  #guarded(incoming: Incoming): Answer {
    try {
      if (!this.#bucket.take(this.#context.nowMs())) throw rateLimited();
      return this.#answer(incoming);
    } catch (error) {
      if (error instanceof StripeError) return errorAnswer(error, incoming.requestId);
      throw error;
    }
  }

  #answer(incoming: Incoming): Answer {
    const permissions = checkKey(this.#context, incoming.headers);
    const { route, id } = findRoute(incoming);
    checkPermission(permissions, route);
    const key = incoming.method === 'POST' ? incoming.headers.get('idempotency-key') : null;
    if (key === null) return this.#execute(incoming, route, id);
    const request = `${incoming.method} ${incoming.path} ${incoming.form}`;
    const stored = storedAnswer(this.#context, key, request);
    if (stored) return { status: stored.status, body: stored.body, headers: { 'idempotent-replayed': 'true' } };
    const answer = this.#execute(incoming, route, id);
    storeAnswer(this.#context, key, { at: this.#context.now(), request, status: answer.status, body: answer.body });
    return answer;
  }

  #execute(incoming: Incoming, route: Route, id: string): Answer {
    const form = parseForm(incoming.form);
    if (!form) throw refused('Invalid request: the parameters could not be read.');
    const params = new Params(form);
    params.allow(route.params);
    const context = this.#context;
    context.request = { id: incoming.requestId, idempotency_key: incoming.headers.get('idempotency-key') };
    try {
      const now = context.now();
      const rendered = route.answer({ context, params, id, now });
      const expanded = expandAll(context.state, rendered, params.list('expand'), now);
      if ('problem' in expanded) throw invalidParameter('expand', expanded.problem);
      return { status: 200, body: JSON.stringify(expanded.value) };
    } finally {
      context.request = { id: null, idempotency_key: null };
    }
  }
}

function findRoute({ method, path }: Incoming): { readonly route: Route; readonly id: string } {
  for (const { route, pattern } of compiled) {
    const match = route.method === method ? pattern.exec(path) : null;
    if (match) return { route, id: match[1] ?? '' };
  }
  throw unknownUrl(method, path);
}

function errorAnswer(error: StripeError, requestId: string): Answer {
  const doc = error.body.code
    ? { doc_url: `https://stripe.com/docs/error-codes/${error.body.code.replaceAll('_', '-')}` }
    : {};
  const log = { request_log_url: `https://dashboard.stripe.com/test/logs/${requestId}` };
  return {
    status: error.status,
    body: JSON.stringify({ error: { ...error.body, ...doc, ...log } }),
    headers: error.headers,
  };
}
