import { type JsonObject, writeJson } from '../../core/exact/json.ts';
import { randomHex } from '../../core/random-text.ts';
import type { Fault } from '../basics/fault.ts';
import type { Company } from '../books/company.ts';

/** An answer before it becomes a `Response`. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const JSON_TYPE = 'application/json;charset=UTF-8';

/** An answer whose body is JSON text, or empty. */
export function jsonAnswer(status: number, body: string): Answer {
  return { status, body, contentType: JSON_TYPE };
}

/** A good answer: the payload with the company's time. */
export function goodAnswer(company: Company, payload: JsonObject): Answer {
  return jsonAnswer(200, writeJson({ ...payload, time: company.calendar.preciseStamp(company.doors.now()) }));
}

/** A refusal in the usual fault shape. */
export function faultAnswer(company: Company, fault: Fault): Answer {
  const time = company.calendar.preciseStamp(company.doors.now());
  return jsonAnswer(fault.status, writeJson({ Fault: fault.body(), time }));
}

/** 401 as the API gives it: lower-case members, or the XML of a gateway. */
export function unauthenticated(company: Company): Answer {
  if (company.settings.gatewayXml) return gatewayXml(company);
  return lowerCaseFault(company, {
    status: 401,
    error: 'AuthenticationFailed',
    code: '3200',
    detail: 'The bearer token is missing, malformed, expired or revoked',
    type: 'AUTHENTICATION',
  });
}

/** 429 of the request limits. */
export function throttled(company: Company): Answer {
  const answer = lowerCaseFault(company, {
    status: 429,
    error: 'ThrottleExceeded',
    code: '3001',
    detail: 'The request was throttled; wait before sending more',
    type: 'THROTTLED',
  });
  const seconds = company.settings.limits.retryAfterSeconds;
  return seconds === null ? answer : { ...answer, headers: { 'Retry-After': String(seconds) } };
}

function lowerCaseFault(
  company: Company,
  parts: { status: number; error: string; code: string; detail: string; type: string },
): Answer {
  const message = `message=${parts.error}; errorCode=00${parts.code}; statusCode=${parts.status}`;
  const body = {
    warnings: null,
    intuitObject: null,
    fault: { error: [{ message, detail: parts.detail, code: parts.code, element: null }], type: parts.type },
    report: null,
    queryResponse: null,
    batchItemResponse: [],
    attachableResponse: [],
    syncErrorResponse: null,
    requestId: null,
    time: company.doors.now(),
    status: null,
    cdcresponse: [],
  };
  return jsonAnswer(parts.status, writeJson(body));
}

function gatewayXml(company: Company): Answer {
  const time = company.calendar.preciseStamp(company.doors.now());
  const body =
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' +
    `<IntuitResponse time="${time}" xmlns="http://schema.intuit.com/finance/v3">` +
    '<Fault type="AuthenticationFault"><Error code="100"><Message>General Authentication Error</Message>' +
    '<Detail>AuthenticationFailed</Detail></Error></Fault></IntuitResponse>';
  return { status: 401, body, contentType: 'application/xml' };
}

/** The answer as it goes out, with the id that support asks for. */
export function toResponse(company: Company, answer: Answer): Response {
  const tid = randomHex(() => company.doors.random(), 32);
  const headers = {
    ...answer.headers,
    'Content-Type': answer.contentType,
    intuit_tid: `1-${tid.slice(0, 8)}-${tid.slice(8)}`,
  };
  const hasBody = answer.body !== '' && answer.status !== 204;
  return new Response(hasBody ? answer.body : null, { status: answer.status, headers });
}
