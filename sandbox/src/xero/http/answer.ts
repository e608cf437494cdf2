import { writeJson } from '../../core/exact/json.ts';
import type { Refusal } from '../basics/refusal.ts';

/** An answer before it becomes a `Response`; JSON when `isJson`, so that it can become XML for who wants that. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly contentType: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const JSON_TYPE = 'application/json; charset=utf-8';

export function jsonAnswer(status: number, body: unknown): Answer {
  return { status, body: typeof body === 'string' ? body : writeJson(body), contentType: JSON_TYPE };
}

/** A refusal: objects as JSON, texts as they are. */
export function refusalAnswer({ status, body }: Refusal): Answer {
  return typeof body === 'string'
    ? { status, body, contentType: 'text/plain; charset=utf-8' }
    : jsonAnswer(status, body);
}

export function emptyAnswer(status: number): Answer {
  return { status, body: '', contentType: 'text/plain' };
}

export function toResponse(answer: Answer): Response {
  const body = answer.body === '' || answer.status === 204 ? null : answer.body;
  const headers = { ...answer.headers, ...(body === null ? {} : { 'content-type': answer.contentType }) };
  return new Response(body, { status: answer.status, headers });
}
