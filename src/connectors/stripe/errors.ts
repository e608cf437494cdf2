import type { ErrorCode } from '../../kernel/error-codes.ts';
import { CounterfoilError } from '../../kernel/errors.ts';
import {
  fieldOf,
  jsonOrNull,
  type ProviderRequest,
  type ProviderResponse,
  retryAfterSeconds,
  textOf,
} from '../sdk/index.ts';

/** By Stripe's own code, whatever the status. Sources: docs.stripe.com/error-codes, read 2026-11-20. */
const BY_CODE: Readonly<Record<string, ErrorCode>> = {
  rate_limit: 'provider.throttled',
  lock_timeout: 'provider.throttled',
  idempotency_key_in_use: 'provider.in_progress',
  resource_missing: 'provider.not_found',
  api_key_expired: 'provider.unauthorized',
  platform_api_key_expired: 'provider.unauthorized',
  account_invalid: 'provider.forbidden',
  secret_key_required: 'provider.forbidden',
  testmode_charges_only: 'provider.forbidden',
};

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'provider.invalid_request',
  401: 'provider.unauthorized',
  402: 'provider.invalid_request',
  403: 'provider.forbidden',
  404: 'provider.not_found',
  // Another request holds the object or the key: the same call may be sent again.
  409: 'provider.in_progress',
  424: 'provider.unavailable',
  429: 'provider.throttled',
  500: 'provider.unavailable',
  502: 'provider.unavailable',
  503: 'provider.unavailable',
  504: 'provider.unavailable',
};
const LATER = new Set<ErrorCode>(['provider.throttled', 'provider.in_progress', 'provider.unavailable']);

/** Longest part of Stripe's own words that is passed on. */
const DETAIL_MAX_LENGTH = 300;
/** Messages about keys quote a part of the key. */
const KEY_LIKE = /\b(sk|rk|pk|whsec|ek)_[\w*]+/g;

/** Table-driven, by status and structured body; message text is shown, never looked at. */
export function classifyStripe(_request: ProviderRequest, response: ProviderResponse): CounterfoilError | null {
  if (response.status >= 200 && response.status < 300) return null;
  const error = fieldOf(jsonOrNull(response.text), 'error');
  const providerCode = textOf(error, 'code') ?? textOf(error, 'type');
  const detail = textOf(error, 'message')?.replace(KEY_LIKE, '[secret]').slice(0, DETAIL_MAX_LENGTH);
  const field = textOf(error, 'param');
  const requestId = response.headers['request-id'];
  const retryAfter_ms = retryAfterSeconds(response.headers['retry-after']);
  return new CounterfoilError(codeOf(response, providerCode), {
    ...(detail ? { detail } : {}),
    ...(field ? { field } : {}),
    ...(retryAfter_ms === undefined ? {} : { retryAfter_ms }),
    provider: {
      status: response.status,
      ...(providerCode ? { code: providerCode } : {}),
      ...(requestId ? { requestId } : {}),
    },
  });
}

function codeOf({ status, headers }: ProviderResponse, providerCode: string | null): ErrorCode {
  const known = providerCode !== null && Object.hasOwn(BY_CODE, providerCode) ? BY_CODE[providerCode] : undefined;
  const code = known ?? BY_STATUS[status] ?? 'provider.unclassified';
  // Stripe asks its clients to obey this header before their own rules.
  return headers['stripe-should-retry'] === 'true' && !LATER.has(code) ? 'provider.unavailable' : code;
}
