import { CounterfoilError } from '../../kernel/errors.ts';
import { Secret } from '../../kernel/secret.ts';
import type { AccessDoors } from './access-doors.ts';
import { auditedBy } from './audited-by.ts';
import { forgiveGuess, refuseGuess, takeGuess } from './guess-gate.ts';
import { RECOVERY_CODES } from './limits.ts';
import { draftSession, type StartedSession } from './new-session.ts';
import type { Person, UserPrincipal } from './principal.ts';
import { proveAgain } from './prove-again.ts';
import type { Client } from './store.ts';
import { hashOfTypedCode, newTypedCode } from './token.ts';
import { newSeed, seedUri, stepOfCode } from './totp.ts';

const SIX_DIGITS = /^\d{6}$/;

/** Whether the code is good, and not used before. */
export async function useSecondFactor({ stores, clock }: AccessDoors, person: Person, code: string): Promise<boolean> {
  const typed = code.replaceAll(' ', '');
  if (!SIX_DIGITS.test(typed))
    return stores.secondFactors.useRecoveryCode(person.id, hashOfTypedCode(typed), clock.now());
  const seed = await stores.secondFactors.seed(person, true);
  const step = seed && stepOfCode(seed, typed, clock.now());
  return step !== null && stores.secondFactors.useStep(person.id, step);
}

/** A seed that is not asked for before {@link confirmSecondFactor}. */
export interface NewSecondFactor {
  readonly seed: Secret;
  /** For a QR code; holds the seed. */
  readonly uri: Secret;
}

export async function beginSecondFactor(
  doors: AccessDoors,
  principal: UserPrincipal,
  { password, client }: { readonly password: string; readonly client: Client },
): Promise<NewSecondFactor> {
  const person = await proveAgain(doors, principal, { password, client });
  const { stores, random, clock } = doors;
  const seed = newSeed(random);
  if (!(await stores.secondFactors.begin(person, seed, clock.now())))
    throw new CounterfoilError('access.second_factor_on');
  return { seed, uri: new Secret(seedUri(seed, person.email)) };
}

/** From now on the second factor is asked for. Recovery codes are shown this once; other sessions end. */
export async function confirmSecondFactor(
  doors: AccessDoors,
  principal: UserPrincipal,
  { code, client }: { readonly code: string; readonly client: Client },
): Promise<StartedSession & { readonly recoveryCodes: readonly Secret[] }> {
  const { stores, clock, random } = doors;
  const { person } = principal;
  await takeGuess(doors, { email: person.email, client });
  const seed = await stores.secondFactors.seed(person, false);
  const step = seed && stepOfCode(seed, code.replaceAll(' ', ''), clock.now());
  if (step === null) return refuseCode(doors, person, client);
  const recoveryCodes = Array.from({ length: RECOVERY_CODES }, () => newTypedCode(random));
  const hashes = recoveryCodes.map((one) => hashOfTypedCode(one.reveal()));
  const { session, started } = draftSession(doors, person.id, client);
  const audited = auditedBy(principal, person.homeTenantId, 'second_factor.on', person.id, {
    secondFactor: [false, true],
  });
  if (!(await stores.secondFactors.confirm(step, hashes, session, audited))) return refuseCode(doors, person, client);
  await forgiveGuess(doors, { email: person.email, client });
  return { ...started, recoveryCodes };
}

export async function removeSecondFactor(
  doors: AccessDoors,
  principal: UserPrincipal,
  { password, code, client }: { readonly password: string; readonly code: string; readonly client: Client },
): Promise<StartedSession> {
  const person = await proveAgain(doors, principal, { password, client });
  await takeGuess(doors, { email: person.email, client });
  if (!(await useSecondFactor(doors, person, code))) return refuseCode(doors, person, client);
  await forgiveGuess(doors, { email: person.email, client });
  const { session, started } = draftSession(doors, person.id, client);
  const audited = auditedBy(principal, person.homeTenantId, 'second_factor.off', person.id, {
    secondFactor: [true, false],
  });
  await doors.stores.secondFactors.remove(session, audited);
  return started;
}

function refuseCode(doors: AccessDoors, person: Person, client: Client): Promise<never> {
  return refuseGuess(doors, 'access.code_refused', {
    kind: 'second_factor.refused',
    tenantId: person.homeTenantId,
    client,
  });
}
