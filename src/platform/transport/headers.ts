import { CounterfoilError } from '../../kernel/errors.ts';
import type { Call } from './call.ts';

/** Set by the transport or by the connection itself; a connector that sets them could smuggle a second request. */
const OWN_HEADERS = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const HEADER_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e]*$/;

/** All headers of a call in lower case, the credential among them. */
export function requestHeaders(call: Call): Record<string, string> {
  const { auth, request } = call;
  const headers: Record<string, string> = { accept: 'application/json', 'user-agent': 'counterfoil' };
  for (const [name, value] of [...Object.entries(call.headers), ...Object.entries(request.headers ?? {})]) {
    headers[checkedName(name, request.operation)] = checkedValue(name, value, request.operation);
  }
  if (request.body) headers['content-type'] = checkedValue('content-type', request.body.contentType, request.operation);
  if (auth) headers[checkedName(auth.header, request.operation)] = credential(auth.value.reveal());
  headers['accept-encoding'] = 'gzip';
  return headers;
}

function checkedName(name: string, operation: string): string {
  const lower = name.toLowerCase();
  if (HEADER_NAME.test(lower) && !OWN_HEADERS.has(lower)) return lower;
  throw new CounterfoilError('provider.invalid_request', {
    detail: `${operation} sets a header that is not its own to set.`,
    field: `headers.${lower}`,
  });
}

function checkedValue(name: string, value: string, operation: string): string {
  if (HEADER_VALUE.test(value)) return value;
  throw new CounterfoilError('provider.invalid_request', {
    detail: `A header of ${operation} contains characters that cannot be sent.`,
    field: `headers.${name.toLowerCase()}`,
  });
}

/** A credential that was pasted with a line break or a typographic character would fail with an obscure error. */
function credential(value: string): string {
  if (HEADER_VALUE.test(value)) return value;
  throw new CounterfoilError('provider.unauthorized', {
    detail: 'The credential contains characters that cannot be sent.',
  });
}
