import type { Connection, Connections } from '../access/connections.ts';
import { checkKey, type IdempotencyKeys } from '../access/idempotency.ts';
import { ALL_SCOPES, mayCall } from '../access/scopes.ts';
import type { Throttle } from '../access/throttle.ts';
import type { Tokens } from '../access/tokens.ts';
import { accessRefusal, Refusal } from '../basics/refusal.ts';
import { randomUuid } from '../basics/uuid.ts';
import { writeXml } from '../basics/xml.ts';
import { Organisation, type World } from '../books/organisation.ts';
import { type Answer, emptyAnswer, JSON_TYPE, jsonAnswer, refusalAnswer, toResponse } from './answer.ts';
import { type ApiRequest, answerApi } from './api.ts';
import type { OAuth } from './oauth.ts';

const API_PATH = '/api.xro/2.0/';
const CONNECTIONS_PATH = /^\/connections(?:\/([^/]+))?$/i;

interface ServerParts {
  readonly world: World;
  readonly tokens: Tokens;
  readonly connections: Connections;
  readonly throttle: Throttle;
  readonly keys: IdempotencyKeys;
  readonly oauth: OAuth;
}

/** Whoever calls, by the token that came with the request. */
interface Caller {
  readonly token: string;
  readonly scopes: readonly string[];
}

/** The doors of Xero's hosts: who comes in, how often, and to which part. */
export class Server {
  readonly #parts: ServerParts;

  constructor(parts: ServerParts) {
    this.#parts = parts;
  }

  async fetch(request: Request): Promise<Response> {
    const url = new URL(request.url);
    try {
      const answer = url.pathname.startsWith(API_PATH)
        ? await this.#accounting(request, url)
        : await this.#outside(request, url);
      return toResponse(answer);
    } catch (error) {
      if (error instanceof Refusal) return toResponse(refusalAnswer(error));
      throw error;
    }
  }

