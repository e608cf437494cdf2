import { CounterfoilError } from '../../kernel/errors.ts';
import type { Secret } from '../../kernel/secret.ts';
import type { AccessDoors } from './access-doors.ts';
import { normalEmail } from './email.ts';
import { forgiveGuess, refuseGuess, takeGuess } from './guess-gate.ts';
import { draftSession, type StartedSession } from './new-session.ts';
import { passwordMatches } from './password-hash.ts';
import { useSecondFactor } from './second-factor.ts';
import type { Client } from './store.ts';
import { hashOfToken } from './token.ts';

export interface SignInRequest {
  readonly email: string;
  readonly password: string;
  /** Six digits of the authenticator app, or a recovery code. */
  readonly code: string | null;
  readonly client: Client;
  /** Of the session that the browser had: it ends. */
  readonly replaces: Secret | null;
}

/**
 * Begins a session. An account that is not there, a wrong password, a wrong code and a person who is disabled everywhere
 * are refused alike, after the same time.
 *
 * @throws CounterfoilError `access.sign_in_refused`, `access.second_factor_needed` (the password was right),
 * `access.too_many_guesses`.
 */
export async function signIn(doors: AccessDoors, request: SignInRequest): Promise<StartedSession> {
  const { stores } = doors;
  const { password, code, client, replaces } = request;
  const email = normalEmail(request.email);
  await takeGuess(doors, { email, client });
  const person = await stores.people.find(email);
  const isRight = await passwordMatches(person?.passwordHash ?? null, password);
  const refuse = () =>
    refuseGuess(doors, 'access.sign_in_refused', {
      kind: 'sign_in.refused',
      tenantId: person?.homeTenantId ?? null,
      client,
    });
  if (person === null || !isRight || !person.isMember) return refuse();
  if (person.hasSecondFactor) {
    // The attempt stays counted until the code is right too: asking without one does not buy guesses.
    if (code === null) throw new CounterfoilError('access.second_factor_needed', { field: 'code' });
    if (!(await useSecondFactor(doors, person, code))) return refuse();
  }
  const { session, started } = draftSession(doors, person.id, client);
  await stores.sessions.start(session, replaces && hashOfToken(replaces.reveal()), {
    tenantId: person.homeTenantId,
    kind: 'sign_in',
    detail: { user: person.id, session: session.id, address: client.address },
  });
  await forgiveGuess(doors, { email, client });
  return started;
}
