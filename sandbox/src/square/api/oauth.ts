import type { SquareContext } from '../context.ts';
import type { Fields } from '../objects/kept.ts';
import { iso } from '../render.ts';
import { visitorOf } from './access.ts';
import { oauthRefused } from './errors.ts';
import { issueCode, issueTokens, newGrant, revokeAll, takeCode, takeRefreshToken } from './grants.ts';
import { Input } from './input.ts';

interface OAuthCall {
  readonly context: SquareContext;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
}

/** Exchanges a code or a refresh token: with the app's secret, or without it for a code made with a challenge. */
function obtainToken({ context, body }: OAuthCall): Fields {
  const input = new Input(body);
  const { applicationId, applicationSecret } = context.settings;
  if (input.text('client_id') !== applicationId) throw oauthRefused(401, 'Not Authorized');
  const secret = input.text('client_secret');
  if (secret !== undefined && secret !== applicationSecret) throw oauthRefused(401, 'Not Authorized');
  const options = { isShort: input.flag('short_lived'), scopes: input.texts('scopes') };
  const grantType = input.text('grant_type');
  if (grantType === 'authorization_code') return exchange(context, input, options);
  if (grantType === 'refresh_token') return refresh(context, input, options);
  throw oauthRefused(400, `Unsupported grant type: ${grantType ?? ''}`);
}

type TokenOptions = Parameters<typeof issueTokens>[2];

function exchange(context: SquareContext, input: Input, options: TokenOptions): Fields {
  const verifier = input.text('code_verifier');
  const hasSecret = input.has('client_secret');
  if (!hasSecret && verifier === undefined) throw oauthRefused(400, 'Missing client_secret or code_verifier');
  const code = takeCode(context, { code: input.text('code') ?? '', redirectUri: input.text('redirect_uri'), verifier });
  if (!code) throw oauthRefused(401, 'Authorization code not found for app [id: sandbox]');
  return issueTokens(context, newGrant(context, code.scopes, code.challenge !== null), options);
}

function refresh(context: SquareContext, input: Input, options: TokenOptions): Fields {
  const token = input.text('refresh_token') ?? '';
  const { oauth } = context.state;
  const grantId = oauth.refresh.find((held) => held.token === token)?.grant;
  const isPkce = oauth.grants.find(({ id }) => id === grantId)?.isPkce === true;
  if (!isPkce && !input.has('client_secret')) throw oauthRefused(401, 'Not Authorized');
  const grant = takeRefreshToken(context, token);
  if (!grant) throw oauthRefused(401, 'Invalid refresh token');
  if (options.scopes?.some((scope) => !grant.scopes.includes(scope)) === true)
    throw oauthRefused(400, 'The scopes are more than the seller agreed to');
  return issueTokens(context, grant, options);
}

/** With the secret as `Authorization: Client …`; ends one token, or all of the seller. */
function revokeToken({ context, body, headers }: OAuthCall): Fields {
  const input = new Input(body);
  const { applicationId, applicationSecret, merchantId } = context.settings;
  if (headers.get('authorization') !== `Client ${applicationSecret}` || input.text('client_id') !== applicationId)
    throw oauthRefused(401, 'Not Authorized');
  const token = input.text('access_token');
  const merchant = input.text('merchant_id');
  if ((token === undefined) === (merchant === undefined))
    throw oauthRefused(400, 'Name either access_token or merchant_id');
  const held = context.state.oauth.access.find((candidate) => candidate.token === token);
  if (merchant !== undefined ? merchant !== merchantId : held === undefined)
    throw oauthRefused(400, 'There is nothing to revoke');
  if (held && input.flag('revoke_only_access_token')) held.revoked = true;
  else revokeAll(context, 'APPLICATION');
  return { success: true };
}

function tokenStatus({ context, headers }: OAuthCall): Fields {
  const { token, scopes } = visitorOf(context, headers);
  const held = context.state.oauth.access.find((candidate) => candidate.token === token);
  const { applicationId, merchantId } = context.settings;
  return {
    scopes: scopes ?? [...KNOWN_SCOPES],
    ...(held === undefined ? {} : { expires_at: iso(held.expiresAt) }),
    client_id: applicationId,
    merchant_id: merchantId,
  };
}

