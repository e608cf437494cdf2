import type { UserId } from '../../kernel/ids.ts';
import type { Secret } from '../../kernel/secret.ts';
import type { AccessDoors } from './access-doors.ts';
import { SESSION_LIFE_MS } from './limits.ts';
import type { Client, NewSession } from './store.ts';
import { hashOfToken, newToken } from './token.ts';

/** A session that has begun, with the token that only its cookie holds. */
export interface StartedSession {
  readonly token: Secret;
  readonly expiresAt: number;
}

/** A session with a fresh token; the store gets its hash. */
export function draftSession(
  { random, clock, makeId }: AccessDoors,
  userId: UserId,
  client: Client,
): { readonly session: NewSession; readonly started: StartedSession } {
  const token = newToken(random);
  const createdAt = clock.now();
  const expiresAt = createdAt + SESSION_LIFE_MS;
  const session = {
    id: makeId('ses'),
    userId,
    tokenHash: hashOfToken(token.reveal()),
    client,
    createdAt,
    expiresAt,
  };
  return { session, started: { token, expiresAt } };
}
