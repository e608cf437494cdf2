export interface ErrorItem {
  readonly category: string;
  readonly code: string;
  readonly detail: string;
  readonly field?: string;
}

/** A refusal in Square's own words; turned into an answer by the router. */
export class SquareError extends Error {
  override readonly name = 'SquareError';
  readonly status: number;
  readonly body: { readonly [field: string]: unknown };

  constructor(status: number, body: { readonly [field: string]: unknown }) {
    super(JSON.stringify(body));
    this.status = status;
    this.body = body;
  }
}

function error(status: number, item: ErrorItem): SquareError {
  return new SquareError(status, { errors: [item] });
}

export function invalid(code: string, detail: string, field?: string): SquareError {
  return error(400, { category: 'INVALID_REQUEST_ERROR', code, detail, ...(field === undefined ? {} : { field }) });
}

export function missing(field: string): SquareError {
  return invalid('MISSING_REQUIRED_PARAMETER', 'Missing required parameter.', field);
}

export function notFound(detail: string): SquareError {
  return error(404, { category: 'INVALID_REQUEST_ERROR', code: 'NOT_FOUND', detail });
}

/** Optimistic locking: the code stands in the guides, not in the public list of codes. */
export function versionMismatch(field = 'version'): SquareError {
  return error(400, {
    category: 'INVALID_REQUEST_ERROR',
    code: 'VERSION_MISMATCH',
    detail: 'Object version does not match latest database version.',
    field,
  });
}

export function unauthorized(code: string, detail: string): SquareError {
  return error(401, { category: 'AUTHENTICATION_ERROR', code, detail });
}

export function forbidden(code: string, detail: string): SquareError {
  return error(403, { category: 'AUTHENTICATION_ERROR', code, detail });
}

export function rateLimited(): SquareError {
  return error(429, {
    category: 'RATE_LIMIT_ERROR',
    code: 'RATE_LIMITED',
    detail: 'Your application is sending too many requests.',
  });
}

/** The OAuth endpoints have been seen with a body of the first generation. */
export function oauthRateLimited(): SquareError {
  return new SquareError(429, { type: 'too_many_requests', message: 'Too many requests' });
}

/** The older form in which the token endpoints refuse. */
export function oauthRefused(status: 400 | 401, message: string): SquareError {
  return new SquareError(status, { message, type: status === 400 ? 'bad_request' : 'service.not_authorized' });
}

/** A card's bank says no; the failed payment comes with it. */
export function declined(code: string, payment: unknown): SquareError {
  return new SquareError(402, {
    errors: [{ category: 'PAYMENT_METHOD_ERROR', code, detail: `Authorization error: '${code}'` }],
    payment,
  });
}

export function refundError(code: string, detail: string): SquareError {
  return error(400, { category: 'REFUND_ERROR', code, detail, field: 'amount_money.amount' });
}
