import {
  type AuthorizationServer,
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  type Client,
  type ClientAuth,
  customFetch,
  nopkce,
  processAuthorizationCodeResponse,
  processRefreshTokenResponse,
  refreshTokenGrantRequest,
  type TokenEndpointRequestOptions,
  validateAuthResponse,
} from 'oauth4webapi';
import { jsonOrNull, type ProviderResponse, retryAfterSeconds } from '../../../connectors/sdk/index.ts';
import { base64 } from '../../../kernel/digest.ts';
import { CounterfoilError, isCounterfoilError } from '../../../kernel/errors.ts';
import { Secret } from '../../../kernel/secret.ts';
import { baseUrlOf } from '../base-url.ts';
import type { Connection } from '../connection.ts';
import type { WorkDoors } from '../doors.ts';
import { oauthAddresses } from './addresses.ts';
import type { TokenSet } from './grant.ts';
import { type OAuthProvider, oauthProvider } from './provider.ts';
import type { AppKeys } from './settings.ts';
import { tokenSetOf } from './token-answer.ts';

/** Shorter than the lease of a refresh, so that who holds it knows the answer or knows that there is none. */
export const TOKEN_CALL_TIMEOUT_MS = 20_000;

/** One of a connection's calls to the authorisation server. */
export interface TokenCall {
  readonly doors: WorkDoors;
  readonly connection: Connection;
  readonly keys: AppKeys;
}

export interface CodeExchange {
  /** The callback's parameters, checked. */
  readonly parameters: URLSearchParams;
  readonly state: string;
  readonly redirectUri: string;
  readonly verifier: Secret | null;
}

export interface Exchanged {
  readonly tokens: TokenSet;
  /** The account that the answer names, where the provider tells it there. */
  readonly accountId: string | null;
}

/** Exchanges the code of a callback. Throws with the dialect's meaning of a refusal. */
export async function exchangeCode(call: TokenCall, exchange: CodeExchange): Promise<Exchanged> {
  const { server, client, options, provider, auth } = clientOf(call);
  const now = call.doors.clock.now();
  // The library takes parameters only from its own check, which is the last of several.
  const checked = validateAuthResponse(server, client, exchange.parameters, exchange.state);
  const verifier = exchange.verifier === null ? nopkce : exchange.verifier.reveal();
  const answer = await authorizationCodeGrantRequest(
    server,
    client,
    auth,
    checked,
    exchange.redirectUri,
    verifier,
    options,
  );
  const read = await readable(() => processAuthorizationCodeResponse(server, client, answer));
  const { account } = provider.dialect;
  const named = account.from === 'token' ? read[account.field] : null;
  return {
    tokens: tokenSetOf(read, provider.dialect, now),
    accountId: typeof named === 'string' ? named : null,
  };
}

/** Asks for new tokens. Throws with the dialect's meaning of a refusal; a lost answer has an unknown outcome. */
export async function refreshTokens(call: TokenCall, refresh: Secret): Promise<TokenSet> {
  const { server, client, options, provider, auth } = clientOf(call);
  const now = call.doors.clock.now();
  const answer = await refreshTokenGrantRequest(server, client, auth, refresh.reveal(), options);
  const read = await readable(() => processRefreshTokenResponse(server, client, answer));
  return tokenSetOf(read, provider.dialect, now);
}

/** Ends the authorisation at the provider. A token that is unknown there is as good as revoked. */
export async function revokeToken(call: TokenCall, token: Secret): Promise<void> {
  const { connection, doors, keys } = call;
  const provider = oauthProvider(doors.registry, connection.provider);
  const { body } = provider.dialect.revoke;
  const parameters = { token: token.reveal() };
  const text = body === 'json' ? JSON.stringify(parameters) : new URLSearchParams(parameters).toString();
  const contentType = body === 'json' ? 'application/json' : 'application/x-www-form-urlencoded';
  const { revoke } = addressesOf(call, provider);
  const answer = await send(call, provider, {
    url: revoke,
    operation: 'POST /oauth/revoke',
    headers: { accept: 'application/json', 'content-type': contentType, authorization: basic(keys) },
    text,
  });
  if (answer.status < 300 || answer.status === 400) return;
  throw refusalOf(provider, answer);
}

