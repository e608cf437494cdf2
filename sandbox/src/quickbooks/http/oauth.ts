import { Buffer } from 'node:buffer';
import { isObject, type Json, parseJson } from '../../core/exact/json.ts';
import type { IssuedTokens, Tokens } from '../access/tokens.ts';
import type { Company } from '../books/company.ts';
import { type Answer, jsonAnswer } from './answer.ts';

/** A request to one of the OAuth hosts, read completely. */
interface OAuthRequest {
  readonly method: string;
  readonly path: string;
  readonly parameters: URLSearchParams;
  readonly headers: Headers;
  readonly body: string;
}

const AUTHORIZE = '/connect/oauth2';
const TOKEN = '/oauth2/v1/tokens/bearer';
const REVOKE = '/v2/oauth2/tokens/revoke';

/** The consent page, the token door and the revocation door. */
export class OAuth {
  readonly #company: Company;
  readonly #tokens: Tokens;

  constructor(company: Company, tokens: Tokens) {
    this.#company = company;
    this.#tokens = tokens;
  }

  /** Undefined when the path belongs to none of the OAuth hosts. */
  answer(request: OAuthRequest): Answer | undefined {
    if (request.path === AUTHORIZE && request.method === 'GET') return this.#consentPage(request.parameters);
    if (request.method !== 'POST') return undefined;
    if (request.path === AUTHORIZE) return this.#decide(request.parameters, new URLSearchParams(request.body));
    if (request.path === TOKEN) return this.#guarded(request, () => this.#token(request));
    if (request.path === REVOKE) return this.#guarded(request, () => this.#revoke(request));
    return undefined;
  }

  #consentPage(parameters: URLSearchParams): Answer {
    return this.#refusal(parameters) ?? page(200, consent(this.#company.settings.companyName, parameters));
  }

  /** The person has pressed a button of the form. */
  #decide(parameters: URLSearchParams, form: URLSearchParams): Answer {
    const refusal = this.#refusal(parameters);
    if (refusal !== undefined) return refusal;
    const redirect = parameters.get('redirect_uri') ?? '';
    const target = new URL(redirect);
    target.searchParams.set('state', parameters.get('state') ?? '');
    if (form.get('decision') === 'connect') {
      const code = this.#company.store.atomically(() => this.#tokens.issueCode(this.#now(), redirect));
      target.searchParams.set('code', code);
      target.searchParams.set('realmId', this.#company.settings.realmId);
    } else {
      target.searchParams.set('error', 'access_denied');
    }
    return { status: 302, body: '', contentType: 'text/html', headers: { Location: target.href } };
  }

  #refusal(parameters: URLSearchParams): Answer | undefined {
    const { clientId, redirectUris } = this.#company.settings;
    const redirect = parameters.get('redirect_uri') ?? '';
    const problem = authorizeProblem(parameters, { clientId, redirectUris, redirect });
    return problem === undefined ? undefined : page(400, `<h1>Sorry</h1><p>${escapeHtml(problem)}</p>`);
  }

  #token(request: OAuthRequest): Answer {
    const form = new URLSearchParams(request.body);
    const grantType = form.get('grant_type');
    if (grantType !== 'refresh_token' && grantType !== 'authorization_code')
      return oauthError(400, 'unsupported_grant_type');
    const issued = this.#company.store.atomically(() =>
      grantType === 'refresh_token'
        ? this.#tokens.refresh(this.#now(), form.get('refresh_token') ?? '')
        : this.#tokens.exchange(this.#now(), form.get('code') ?? '', form.get('redirect_uri') ?? ''),
    );
    if (issued === undefined) return oauthError(400, 'invalid_grant', 'Incorrect or invalid refresh token');
    const wantsHard = request.headers.get('x-include-refresh-token-hard-expires-in') === 'true';
    return jsonAnswer(200, JSON.stringify(tokenBody(issued, wantsHard)));
  }

  #revoke(request: OAuthRequest): Answer {
    const token = revokedToken(request);
    const known = this.#company.store.atomically(() => this.#tokens.revoke(this.#now(), token));
    return known ? jsonAnswer(200, '') : oauthError(400, 'invalid_request');
  }

  #guarded(request: OAuthRequest, work: () => Answer): Answer {
    const { clientId, clientSecret } = this.#company.settings;
    const wanted = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
    return request.headers.get('authorization') === wanted ? work() : oauthError(401, 'invalid_client');
  }

  #now(): number {
    return this.#company.doors.now();
  }
}

function authorizeProblem(
  parameters: URLSearchParams,
  app: { clientId: string; redirectUris: readonly string[] | undefined; redirect: string },
): string | undefined {
  if (parameters.get('client_id') !== app.clientId) return 'The app is not known.';
  if (parameters.get('response_type') !== 'code') return 'response_type must be code.';
  if ((parameters.get('scope') ?? '') === '') return 'A scope is needed.';
  if ((parameters.get('state') ?? '') === '') return 'A state is needed.';
  if (!URL.canParse(app.redirect) || /[?#]/.test(app.redirect)) return 'The redirect address is not valid.';
  if (app.redirectUris?.includes(app.redirect) === false) return 'The redirect address is not registered.';
  return undefined;
}

function consent(companyName: string, parameters: URLSearchParams): string {
  const button = (decision: string, label: string) =>
    `<button id="${decision}" name="decision" value="${decision}">${label}</button>`;
  return (
    `<h1>QuickBooks sandbox</h1><p>Connect <strong>${escapeHtml(companyName)}</strong> to the app?</p>` +
    `<form method="post" action="${escapeHtml(`?${parameters}`)}">${button('connect', 'Connect')} ${button('cancel', 'Cancel')}</form>`
  );
}

function page(status: number, content: string): Answer {
  const head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>QuickBooks sandbox</title>';
  const body = `${head}${content}</html>`;
  const headers = { 'X-Frame-Options': 'DENY' };
  return { status, body, contentType: 'text/html; charset=utf-8', headers };
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function tokenBody(issued: IssuedTokens, wantsHard: boolean): Record<string, unknown> {
  return {
    access_token: issued.accessToken,
    refresh_token: issued.refreshToken,
    token_type: 'bearer',
    expires_in: issued.expiresInSeconds,
    x_refresh_token_expires_in: issued.refreshExpiresInSeconds,
    ...(wantsHard ? { x_refresh_token_hard_expires_in: issued.refreshHardExpiresInSeconds } : {}),
  };
}

function oauthError(status: number, error: string, description?: string): Answer {
  const body = { error, ...(description === undefined ? {} : { error_description: description }) };
  return jsonAnswer(status, JSON.stringify(body));
}

/** The token of a revocation, sent as JSON by the official client and as a form by others. */
function revokedToken(request: OAuthRequest): string {
  if (!(request.headers.get('content-type') ?? '').startsWith('application/json')) {
    return new URLSearchParams(request.body).get('token') ?? '';
  }
  try {
    const body: Json = parseJson(request.body);
    return isObject(body) && typeof body.token === 'string' ? body.token : '';
  } catch {
    return '';
  }
}
