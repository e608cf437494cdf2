import { jsonResponse, parseJson } from '../../core/json.ts';
import type { BtcpayContext } from '../context.ts';
import { advance } from '../status.ts';
import { AUTHORIZE_PATH, answerAuthorize } from './authorize.ts';
import { BtcpayError, badRequest } from './errors.ts';
import { invoiceRoutes } from './invoice-routes.ts';
import { checkPermission, readKey } from './permissions.ts';
import type { Route } from './route.ts';
import { storeRoutes } from './store-routes.ts';
import { webhookRoutes } from './webhook-routes.ts';

const routes: readonly Route[] = [...storeRoutes, ...invoiceRoutes, ...webhookRoutes];
const compiled = routes.map((route) => ({
  route,
  pattern: new RegExp(`^/api/v1${route.path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
}));

interface Found {
  readonly route: Route;
  readonly ids: Readonly<Record<string, string | undefined>>;
}

function findRoute(method: string, path: string): Found | null {
  for (const { route, pattern } of compiled) {
    const match = route.method === method ? pattern.exec(path) : null;
    if (match) return { route, ids: match.groups ?? {} };
  }
  return null;
}

function readBody(text: string): unknown {
  if (text === '') return undefined;
  try {
    return parseJson(text);
  } catch {
    throw badRequest('json-parsing-failed', 'The request body is not valid JSON.');
  }
}

/** Answers one request; time passes first, so that what has expired by now is seen as expired. */
export async function answerBtcpay(context: BtcpayContext, request: Request): Promise<Response> {
  const url = new URL(request.url);
  if (url.pathname === AUTHORIZE_PATH) return answerAuthorize(context, request);
  const text = request.method === 'GET' ? '' : await request.text();
  const found = findRoute(request.method, url.pathname);
  if (!found) return new Response(null, { status: 404 });
  try {
    const now = context.now();
    advance(context, now);
    const key = found.route.open ? '' : readKey(context, request.headers);
    checkPermission(context, key, found.route.permission, found.ids.storeId ?? null);
    const call = { context, now, ids: found.ids, query: url.searchParams, body: readBody(text), key };
    const answer = found.route.answer(call);
    return answer === undefined ? new Response(null, { status: 200 }) : jsonResponse(200, answer);
  } catch (error) {
    if (error instanceof BtcpayError) return error.response();
    throw error;
  }
}
