import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type Failure, PROBLEM_TYPE, toProblem } from './problem.ts';
import { RESPONSE_HEADERS } from './response-headers.ts';

const STATUS: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
};
const DETAIL: Readonly<Record<number, string>> = {
  400: 'The request could not be read.',
  408: 'The request did not arrive in time.',
  431: 'The headers are too large.',
};

/** Answers what never became a request: bytes that are no HTTP, headers without end, a sender that fell silent. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket, requestId: string): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = STATUS[error.code ?? ''] ?? 400;
  socket.end(rawAnswer({ code: 'request.invalid', status, detail: DETAIL[status] }, requestId));
}

function rawAnswer(failure: Failure, requestId: string): string {
  const body = JSON.stringify(toProblem(failure, requestId));
  const headers = {
    ...RESPONSE_HEADERS,
    'x-request-id': requestId,
    'content-type': PROBLEM_TYPE,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${failure.status} ${STATUS_CODES[failure.status]}`, ...lines, '', body].join('\r\n');
}