function clientOf(call: TokenCall) {
  const provider = oauthProvider(call.doors.registry, call.connection.provider);
  const { dialect } = provider;
  const { token } = addressesOf(call, provider);
  const server: AuthorizationServer = { issuer: dialect.issuer, token_endpoint: token };
  const client: Client = { client_id: call.keys.clientId };
  // The library's own Basic encodes the hyphens of client ids, as RFC 6749 has it; servers that do not decode refuse it.
  const auth: ClientAuth = (_server, _client, _body, headers) => headers.set('authorization', basic(call.keys));
  const options: TokenEndpointRequestOptions = {
    headers: dialect.tokenHeaders,
    // Only a sandbox on this machine is reached without TLS: the transport refuses it elsewhere.
    [allowInsecureRequests]: token.startsWith('http:'),
    [customFetch]: async (url, { headers, body }) => {
      const text = body.toString();
      const answer = await send(call, provider, { url, operation: operationOf(body), headers, text });
      if (answer.status !== 200) throw refusalOf(provider, answer);
      return new Response(answer.text, { status: answer.status, headers: answer.headers });
    },
  };
  return { server, client, options, provider, auth };
}

function operationOf(body: URLSearchParams): string {
  return `POST /oauth/token ${body.get('grant_type') ?? ''}`.trim();
}

interface TokenRequest {
  readonly url: string;
  readonly operation: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

async function send({ doors, connection }: TokenCall, { connector }: OAuthProvider, request: TokenRequest) {
  const { origin, host, pathname } = new URL(request.url);
  const { authorization, 'content-type': contentType, ...headers } = lowerCased(request.headers);
  return doors.transport.send({
    tenantId: connection.tenantId,
    connectionId: connection.id,
    provider: connection.provider,
    baseUrl: origin,
    privateHostAllowed: baseUrlOf(connector, connection, doors.settings).privateAllowed,
    allowedHosts: [host],
    auth: { header: 'authorization', value: new Secret(authorization ?? '') },
    headers: {},
    request: {
      method: 'POST',
      path: pathname,
      operation: request.operation,
      headers,
      body: { contentType: contentType ?? 'application/x-www-form-urlencoded', text: request.text },
    },
    limits: [],
    timeout_ms: TOKEN_CALL_TIMEOUT_MS,
    requestIdHeader: connector.requestIdHeader,
    lane: 'live',
  });
}

function addressesOf({ doors, connection }: TokenCall, provider: OAuthProvider) {
  return oauthAddresses(provider, baseUrlOf(provider.connector, connection, doors.settings));
}

/** Status and the code of RFC 6749, never the words beside it. */
function refusalOf({ connector, dialect }: OAuthProvider, answer: ProviderResponse): CounterfoilError {
  const body = jsonOrNull(answer.text);
  const given = typeof body === 'object' && body !== null && 'error' in body ? body.error : null;
  const error = typeof given === 'string' ? given.slice(0, 60) : null;
  const wait_ms = retryAfterSeconds(answer.headers['retry-after']);
  const requestId = answer.headers[connector.requestIdHeader.toLowerCase()];
  return new CounterfoilError(dialect.refusal(answer.status, error), {
    detail: `${connector.displayName} answered ${answer.status}${error === null ? '' : ` ${JSON.stringify(error)}`} to the request for tokens.`,
    ...(wait_ms === undefined ? {} : { retryAfter_ms: wait_ms }),
    provider: {
      status: answer.status,
      ...(error === null ? {} : { code: error }),
      ...(requestId === undefined ? {} : { requestId }),
    },
  });
}

/** An answer that is no token answer leaves open whether tokens were made. */
async function readable<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (isCounterfoilError(cause)) throw cause;
    throw new CounterfoilError('provider.unreadable', {
      detail: 'The token endpoint answered 200 with something that is no token answer.',
      cause,
    });
  }
}

function basic({ clientId, clientSecret }: AppKeys): string {
  return `Basic ${base64(new TextEncoder().encode(`${clientId}:${clientSecret.reveal()}`))}`;
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
