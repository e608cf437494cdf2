import { constantTimeEqual, sha256 } from '../../kernel/digest.ts';
import { CounterfoilError } from '../../kernel/errors.ts';
import type { PasskeyId } from '../../kernel/ids.ts';
import type { Secret } from '../../kernel/secret.ts';
import type { AccessDoors } from './access-doors.ts';
import { auditedBy } from './audited-by.ts';
import { forgiveGuess, refuseGuess, takeGuess } from './guess-gate.ts';
import { PASSKEY_CHALLENGE_LIFE_MS } from './limits.ts';
import { draftSession, type StartedSession } from './new-session.ts';
import { passkeyHostOf } from './passkey-origin.ts';
import type { Passkey, PasskeyChallenge } from './passkey-store.ts';
import type { UserPrincipal } from './principal.ts';
import { proveAgain } from './prove-again.ts';
import type { Client } from './store.ts';
import { hashOfToken } from './token.ts';
import {
  challengeIn,
  type NewCredential,
  type SignedCredential,
  verifyAssertion,
  verifyRegistration,
} from './verify-passkey.ts';

/** What a page hands to the browser: the challenge as base64url, and the host of the page. */
export interface PasskeyRequest {
  readonly challenge: string;
  readonly rpId: string;
}

/**
 * Begins a registration. The password is asked for, because a passkey opens the account without it.
 *
 * @throws CounterfoilError `access.passkey_needs_https`, `access.sign_in_refused`, `access.too_many_guesses`.
 */
export async function beginPasskey(
  doors: AccessDoors,
  principal: UserPrincipal,
  asked: { readonly password: string; readonly origin: string | undefined; readonly client: Client },
): Promise<PasskeyRequest & { readonly known: readonly Passkey[] }> {
  const { password, origin, client } = asked;
  const rpId = passkeyHostOf(origin);
  await proveAgain(doors, principal, { password, client });
  const challenge = await newChallenge(doors, 'register', principal.sessionId, origin!);
  const known = await doors.stores.passkeys.list(principal.person.id);
  return { challenge, rpId, known: known.filter((one) => one.rpId === rpId) };
}

/**
 * Keeps the credential that the authenticator made.
 *
 * @throws CounterfoilError `access.passkey_refused`, `access.passkey_known`, `access.passkey_needs_https`.
 */
export async function addPasskey(
  doors: AccessDoors,
  principal: UserPrincipal,
  asked: {
    readonly name: string;
    readonly response: NewCredential;
    readonly origin: string | undefined;
    readonly client: Client;
  },
): Promise<Passkey> {
  const { stores, clock, makeId } = doors;
  const { name, response, origin, client } = asked;
  const { person } = principal;
  const rpId = passkeyHostOf(origin);
  const challenge = await takeChallenge(doors, 'register', principal.sessionId, origin!, response);
  const made = challenge === null ? null : await verifyRegistration(response, { challenge, origin: origin!, rpId });
  if (made === null)
    return refuseGuess(doors, 'access.passkey_refused', {
      kind: 'passkey.registration_refused',
      tenantId: person.homeTenantId,
      client,
    });
  const passkey: Passkey = {
    ...made,
    id: makeId('pky'),
    userId: person.id,
    rpId,
    transports: response.response.transports ?? [],
    name,
    createdAt: clock.now(),
    lastUsedAt: null,
  };
  const audited = auditedBy(principal, person.homeTenantId, 'passkey.added', passkey.id, { rpId: [null, rpId] });
  if (!(await stores.passkeys.add(passkey, audited))) throw new CounterfoilError('access.passkey_known');
  return passkey;
}

export async function removePasskey(doors: AccessDoors, principal: UserPrincipal, id: PasskeyId): Promise<void> {
  const { person } = principal;
  const audited = auditedBy(principal, person.homeTenantId, 'passkey.removed', id, { present: [true, false] });
  if (!(await doors.stores.passkeys.remove(person.id, id, audited))) throw new CounterfoilError('request.not_found');
}

