import { constantTimeEqual, hex, hmacSha256, sha256 } from '../../kernel/digest.ts';
import { CounterfoilError, isCounterfoilError } from '../../kernel/errors.ts';
import type { UserId } from '../../kernel/ids.ts';
import type { Secret } from '../../kernel/secret.ts';
import type { AccessDoors } from './access-doors.ts';
import { memberJoined } from './audited-by.ts';
import { normalEmail } from './email.ts';
import { forgiveGuess, refuseGuess, takeGuess } from './guess-gate.ts';
import { OIDC_FLOW_LIFE_MS } from './limits.ts';
import { draftSession, type StartedSession } from './new-session.ts';
import type { OidcClaims, OidcProof, OidcProvider } from './oidc-provider.ts';
import type { Identity } from './oidc-store.ts';
import { hashPassword } from './password-hash.ts';
import type { Person } from './principal.ts';
import type { Client } from './store.ts';
import { hashOfToken, newToken } from './token.ts';

/** Answers where the browser is to go. `binding` stays with the browser and proves that it began. */
export async function beginOidc(doors: AccessDoors, provider: OidcProvider, binding: Secret): Promise<string> {
  const { stores, random, clock } = doors;
  const state = newToken(random).reveal();
  const address = await provider.authorizeUrl(proofOf(binding, state));
  const createdAt = clock.now();
  await stores.oidc.addFlow({
    stateHash: sha256(state),
    bindingHash: sha256(binding.reveal()),
    createdAt,
    expiresAt: createdAt + OIDC_FLOW_LIFE_MS,
  });
  return address;
}

export interface OidcReturn {
  /** As the provider sent the browser back. */
  readonly parameters: URLSearchParams;
  readonly binding: Secret | null;
  readonly client: Client;
  /** Of the session that the browser had: it ends. */
  readonly replaces: Secret | null;
}

/**
 * Begins a session of whom the provider means: somebody who is linked, or has an account or an invitation under an address
 * that the provider has verified. Nobody else gets an account.
 *
 * @throws CounterfoilError `access.oidc_refused`, `access.oidc_unknown`, `access.oidc_unreachable`,
 * `access.too_many_guesses`.
 */
export async function finishOidc(
  doors: AccessDoors,
  provider: OidcProvider,
  request: OidcReturn,
): Promise<StartedSession> {
  const { client } = request;
  await takeGuess(doors, { email: null, client });
  const claims = await checkedClaims(doors, provider, request);
  const identity = { issuer: provider.issuer, subject: claims.subject };
  const started =
    (await signInLinked(doors, identity, request)) ??
    (await signInByAddress(doors, identity, claims, request)) ??
    (await refuseGuess(doors, 'access.oidc_unknown', { kind: 'oidc.unknown', tenantId: null, client }));
  await forgiveGuess(doors, { email: null, client });
  return started;
}

/** Refused are: a state that is not ours, used, old or of another browser, and whatever the provider's answer lacks. */
async function checkedClaims(
  doors: AccessDoors,
  provider: OidcProvider,
  { parameters, binding, client }: OidcReturn,
): Promise<OidcClaims> {
  const refuse = () => refuseGuess(doors, 'access.oidc_refused', { kind: 'oidc.refused', tenantId: null, client });
  const state = parameters.get('state');
  // A parameter that comes twice is one that somebody added.
  if (state === null || new Set(parameters.keys()).size < parameters.size) return refuse();
  const boundTo = await doors.stores.oidc.takeFlow(sha256(state), doors.clock.now());
  if (binding === null || boundTo === null || !constantTimeEqual(boundTo, sha256(binding.reveal()))) return refuse();
  try {
    return await provider.claims(parameters, proofOf(binding, state));
  } catch (error) {
    if (isCounterfoilError(error) && error.code === 'access.oidc_refused') return refuse();
    throw error;
  }
}

/** Nonce and PKCE verifier follow from what only the browser holds, so that nothing stored here completes a sign-in. */
function proofOf(binding: Secret, state: string): OidcProof {
  const derived = (purpose: string) => hex(hmacSha256(binding.reveal(), `${purpose} ${state}`));
  return { state, nonce: derived('nonce'), verifier: derived('verifier') };
}

async function signInLinked(
  doors: AccessDoors,
  identity: Identity,
  request: OidcReturn,
): Promise<StartedSession | null> {
  const person = await doors.stores.oidc.owner(identity);
  if (person === null) return null;
  return person.isMember ? startFor(doors, person, request) : null;
}

async function signInByAddress(
  doors: AccessDoors,
  identity: Identity,
  claims: OidcClaims,
  request: OidcReturn,
): Promise<StartedSession | null> {
  if (claims.email === null) return null;
  const email = normalEmail(claims.email);
  const person = await doors.stores.people.find(email);
  if (person === null) return joinInvited(doors, identity, { ...claims, email }, request);
  if (!person.isMember || !(await link(doors, identity, person))) return null;
  return startFor(doors, person, request);
}

/** Makes the account that somebody was invited to have. Its password is nobody's: a reset code gives it one. */
async function joinInvited(
  doors: AccessDoors,
  identity: Identity,
  { email, name }: OidcClaims & { readonly email: string },
  { client }: OidcReturn,
): Promise<StartedSession | null> {
  const { stores, clock, random, makeId } = doors;
  const found = await stores.oidc.invitationFor(email, clock.now());
  if (found === null) return null;
  const { tenantId, role } = found;
  const id = makeId('usr');
  const passwordHash = await hashPassword(newToken(random).reveal(), random);
  const person = { id, email, name: name ?? email, homeTenantId: tenantId, passwordHash, createdAt: clock.now() };
  const { session, started } = draftSession(doors, id, client);
  const audited = memberJoined({ tenantId, id, email, role });
  if (!(await stores.members.accept(found.tokenHash, { kind: 'new', person }, session, audited))) return null;
  await link(doors, identity, person);
  return started;
}

function link({ stores }: AccessDoors, identity: Identity, { id, homeTenantId }: Person): Promise<boolean> {
  return stores.oidc.link(identity, id as UserId, {
    tenantId: homeTenantId,
    actor: { kind: 'user', id },
    action: 'identity.linked',
    subject: id,
    diff: { issuer: [null, identity.issuer] },
  });
}

async function startFor(doors: AccessDoors, person: Person, { client, replaces }: OidcReturn): Promise<StartedSession> {
  const { session, started } = draftSession(doors, person.id, client);
  await doors.stores.sessions.start(session, replaces && hashOfToken(replaces.reveal()), {
    tenantId: person.homeTenantId,
    kind: 'sign_in',
    detail: { user: person.id, session: session.id, address: client.address, by: 'oidc' },
  });
  return started;
}

/** @throws CounterfoilError `access.oidc_not_configured`. */
export function configured(provider: OidcProvider | null): OidcProvider {
  if (provider === null) throw new CounterfoilError('access.oidc_not_configured');
  return provider;
}
