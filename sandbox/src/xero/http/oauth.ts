import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { Connections } from '../access/connections.ts';
import { isScope } from '../access/scopes.ts';
import type { Consent, IssuedTokens, Tokens } from '../access/tokens.ts';
import type { World } from '../books/organisation.ts';
import { type Answer, emptyAnswer, jsonAnswer } from './answer.ts';
import { consentForm, page, problemPage } from './pages.ts';

/** A request to one of the login hosts, read completely. */
interface OAuthRequest {
  readonly method: string;
  readonly path: string;
  readonly parameters: URLSearchParams;
  readonly headers: Headers;
  readonly body: string;
}

const AUTHORIZE = '/identity/connect/authorize';
const TOKEN = '/connect/token';
const REVOKE = '/connect/revocation';

/** The consent page, the token door and the revocation door of a web app with a secret. */
export class OAuth {
  readonly #world: World;
  readonly #tokens: Tokens;
  readonly #connections: Connections;

  constructor(world: World, tokens: Tokens, connections: Connections) {
    this.#world = world;
    this.#tokens = tokens;
    this.#connections = connections;
  }

  /** Undefined when the path belongs to none of the login hosts. */
  answer(request: OAuthRequest): Answer | undefined {
    if (request.path === AUTHORIZE && request.method === 'GET') return this.#consentPage(request.parameters);
    if (request.method !== 'POST') return undefined;
    const form = new URLSearchParams(request.body);
    if (request.path === AUTHORIZE) return this.#decide(request.parameters, form);
    if (request.path === TOKEN) return this.#guarded(request, () => this.#token(form));
    if (request.path === REVOKE) return this.#guarded(request, () => this.#revoke(form.get('token') ?? ''));
    return undefined;
  }

  #consentPage(parameters: URLSearchParams): Answer {
    const problem = this.#problem(parameters);
    if (problem !== undefined) return problemPage(problem);
    return page(200, consentForm(this.#world.settings.organisations, parameters));
  }

  /** The person has pressed a button of the form. */
  #decide(parameters: URLSearchParams, form: URLSearchParams): Answer {
    const problem = this.#problem(parameters);
    if (problem !== undefined) return problemPage(problem);
    const redirectUri = parameters.get('redirect_uri') ?? '';
    const target = new URL(redirectUri);
    const isYes = form.get('decision') === 'connect';
    if (isYes) target.searchParams.set('code', this.#issueCode(parameters, form, redirectUri));
    else target.searchParams.set('error', 'access_denied');
    const state = parameters.get('state');
    if (state !== null) target.searchParams.set('state', state);
    return { status: 302, body: '', contentType: 'text/html', headers: { Location: target.href } };
  }

  #issueCode(parameters: URLSearchParams, form: URLSearchParams, redirectUri: string): string {
    const known = this.#world.settings.organisations.map(({ tenantId }) => tenantId);
    const chosen = known.filter((tenantId) => form.getAll('tenant').includes(tenantId));
    const codeChallenge = parameters.get('code_challenge');
    const consent: Consent = {
      redirectUri,
      scopes: scopesOf(parameters),
      tenantIds: chosen.length === 0 ? known : chosen,
      ...(codeChallenge === null ? {} : { codeChallenge }),
    };
    return this.#world.store.atomically(() => this.#tokens.issueCode(this.#world.doors.now(), consent));
  }

  #problem(parameters: URLSearchParams): string | undefined {
    const { clientId, redirectUris, broadScopes } = this.#world.settings;
    const redirect = parameters.get('redirect_uri') ?? '';
    const method = parameters.get('code_challenge_method');
    if (parameters.get('client_id') !== clientId) return 'unauthorized_client: the app is not known.';
    if (parameters.get('response_type') !== 'code') return 'unsupported_response_type: it must be code.';
    const scopes = scopesOf(parameters);
    if (scopes.length === 0 || !scopes.every((scope) => isScope(scope, broadScopes)))
      return 'invalid_scope: a scope is missing, unknown, or not available to the app.';
    if (!isRedirect(redirect) || redirectUris?.includes(redirect) === false)
      return 'invalid_request: the redirect address is not registered.';
    if (parameters.has('code_challenge') && method !== 'S256') return 'invalid_request: the challenge must be S256.';
    return undefined;
  }

  #token(form: URLSearchParams): Answer {
    const { store, doors } = this.#world;
    const now = doors.now();
    const grantType = form.get('grant_type');
    if (grantType !== 'refresh_token' && grantType !== 'authorization_code')
      return jsonAnswer(400, { error: 'unsupported_grant_type' });
    const issued = store.atomically(() =>
      grantType === 'refresh_token'
        ? this.#tokens.refresh(now, form.get('refresh_token') ?? '')
        : this.#redeem(now, form),
    );
    return issued === undefined ? jsonAnswer(400, { error: 'invalid_grant' }) : jsonAnswer(200, tokenBody(issued));
  }

  /** Exchanges a code: the chosen organisations are connected now. */
  #redeem(now: number, form: URLSearchParams): IssuedTokens | undefined {
    const consent = this.#tokens.redeem(now, form.get('code') ?? '', form.get('redirect_uri') ?? '');
    if (consent === undefined || !provesChallenge(consent, form.get('code_verifier') ?? '')) return undefined;
    const issued = this.#tokens.issue(now, consent.scopes);
    for (const tenantId of consent.tenantIds) this.#connections.connect(now, tenantId, issued.authEventId);
    return issued;
  }

  /** All connections of the user go with the token; a token that is not known is no mistake. */
  #revoke(token: string): Answer {
    const { store, doors } = this.#world;
    store.atomically(() => {
      if (!this.#tokens.isRefreshToken(doors.now(), token)) return;
      this.#tokens.revokeAll();
      this.#connections.clear();
    });
    return emptyAnswer(200);
  }

  #guarded(request: OAuthRequest, work: () => Answer): Answer {
    const { clientId, clientSecret } = this.#world.settings;
    const wanted = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
    return request.headers.get('authorization') === wanted ? work() : jsonAnswer(400, { error: 'invalid_client' });
  }
}

function scopesOf(parameters: URLSearchParams): string[] {
  return (parameters.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
}

/** Xero takes https and the name localhost; not an address of this machine. */
function isRedirect(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.hash !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && url.hostname === 'localhost');
}

function provesChallenge({ codeChallenge }: Consent, verifier: string): boolean {
  return codeChallenge === undefined || createHash('sha256').update(verifier).digest('base64url') === codeChallenge;
}

function tokenBody(issued: IssuedTokens): Record<string, unknown> {
  return {
    id_token: issued.idToken,
    access_token: issued.accessToken,
    expires_in: issued.expiresInSeconds,
    token_type: 'Bearer',
    ...(issued.refreshToken === undefined ? {} : { refresh_token: issued.refreshToken }),
    scope: issued.scopes.join(' '),
  };
}