/** The permissions that this provider's routes ask for. */
export const KNOWN_SCOPES = [
  'BANK_ACCOUNTS_READ',
  'CUSTOMERS_READ',
  'CUSTOMERS_WRITE',
  'DISPUTES_READ',
  'DISPUTES_WRITE',
  'GIFTCARDS_READ',
  'GIFTCARDS_WRITE',
  'INVENTORY_READ',
  'INVENTORY_WRITE',
  'INVOICES_READ',
  'INVOICES_WRITE',
  'ITEMS_READ',
  'ITEMS_WRITE',
  'LOYALTY_READ',
  'LOYALTY_WRITE',
  'MERCHANT_PROFILE_READ',
  'ORDERS_READ',
  'ORDERS_WRITE',
  'PAYMENTS_READ',
  'PAYMENTS_WRITE',
  'PAYOUTS_READ',
] as const;

/** The JSON endpoints of OAuth by method and path. */
export const oauthRoutes: Readonly<Record<string, (call: OAuthCall) => Fields>> = {
  'POST /oauth2/token': obtainToken,
  'POST /oauth2/revoke': revokeToken,
  'POST /oauth2/token/status': tokenStatus,
};

const AUTHORIZE = '/oauth2/authorize';

/** The consent page and what pressing its buttons does; null when the path is another. */
export function answerConsent(
  context: SquareContext,
  request: { readonly method: string; readonly path: string; readonly query: URLSearchParams; readonly form: string },
): Response | null {
  if (request.path !== AUTHORIZE) return null;
  const problem = authorizeProblem(context, request.query);
  if (problem !== null) return page(400, `<h1>Sorry</h1><p>${escapeHtml(problem)}</p>`);
  if (request.method === 'GET') return page(200, consentForm(context, request.query));
  return decide(context, request.query, new URLSearchParams(request.form));
}

function scopesOf(query: URLSearchParams): string[] {
  return (query.get('scope') ?? '').split(/[ +]+/).filter((scope) => scope !== '');
}

function authorizeProblem(context: SquareContext, query: URLSearchParams): string | null {
  const { applicationId, redirectUris, environment } = context.settings;
  const redirect = query.get('redirect_uri') ?? '';
  if (query.get('client_id') !== applicationId) return 'The application is not known.';
  if (!URL.canParse(redirect)) return 'The redirect address is not valid.';
  if (redirectUris !== null && !redirectUris.includes(redirect)) return 'The redirect address is not registered.';
  const unknown = scopesOf(query).find((scope) => !(KNOWN_SCOPES as readonly string[]).includes(scope));
  if (unknown !== undefined) return `There is no permission ${unknown}.`;
  if (environment === 'Production' && query.get('session') !== 'false') return 'The session must be false.';
  return null;
}

function decide(context: SquareContext, query: URLSearchParams, form: URLSearchParams): Response {
  const redirect = query.get('redirect_uri') ?? '';
  const target = new URL(redirect);
  if (form.get('decision') === 'allow') {
    const scopes = scopesOf(query);
    const code = issueCode(context, {
      redirectUri: redirect,
      scopes: scopes.length > 0 ? scopes : ['MERCHANT_PROFILE_READ'],
      challenge: query.get('code_challenge'),
    });
    target.searchParams.set('code', code);
    target.searchParams.set('response_type', 'code');
  } else {
    target.searchParams.set('error', 'access_denied');
    target.searchParams.set('error_description', 'user_denied');
  }
  if (query.has('state')) target.searchParams.set('state', query.get('state') ?? '');
  return new Response(null, { status: 302, headers: { location: target.href } });
}

function consentForm(context: SquareContext, query: URLSearchParams): string {
  const button = (decision: string, label: string) =>
    `<button id="${decision}" name="decision" value="${decision}">${label}</button>`;
  const wanted = scopesOf(query).map((scope) => `<li>${escapeHtml(scope)}</li>`);
  return (
    `<h1>Square sandbox</h1><p>Let the app into <strong>${escapeHtml(context.settings.businessName)}</strong>?</p>` +
    `<ul>${wanted.join('')}</ul><form method="post" action="${escapeHtml(`?${query}`)}">` +
    `${button('allow', 'Allow')} ${button('deny', 'Deny')}</form>`
  );
}

function page(status: number, content: string): Response {
  const head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Square sandbox</title>';
  return new Response(`${head}${content}</html>`, {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'x-frame-options': 'DENY' },
  });
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
