import type { Throttle } from '../access/throttle.ts';
import type { Tokens } from '../access/tokens.ts';
import { notAuthorized } from '../basics/fault.ts';
import type { Company } from '../books/company.ts';
import { type Answer, faultAnswer, jsonAnswer, throttled, toResponse, unauthenticated } from './answer.ts';
import type { Api } from './api.ts';
import type { OAuth } from './oauth.ts';

const COMPANY_PATH = /^\/v3\/company\/([^/]+)\/(.+)$/;
/** The largest request body taken; far above thirty full documents. */
const MAX_BODY_BYTES = 5_000_000;

/** The doors of the company: who comes in, how often, and to which part. */
export class Server {
  readonly #company: Company;
  readonly #tokens: Tokens;
  readonly #throttle: Throttle;
  readonly #api: Api;
  readonly #oauth: OAuth;

  constructor(parts: { company: Company; tokens: Tokens; throttle: Throttle; api: Api; oauth: OAuth }) {
    this.#company = parts.company;
    this.#tokens = parts.tokens;
    this.#throttle = parts.throttle;
    this.#api = parts.api;
    this.#oauth = parts.oauth;
  }

  async fetch(request: Request): Promise<Response> {
    return toResponse(this.#company, await this.#answer(request));
  }

  async #answer(request: Request): Promise<Answer> {
    const url = new URL(request.url);
    const match = COMPANY_PATH.exec(url.pathname);
    if (match === null) return await this.#outside(request, url);
    const [, realmId = '', rest = ''] = match;
    if (!this.#isAuthenticated(request)) return unauthenticated(this.#company);
    if (realmId !== this.#company.settings.realmId) return faultAnswer(this.#company, notAuthorized(realmId));
    return await this.#inside(request, url, rest.split('/').map(decoded));
  }

  async #inside(request: Request, url: URL, segments: readonly string[]): Promise<Answer> {
    const isBatch = segments[0] === 'batch';
    const isRead = request.method === 'GET' || segments[0] === 'query';
    if (!this.#throttle.enter(this.#company.doors.now(), { isBatch, isRead })) return throttled(this.#company);
    try {
      await this.#company.settings.pause?.();
      const body = await request.text();
      if (body.length > MAX_BODY_BYTES) return jsonAnswer(413, '');
      const contentType = request.headers.get('content-type') ?? '';
      return this.#api.answer({ method: request.method, segments, parameters: url.searchParams, contentType, body });
    } finally {
      this.#throttle.leave();
    }
  }

  async #outside(request: Request, url: URL): Promise<Answer> {
    const body = await request.text();
    const { method, headers } = request;
    const answer = this.#oauth.answer({ method, path: url.pathname, parameters: url.searchParams, headers, body });
    return answer ?? jsonAnswer(404, '');
  }

  #isAuthenticated(request: Request): boolean {
    const [, token] = /^Bearer (\S+)$/.exec(request.headers.get('authorization') ?? '') ?? [];
    if (token === undefined) return false;
    if (token === this.#company.settings.accessToken) return !this.#tokens.isDead(token);
    return this.#tokens.isGood(this.#company.doors.now(), token);
  }
}

/** A path segment decoded; one that cannot be is left as it is and names nothing. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
