import { API_VERSION } from '../settings.ts';

export interface StripeErrorBody {
  readonly type: string;
  readonly code?: string;
  readonly message: string;
  readonly param?: string;
}

/** A refusal in Stripe's own words; turned into an answer by the router. */
export class StripeError extends Error {
  override readonly name = 'StripeError';
  readonly status: number;
  readonly body: StripeErrorBody;
  readonly headers: Record<string, string>;

  constructor(status: number, body: StripeErrorBody, headers: Record<string, string> = {}) {
    super(body.message);
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

const INVALID = 'invalid_request_error';

export function unknownParameter(param: string): StripeError {
  return new StripeError(400, {
    type: INVALID,
    code: 'parameter_unknown',
    message: `Received unknown parameter: ${param}`,
    param,
  });
}

export function missingParameter(param: string): StripeError {
  return new StripeError(400, {
    type: INVALID,
    code: 'parameter_missing',
    message: `Missing required param: ${param}.`,
    param,
  });
}

export function invalidParameter(param: string, message: string, code?: string): StripeError {
  return new StripeError(400, { type: INVALID, ...(code ? { code } : {}), message, param });
}

export function invalidInteger(param: string, value: string): StripeError {
  return invalidParameter(param, `Invalid integer: ${value}`, 'parameter_invalid_integer');
}

/** 404 when the object is named in the path, 400 when a parameter names it. */
export function resourceMissing(
  what: string,
  id: string,
  where: { readonly param: string; readonly status: 400 | 404 },
): StripeError {
  return new StripeError(where.status, {
    type: INVALID,
    code: 'resource_missing',
    message: `No such ${what}: '${id}'`,
    param: where.param,
  });
}

export function refused(message: string, code?: string): StripeError {
  return new StripeError(400, { type: INVALID, ...(code ? { code } : {}), message });
}

/** Test keys show their beginning and last four letters. */
function masked(key: string): string {
  return key.length <= 12
    ? `${key.slice(0, 3)}***`
    : `${key.slice(0, 8)}${'*'.repeat(key.length - 12)}${key.slice(-4)}`;
}

export function badKey(key: string | null): StripeError {
  const message =
    key === null
      ? 'You did not provide an API key. Send it in the Authorization header, as in "Authorization: Bearer YOUR_SECRET_KEY".'
      : `Invalid API Key provided: ${masked(key)}`;
  return new StripeError(401, { type: INVALID, message });
}

export function missingPermission(permission: string): StripeError {
  return new StripeError(403, {
    type: INVALID,
    message: `The provided key does not have the required permissions for this endpoint: it needs '${permission}'.`,
  });
}

export function wrongAccount(account: string): StripeError {
  return new StripeError(403, {
    type: INVALID,
    code: 'account_invalid',
    message: `The provided key does not have access to account '${account}' (or that account does not exist).`,
  });
}

export function wrongVersion(version: string): StripeError {
  return new StripeError(400, {
    type: INVALID,
    message: `This sandbox only answers in API version ${API_VERSION}, not ${version}.`,
  });
}

export function unknownUrl(method: string, path: string): StripeError {
  return new StripeError(404, { type: INVALID, message: `Unrecognized request URL (${method}: ${path}).` });
}

export function rateLimited(): StripeError {
  return new StripeError(
    429,
    { type: INVALID, code: 'rate_limit', message: 'Request rate limit exceeded.' },
    { 'stripe-rate-limited-reason': 'global-rate' },
  );
}
