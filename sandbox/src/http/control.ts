import { isObject, jsonResponse } from '../core/json.ts';
import { ControlError } from './control-error.ts';
import { controlRoutes } from './control-routes.ts';
import type { Sandbox } from './sandbox.ts';

/** Pages of other sites must not reach the door through a visitor's browser. */
function isForeignPage(request: Request, baseUrl: string): boolean {
  const origin = request.headers.get('origin');
  return origin !== null && origin !== new URL(baseUrl).origin;
}

async function readBody(request: Request): Promise<Readonly<Record<string, unknown>>> {
  if (request.method === 'GET') return {};
  const text = await request.text();
  if (text === '') return {};
  try {
    const body: unknown = JSON.parse(text);
    if (isObject(body)) return body;
  } catch {
    // Answered below, together with bodies that are no object.
  }
  throw new ControlError(400, ['the body must be a JSON object']);
}

/** Answers one request to `/control`, whose path starts below it. */
export async function answerControl(sandbox: Sandbox, request: Request): Promise<Response> {
  const url = new URL(request.url);
  try {
    if (isForeignPage(request, sandbox.baseUrl()))
      throw new ControlError(403, ['requests from other sites are refused']);
    const route = controlRoutes[`${request.method} ${url.pathname}`];
    if (!route) throw new ControlError(404, [`the control door has no ${request.method} ${url.pathname}`]);
    const body = await readBody(request);
    const answer = await route({ sandbox, body, query: url.searchParams });
    return answer instanceof Response ? answer : jsonResponse(200, answer);
  } catch (error) {
    if (error instanceof ControlError) return jsonResponse(error.status, { problems: error.problems });
    throw error;
  }
}
