import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { csrfTokenOf, type StartedSession } from '../../../hub/access/index.ts';
import { isSecure, sessionCookie } from '../access/cookies.ts';
import { instantOf } from '../wire/common.ts';
import type { sessionSchema } from '../wire/people.ts';

/** Hands a session to the browser: the token in a cookie that no script can read, the rest in the answer. */
export function beginSession(
  request: FastifyRequest,
  reply: FastifyReply,
  { token, expiresAt }: StartedSession,
  secure = isSecure(request),
): z.input<typeof sessionSchema> {
  reply.header('set-cookie', sessionCookie(token, expiresAt, secure));
  return { csrfToken: csrfTokenOf(token.reveal()), expiresAt: instantOf(expiresAt) };
}
