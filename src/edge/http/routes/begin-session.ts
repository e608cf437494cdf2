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
): z.input<typeof sessionSchema> {
  reply.header('set-cookie', sessionCookie(token, expiresAt, isSecure(request)));
  return { csrfToken: csrfTokenOf(token.reveal()), expiresAt: instantOf(expiresAt) };
}
