import { CounterfoilError } from '../../kernel/errors.ts';
import type { Secret } from '../../kernel/secret.ts';
import type { AccessDoors } from './access-doors.ts';
import { auditedBy } from './audited-by.ts';
import { normalEmail } from './email.ts';
import { forgiveGuess, refuseGuess, takeGuess } from './guess-gate.ts';
import { RESET_LIFE_MS } from './limits.ts';
import { draftSession, type StartedSession } from './new-session.ts';
import { hashPassword } from './password-hash.ts';
import { checkPassword } from './password-strength.ts';
import type { MachinePrincipal, UserPrincipal } from './principal.ts';
import { proveAgain } from './prove-again.ts';
import type { Client, Member } from './store.ts';
import { hashOfTypedCode, newTypedCode } from './token.ts';

/** Every other session ends, and the present one goes on under a new token. */
export async function changePassword(
  doors: AccessDoors,
  principal: UserPrincipal,
  request: { readonly current: string; readonly next: string; readonly client: Client },
): Promise<StartedSession> {
  const { current, next, client } = request;
  const person = await proveAgain(doors, principal, { password: current, client });
  await checkPassword(next, [person.email, person.name]);
  const { session, started } = draftSession(doors, person.id, client);
  const audited = auditedBy(principal, person.homeTenantId, 'password.changed', person.id, {
    password: ['old', 'new'],
  });
  await doors.stores.people.changePassword(await hashPassword(next, doors.random), session, audited);
  return started;
}

/**
 * A code with which a person chooses a new password. Only for whoever runs the machine: a password opens every tenant
 * of the person, so no tenant's admin may take it over.
 */
export async function resetCode(
  doors: AccessDoors,
  principal: MachinePrincipal,
  request: { readonly member: Member; readonly dropsSecondFactor: boolean },
): Promise<{ readonly code: Secret; readonly expiresAt: number }> {
  const { stores, clock, random } = doors;
  const { member, dropsSecondFactor } = request;
  const person = await stores.people.findById(member.id);
  if (person === null) throw new CounterfoilError('request.not_found');
  const code = newTypedCode(random);
  const createdAt = clock.now();
  const expiresAt = createdAt + RESET_LIFE_MS;
  await stores.people.addResetCode(
    { userId: person.id, hash: hashOfTypedCode(code.reveal()), dropsSecondFactor, createdAt, expiresAt },
    auditedBy(principal, person.homeTenantId, 'password.reset_offered', person.id, {
      dropsSecondFactor: [null, dropsSecondFactor],
    }),
  );
  return { code, expiresAt };
}

/** Uses a reset code. Every session ends; the person signs in with the new password. */
export async function resetPassword(
  doors: AccessDoors,
  request: { readonly code: string; readonly password: string; readonly client: Client },
): Promise<void> {
  const { stores, clock, random } = doors;
  const { password, client } = request;
  await takeGuess(doors, { email: null, client });
  const hash = hashOfTypedCode(request.code);
  const person = await stores.people.ownerOfResetCode(hash, clock.now());
  const refuse = () => refuseGuess(doors, 'access.code_refused', { kind: 'reset.refused', tenantId: null, client });
  if (person === null) return refuse();
  await checkPassword(password, [normalEmail(person.email), person.name]);
  const { homeTenantId: tenantId, id } = person;
  const audited = {
    tenantId,
    actor: { kind: 'user', id },
    action: 'password.reset',
    subject: id,
    diff: { password: ['old', 'new'] },
  } as const;
  if (!(await stores.people.resetPassword(hash, await hashPassword(password, random), audited))) return refuse();
  await forgiveGuess(doors, { email: person.email, client });
}
