import type { ErrorCode } from '../../kernel/error-codes.ts';
import { CounterfoilError, type ErrorDetails } from '../../kernel/errors.ts';
import type { Json } from '../../kernel/json.ts';
import { jsonOrNull, type ProviderRequest, type ProviderResponse, retryAfterSeconds, textOf } from '../sdk/index.ts';

/** Statuses of the server itself (btcpayserver 2.4.1, GreenfieldExtensions and GreenfieldAuthenticationHandler). */
const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  301: 'connection.unusable',
  302: 'connection.unusable',
  307: 'connection.unusable',
  308: 'connection.unusable',
  400: 'provider.invalid_request',
  401: 'provider.unauthorized',
  403: 'provider.forbidden',
  404: 'provider.not_found',
  408: 'provider.unavailable',
  409: 'provider.conflict',
  410: 'provider.unsupported',
  422: 'provider.invalid_request',
  429: 'provider.throttled',
  500: 'provider.unavailable',
  502: 'provider.unavailable',
  503: 'provider.unavailable',
  504: 'provider.unavailable',
};
/** A web page with one of these comes from a proxy or from a server that is starting: it says nothing of the object. */
const PROXY_STATUSES = new Set([403, 404]);

const DETAIL_MAX_LENGTH = 300;

/** Table-driven, by status and structured body; message text is shown, never looked at. */
export function classifyBtcpay(_request: ProviderRequest, response: ProviderResponse): CounterfoilError | null {
  const { status, headers, text } = response;
  if (status >= 200 && status < 300) return null;
  const body = jsonOrNull(text);
  const code = textOf(body, 'code');
  const retryAfter_ms = retryAfterSeconds(headers['retry-after']);
  const requestId = headers['x-request-id'];
  return new CounterfoilError(isPage(text) && PROXY_STATUSES.has(status) ? 'provider.unavailable' : codeOf(status), {
    ...explanation(status, body),
    ...(retryAfter_ms === undefined ? {} : { retryAfter_ms }),
    provider: { status, ...(code ? { code } : {}), ...(requestId ? { requestId } : {}) },
  });
}

function codeOf(status: number): ErrorCode {
  return BY_STATUS[status] ?? 'provider.unclassified';
}

/** What a person needs: the missing permission, every refused field, or the server's own words. */
function explanation(status: number, body: Json): Pick<ErrorDetails, 'detail' | 'field'> {
  const permission = textOf(body, 'missingPermission');
  if (permission !== null) return { detail: `The key lacks the permission ${permission}.` };
  if (Array.isArray(body)) return refusedFields(body);
  const message = textOf(body, 'message');
  if (message !== null) return { detail: message.slice(0, DETAIL_MAX_LENGTH) };
  return status >= 300 && status < 400 ? { detail: 'The server answers at another address.' } : {};
}

function refusedFields(problems: readonly Json[]): Pick<ErrorDetails, 'detail' | 'field'> {
  const lines = problems.map((one) => [textOf(one, 'path'), textOf(one, 'message')].filter(Boolean).join(': '));
  const field = textOf(problems[0], 'path');
  const detail = lines.filter(Boolean).join('; ').slice(0, DETAIL_MAX_LENGTH);
  return { ...(detail ? { detail } : {}), ...(field ? { field } : {}) };
}

function isPage(text: string): boolean {
  return text.trimStart().startsWith('<');
}
