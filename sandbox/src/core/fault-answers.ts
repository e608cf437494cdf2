import { jsonResponse } from './json.ts';

/** The provider's own words for "too many requests" and "our fault". */
export interface FaultAnswers {
  throttled(headers: Record<string, string>): Response;
  broken(): Response;
}

const stripe: FaultAnswers = {
  throttled: (headers) =>
    jsonResponse(
      429,
      { error: { type: 'invalid_request_error', code: 'rate_limit', message: 'Request rate limit exceeded.' } },
      { 'stripe-rate-limited-reason': 'global-rate', 'request-id': 'req_fault', ...headers },
    ),
  broken: () =>
    jsonResponse(
      500,
      { error: { type: 'api_error', message: 'An unknown error occurred' } },
      { 'request-id': 'req_fault' },
    ),
};

/** BTCPay Server itself has no limit for keys; a 429 comes from a proxy in front of it. */
const btcpay: FaultAnswers = {
  throttled: (headers) => htmlPage(429, 'Too Many Requests', headers),
  broken: () => new Response(null, { status: 500 }),
};

const quickbooks: FaultAnswers = {
  throttled: (headers) =>
    jsonResponse(
      429,
      quickbooksFault('message=ThrottleExceeded; errorCode=003001; statusCode=429', '3001', 'THROTTLED'),
      headers,
    ),
  broken: () =>
    jsonResponse(500, {
      Fault: {
        Error: [{ Message: 'An application error has occurred while processing your request', code: '10000' }],
        type: 'SystemFault',
      },
    }),
};

/** A refused call has no body; the header that tells the limits apart is in it. */
const xero: FaultAnswers = {
  throttled: (headers) =>
    new Response(null, { status: 429, headers: { 'x-rate-limit-problem': 'minute', ...headers } }),
  broken: () =>
    jsonResponse(500, { ErrorNumber: 500, Type: 'InternalServerError', Message: 'An error occurred in Xero.' }),
};

function quickbooksFault(message: string, code: string, type: string): unknown {
  return { fault: { error: [{ message, detail: null, code, element: null }], type } };
}

const square: FaultAnswers = {
  throttled: (headers) =>
    jsonResponse(
      429,
      squareError('RATE_LIMIT_ERROR', 'RATE_LIMITED', 'Your application is sending too many requests.'),
      headers,
    ),
  broken: () => jsonResponse(500, squareError('API_ERROR', 'INTERNAL_SERVER_ERROR', 'An internal error has occurred.')),
};

function squareError(category: string, code: string, detail: string): unknown {
  return { errors: [{ category, code, detail }] };
}

const plain: FaultAnswers = {
  throttled: (headers) => jsonResponse(429, { error: 'too many requests' }, headers),
  broken: () => jsonResponse(500, { error: 'internal error' }),
};

const byProvider: Readonly<Record<string, FaultAnswers>> = { stripe, btcpay, quickbooks, square, xero };

export function faultAnswersOf(provider: string): FaultAnswers {
  return byProvider[provider] ?? plain;
}

/** What a reverse proxy in front of a provider answers: a page, not the provider's body. */
export function htmlPage(status: number, title: string, headers: Record<string, string> = {}): Response {
  const body = `<html><head><title>${status} ${title}</title></head><body><h1>${status} ${title}</h1></body></html>\n`;
  return new Response(body, { status, headers: { 'content-type': 'text/html', ...headers } });
}
