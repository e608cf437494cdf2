import { CounterfoilError } from '../../kernel/errors.ts';
import type { InvitationId, TenantId } from '../../kernel/ids.ts';
import type { Secret } from '../../kernel/secret.ts';
import type { AccessDoors } from './access-doors.ts';
import { auditedBy, memberJoined } from './audited-by.ts';
import { normalEmail } from './email.ts';
import { forgiveGuess, refuseGuess, takeGuess } from './guess-gate.ts';
import { INVITATION_LIFE_MS } from './limits.ts';
import { draftSession, type StartedSession } from './new-session.ts';
import { hashPassword, passwordMatches } from './password-hash.ts';
import { checkPassword } from './password-strength.ts';
import { actorOf, type Principal, principalMay } from './principal.ts';
import type { Role } from './roles.ts';
import { useSecondFactor } from './second-factor.ts';
import type { Client, Invitation, KnownPerson } from './store.ts';
import { hashOfToken, newToken } from './token.ts';

export interface InviteRequest {
  readonly tenantId: TenantId;
  readonly email: string;
  readonly role: Role;
}

/** An invitation with its token, which is shown this once. A new one for the same address takes the place of the old. */
export async function invite(
  { stores, clock, random, makeId }: AccessDoors,
  principal: Principal,
  { tenantId, role, email: given }: InviteRequest,
): Promise<{ readonly invitation: Invitation; readonly token: Secret }> {
  if (role === 'owner' && !principalMay(principal, 'ownership.manage'))
    throw new CounterfoilError('access.forbidden', { detail: 'Only an owner invites an owner.', field: 'role' });
  const token = newToken(random);
  const email = normalEmail(given);
  const createdAt = clock.now();
  const invitation: Invitation = {
    id: makeId('inv'),
    tenantId,
    email,
    role,
    invitedBy: actorOf(principal).id,
    createdAt,
    expiresAt: createdAt + INVITATION_LIFE_MS,
    acceptedAt: null,
    revokedAt: null,
  };
  const audited = auditedBy(principal, tenantId, 'member.invited', invitation.id, {
    email: [null, email],
    role: [null, role],
  });
  const outcome = await stores.members.invite(invitation, hashOfToken(token.reveal()), audited);
  if (outcome === 'member') throw new CounterfoilError('access.already_member', { field: 'email' });
  return { invitation, token };
}

export async function revokeInvitation(
  { stores, clock }: AccessDoors,
  principal: Principal,
  { tenantId, id }: { readonly tenantId: TenantId; readonly id: InvitationId },
): Promise<void> {
  const audited = auditedBy(principal, tenantId, 'member.invitation_revoked', id, { revoked: [false, true] });
  if (!(await stores.members.revokeInvitation(tenantId, id, audited, clock.now())))
    throw new CounterfoilError('request.not_found');
}

export interface AcceptRequest {
  readonly token: string;
  /** Of a new person; nothing changes for one who is known. */
  readonly name: string;
  /** Chosen by a new person; the present one of one who is known. */
  readonly password: string;
  /** Second factor of one who is known and has one. */
  readonly code: string | null;
  readonly client: Client;
}

/** Uses an invitation, once. Whoever has an account proves that it is theirs. */
export async function acceptInvitation(doors: AccessDoors, request: AcceptRequest): Promise<StartedSession> {
  const { stores, clock, makeId, random } = doors;
  const { name, password, client } = request;
  await takeGuess(doors, { email: null, client });
  const tokenHash = hashOfToken(request.token);
  const invitation = await stores.members.openInvitation(tokenHash, clock.now());
  if (invitation === null) return refuse(doors, client);
  const { email, tenantId, role } = invitation;
  const known = await stores.people.find(email);
  if (known !== null) await proveAccount(doors, known, request);
  else await checkPassword(password, [email, name]);
  const id = known?.id ?? makeId('usr');
  const { session, started } = draftSession(doors, id, client);
  const who =
    known === null
      ? ({
          kind: 'new',
          person: {
            id,
            email,
            name,
            homeTenantId: tenantId,
            passwordHash: await hashPassword(password, random),
            createdAt: clock.now(),
          },
        } as const)
      : ({ kind: 'known', userId: id } as const);
  const audited = memberJoined({ tenantId, id, email, role });
  if (!(await stores.members.accept(tokenHash, who, session, audited))) return refuse(doors, client);
  await forgiveGuess(doors, { email, client });
  return started;
}

async function proveAccount(doors: AccessDoors, known: KnownPerson, request: AcceptRequest): Promise<void> {
  const { password, code, client } = request;
  const refuseAccount = () =>
    refuseGuess(doors, 'access.sign_in_refused', {
      kind: 'invitation.account_refused',
      tenantId: known.homeTenantId,
      client,
    });
  await takeGuess(doors, { email: known.email, client: null });
  if (!(await passwordMatches(known.passwordHash, password))) return refuseAccount();
  if (!known.hasSecondFactor) return;
  if (code === null) throw new CounterfoilError('access.second_factor_needed', { field: 'code' });
  if (!(await useSecondFactor(doors, known, code))) return refuseAccount();
}

function refuse(doors: AccessDoors, client: Client): Promise<never> {
  return refuseGuess(doors, 'access.code_refused', { kind: 'invitation.refused', tenantId: null, client });
}