  async #accounting(request: Request, url: URL): Promise<Answer> {
    const { throttle, world } = this.#parts;
    const caller = this.#caller(request);
    const organisation = this.#organisation(request);
    const { tenantId } = organisation;
    const now = world.doors.now();
    const problem = throttle.enter(now, tenantId);
    if (problem !== undefined) {
      const seconds = throttle.retryAfter(now, tenantId, problem);
      const headers = {
        ...throttle.headers(now, tenantId),
        'X-Rate-Limit-Problem': problem,
        ...(seconds === undefined ? {} : { 'Retry-After': String(seconds) }),
      };
      return { ...emptyAnswer(429), headers };
    }
    try {
      await world.settings.pause?.();
      const answer = await this.#inside(request, url, { caller, organisation });
      const headers = { ...answer.headers, ...throttle.headers(now, tenantId) };
      return inWantedForm(request, { ...answer, headers });
    } finally {
      throttle.leave(tenantId);
    }
  }

  /** The call itself; a write with a key that is remembered is answered as the first time. */
  async #inside(
    request: Request,
    url: URL,
    { caller, organisation }: { caller: Caller; organisation: Organisation },
  ): Promise<Answer> {
    const body = await request.text();
    const segments = url.pathname
      .slice(API_PATH.length)
      .split('/')
      .filter((segment) => segment !== '')
      .map(decoded);
    const isRead = request.method === 'GET';
    if (!mayCall(caller.scopes, segments[0] ?? '', isRead))
      return refusalAnswer(this.#refused(401, 'AuthorizationUnsuccessful'));
    const call: ApiRequest = {
      method: request.method,
      segments,
      parameters: url.searchParams,
      modifiedSince: request.headers.get('if-modified-since'),
      body,
    };
    const key = isRead ? null : request.headers.get('idempotency-key');
    return key === null
      ? this.#answer(organisation, call)
      : this.#keyed(organisation, call, {
          key,
          caller,
          asked: `${request.method} ${url.pathname}${url.search}\n${body}`,
        });
  }

  #keyed(
    organisation: Organisation,
    call: ApiRequest,
    { key, caller, asked }: { key: string; caller: Caller; asked: string },
  ): Answer {
    const { world, keys } = this.#parts;
    const owner = world.settings.idempotencyPerToken ? caller.token : 'app';
    const name = `${organisation.tenantId}/${owner}/${key}`;
    const now = world.doors.now();
    return world.store.atomically(() => {
      try {
        checkKey(key);
        const known = keys.known(name, asked, now);
        if (known !== undefined) return jsonAnswer(known.status, known.body);
      } catch (error) {
        if (error instanceof Refusal) return refusalAnswer(error);
        throw error;
      }
      const answer = this.#answer(organisation, call);
      keys.keep(name, { asked, status: answer.status, body: answer.body, at: now });
      return answer;
    });
  }

  #answer(organisation: Organisation, call: ApiRequest): Answer {
    try {
      return answerApi(organisation, call);
    } catch (error) {
      if (error instanceof Refusal) return refusalAnswer(error);
      throw error;
    }
  }

  #caller(request: Request): Caller {
    const { tokens, world } = this.#parts;
    const [, token = ''] = /^Bearer (\S+)$/.exec(request.headers.get('authorization') ?? '') ?? [];
    const now = world.doors.now();
    const isFixed = token === world.settings.accessToken;
    const bearer = isFixed ? (tokens.isDead(token) ? 'expired' : { scopes: ALL_SCOPES }) : tokens.bearer(now, token);
    if (bearer === 'unknown') throw this.#refused(401, 'TokenInvalidSignature');
    if (bearer === 'expired') throw this.#refused(401, `TokenExpired: token expired at ${new Date(now).toISOString()}`);
    return { token, scopes: bearer.scopes };
  }

  #organisation(request: Request): Organisation {
    const { world, connections } = this.#parts;
    const tenantId = request.headers.get('xero-tenant-id') ?? '';
    const facts = world.settings.organisations.find((each) => each.tenantId === tenantId);
    if (facts === undefined || connections.of(tenantId) === undefined)
      throw this.#refused(403, 'AuthenticationUnsuccessful');
    return new Organisation(world, facts, world.settings.adviser);
  }

  async #outside(request: Request, url: URL): Promise<Answer> {
    const match = CONNECTIONS_PATH.exec(url.pathname);
    if (match !== null) return this.#connections(request, url, match[1]);
    const body = await request.text();
    const { method, headers } = request;
    const known = this.#parts.oauth.answer({ method, path: url.pathname, parameters: url.searchParams, headers, body });
    return known ?? emptyAnswer(404);
  }

  #connections(request: Request, url: URL, id: string | undefined): Answer {
    const { connections, world } = this.#parts;
    this.#caller(request);
    if (request.method === 'DELETE' && id !== undefined)
      return emptyAnswer(world.store.atomically(() => connections.remove(id)) ? 204 : 404);
    if (request.method !== 'GET' || id !== undefined) return emptyAnswer(404);
    const event = url.searchParams.get('authEventId');
    const wanted = connections.all().filter(({ authEventId }) => event === null || authEventId === event);
    return jsonAnswer(
      200,
      wanted.map((connection) => this.#connectionView(connection)),
    );
  }

  #connectionView({ id, tenantId, authEventId, createdAt, updatedAt }: Connection): Record<string, unknown> {
    const tenantName = this.#parts.world.settings.organisations.find((each) => each.tenantId === tenantId)?.name;
    // UTC without saying so, to the ten-millionth of a second.
    const instant = (at: number) => `${new Date(at).toISOString().slice(0, -1)}0000`;
    const times = { createdDateUtc: instant(createdAt), updatedDateUtc: instant(updatedAt) };
    return { id, authEventId, tenantId, tenantType: 'ORGANISATION', tenantName, ...times };
  }

  #refused(status: 401 | 403, detail: string): Refusal {
    return accessRefusal(
      status,
      detail,
      randomUuid(() => this.#parts.world.doors.random()),
    );
  }
}

/** JSON is for who asks for it; everybody else gets XML. */
function inWantedForm(request: Request, answer: Answer): Answer {
  const wantsJson = request.headers.get('accept')?.includes('json') === true;
  if (wantsJson || answer.contentType !== JSON_TYPE || answer.body === '') return answer;
  const root = answer.status < 400 ? 'Response' : 'ApiException';
  return { ...answer, body: writeXml(root, JSON.parse(answer.body)), contentType: 'text/xml; charset=utf-8' };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
