import type { FastifyReply, FastifyRequest } from 'fastify';
import { assert } from '../../kernel/assert.ts';
import { constantTimeEqual, sha256 } from '../../kernel/digest.ts';
import type { Secret } from '../../kernel/secret.ts';
import { sendProblem } from './send-problem.ts';

const BEARER = /^Bearer +([\x21-\x7e]+) *$/i;

/** Lets requests through that carry the token. Hashes are compared, so that not even the length of the token shows. */
export function authorise(token: Secret) {
  assert(token.reveal().length > 0, 'the API token is empty');
  const expected = sha256(token.reveal());
  return (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    const given = BEARER.exec(request.headers.authorization ?? '')?.[1];
    if (given !== undefined && constantTimeEqual(sha256(given), expected)) return done();
    reply.header('www-authenticate', 'Bearer');
    void sendProblem(request, reply, { code: 'request.unauthorized', status: 401 });
  };
}
