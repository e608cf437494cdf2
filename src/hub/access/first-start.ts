import { CounterfoilError } from '../../kernel/errors.ts';
import type { TenantId } from '../../kernel/ids.ts';
import type { Secret } from '../../kernel/secret.ts';
import type { AccessDoors } from './access-doors.ts';
import { normalEmail } from './email.ts';
import { forgiveGuess, refuseGuess, takeGuess } from './guess-gate.ts';
import { FIRST_START_LIFE_MS } from './limits.ts';
import { draftSession, type StartedSession } from './new-session.ts';
import { hashPassword } from './password-hash.ts';
import { checkPassword } from './password-strength.ts';
import type { Client } from './store.ts';
import { hashOfTypedCode, newTypedCode } from './token.ts';

/** A code that makes the first owner, or null when there is one. Earlier codes stay good: processes start side by side. */
export async function firstStartCode({ stores, clock, random }: AccessDoors): Promise<Secret | null> {
  if (await stores.people.hasPeople()) return null;
  const code = newTypedCode(random);
  const createdAt = clock.now();
  await stores.people.addFirstStartCode({
    hash: hashOfTypedCode(code.reveal()),
    createdAt,
    expiresAt: createdAt + FIRST_START_LIFE_MS,
  });
  return code;
}

export interface ClaimRequest {
  readonly code: string;
  readonly email: string;
  readonly name: string;
  readonly password: string;
  readonly client: Client;
}

/**
 * Makes the first owner of the installation's first tenant and signs them in.
 *
 * @throws CounterfoilError `access.already_claimed`, `access.code_refused`, `access.password_weak`,
 * `access.too_many_guesses`.
 */
export async function claimFirstStart(
  doors: AccessDoors,
  tenantId: TenantId,
  request: ClaimRequest,
): Promise<StartedSession> {
  const { stores, clock, random, makeId } = doors;
  const { name, password, client } = request;
  const email = normalEmail(request.email);
  await takeGuess(doors, { email: null, client });
  if (await stores.people.hasPeople()) throw new CounterfoilError('access.already_claimed');
  await checkPassword(password, [email, name]);
  const id = makeId('usr');
  const passwordHash = await hashPassword(password, random);
  const person = { id, email, name, homeTenantId: tenantId, passwordHash, createdAt: clock.now() };
  const { session, started } = draftSession(doors, id, client);
  const outcome = await stores.people.claim(hashOfTypedCode(request.code), person, session, {
    tenantId,
    actor: { kind: 'user', id },
    action: 'member.first_owner',
    subject: id,
    diff: { email: [null, email], role: [null, 'owner'] },
  });
  if (outcome === 'taken') throw new CounterfoilError('access.already_claimed');
  if (outcome === 'done') {
    await forgiveGuess(doors, { email, client });
    return started;
  }
  return refuseGuess(doors, 'access.code_refused', { kind: 'first_start.refused', tenantId, client });
}