/** A challenge for whoever holds `binding`; says nothing about who has passkeys. */
export async function beginPasskeySignIn(
  doors: AccessDoors,
  { binding, origin }: { readonly binding: Secret; readonly origin: string | undefined },
): Promise<PasskeyRequest> {
  const rpId = passkeyHostOf(origin);
  return { challenge: await newChallenge(doors, 'sign_in', binding.reveal(), origin!), rpId };
}

/**
 * Begins a session. The authenticator has verified its person, so no further factor is asked for.
 *
 * @throws CounterfoilError `access.passkey_refused`, `access.too_many_guesses`, `access.passkey_needs_https`.
 */
export async function signInWithPasskey(
  doors: AccessDoors,
  asked: {
    readonly response: SignedCredential;
    readonly binding: Secret | null;
    readonly origin: string | undefined;
    readonly client: Client;
    /** Of the session that the browser had: it ends. */
    readonly replaces: Secret | null;
  },
): Promise<StartedSession> {
  const { stores, clock } = doors;
  const { response, binding, origin, client, replaces } = asked;
  const rpId = passkeyHostOf(origin);
  await takeGuess(doors, { email: null, client });
  const refuse = (kind: string, found: typeof known = null) =>
    refuseGuess(doors, 'access.passkey_refused', { kind, tenantId: found?.person.homeTenantId ?? null, client });
  const challenge = binding && (await takeChallenge(doors, 'sign_in', binding.reveal(), origin!, response));
  const known = await stores.passkeys.find(Buffer.from(response.id, 'base64url'));
  if (challenge === null || known === null) return refuse('passkey.refused', known);
  const { passkey, person } = known;
  const handle = response.response.userHandle;
  const isOwn = handle === undefined || Buffer.from(handle, 'base64url').toString('utf8') === person.id;
  if (passkey.rpId !== rpId || !isOwn || !person.isMember) return refuse('passkey.refused', known);
  const counter = await verifyAssertion(response, { challenge, origin: origin!, rpId }, passkey);
  if (counter === null) return refuse('passkey.refused', known);
  if (!(await stores.passkeys.use(passkey.id, counter, clock.now()))) return refuse('passkey.copied', known);
  const { session, started } = draftSession(doors, person.id, client);
  await stores.sessions.start(session, replaces && hashOfToken(replaces.reveal()), {
    tenantId: person.homeTenantId,
    kind: 'sign_in',
    detail: { user: person.id, session: session.id, address: client.address, passkey: passkey.id },
  });
  await forgiveGuess(doors, { email: null, client });
  return started;
}

async function newChallenge(
  { stores, random, clock }: AccessDoors,
  purpose: PasskeyChallenge['purpose'],
  binding: string,
  origin: string,
): Promise<string> {
  const challenge = Buffer.from(random.bytes(32)).toString('base64url');
  const createdAt = clock.now();
  await stores.passkeys.addChallenge({
    challengeHash: sha256(challenge),
    purpose,
    bindingHash: sha256(binding),
    origin,
    createdAt,
    expiresAt: createdAt + PASSKEY_CHALLENGE_LIFE_MS,
  });
  return challenge;
}

/** The challenge that was signed, when it was made for this place and holder. It is spent in any case. */
async function takeChallenge(
  { stores, clock }: AccessDoors,
  purpose: PasskeyChallenge['purpose'],
  binding: string,
  origin: string,
  response: Parameters<typeof challengeIn>[0],
): Promise<string | null> {
  const challenge = challengeIn(response);
  const taken = challenge === null ? null : await stores.passkeys.takeChallenge(sha256(challenge), clock.now());
  const isFor =
    taken !== null &&
    taken.purpose === purpose &&
    taken.origin === origin &&
    constantTimeEqual(taken.bindingHash, sha256(binding));
  return isFor ? challenge : null;
}
