import type { AccessDoors } from './access-doors.ts';
import { forgiveGuess, refuseGuess, takeGuess } from './guess-gate.ts';
import { passwordMatches } from './password-hash.ts';
import type { UserPrincipal } from './principal.ts';
import type { Client, KnownPerson } from './store.ts';

/**
 * Asks for the password once more, before something that would let a thief of the session stay.
 *
 * @throws CounterfoilError `access.sign_in_refused`, `access.too_many_guesses`.
 */
export async function proveAgain(
  doors: AccessDoors,
  { person }: UserPrincipal,
  { password, client }: { readonly password: string; readonly client: Client },
): Promise<KnownPerson> {
  await takeGuess(doors, { email: person.email, client });
  const known = await doors.stores.people.findById(person.id);
  if (await passwordMatches(known?.passwordHash ?? null, password)) {
    await forgiveGuess(doors, { email: person.email, client });
    return known!;
  }
  return refuseGuess(doors, 'access.sign_in_refused', {
    kind: 'password.refused',
    tenantId: person.homeTenantId,
    client,
  });
}
