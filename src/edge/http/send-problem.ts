import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Failure, PROBLEM_TYPE, toProblem } from './problem.ts';
import { RESPONSE_HEADERS } from './response-headers.ts';

/** Answers a failure. Written out here, so that no response schema can come between an error and its reader. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, failure: Failure): FastifyReply {
  if (failure.retryAfter_s !== undefined) reply.header('retry-after', String(failure.retryAfter_s));
  return reply
    .code(failure.status)
    .headers({ ...RESPONSE_HEADERS, 'x-request-id': request.id })
    .type(PROBLEM_TYPE)
    .send(JSON.stringify(toProblem(failure, request.id)));
}
