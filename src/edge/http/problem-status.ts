import type { ErrorCode, ErrorKind } from '../../kernel/error-codes.ts';
import type { CounterfoilError } from '../../kernel/errors.ts';

const BY_KIND: Readonly<Record<ErrorKind, number>> = {
  retryable: 503,
  throttled: 429,
  auth: 403,
  validation: 422,
  conflict: 409,
  permanent: 501,
};

/** Codes that say more than their kind. */
const BY_CODE: Readonly<Partial<Record<ErrorCode, number>>> = {
  'request.invalid': 400,
  'request.unauthorized': 401,
  'request.not_found': 404,
  'access.sign_in_refused': 401,
  'access.second_factor_needed': 401,
  'access.passkey_refused': 401,
  'access.oidc_not_configured': 404,
  'access.oidc_refused': 401,
  'connection.not_found': 404,
  'webhook.unknown_endpoint': 404,
  'webhook.too_large': 413,
  'webhook.bad_signature': 401,
  'webhook.stale': 400,
  'internal.unexpected': 500,
};

/** Trouble of the installation itself is never the caller's, whatever its kind: the same request works once it is gone. */
const OWN_TROUBLE = /^(store|vault|postgres|data_directory|engine|config)\./;

export function statusOf({ code, kind }: Pick<CounterfoilError, 'code' | 'kind'>): number {
  return BY_CODE[code] ?? (OWN_TROUBLE.test(code) ? 503 : BY_KIND[kind]);
}
