export type { AccessDoors } from './access-doors.ts';
export { createApiKey, revokeApiKey } from './api-keys.ts';
export { authenticateApiKey, authenticateSession, isLocalToken } from './authenticate.ts';
export { claimFirstStart, firstStartCode } from './first-start.ts';
export { pgIdempotencyStore, SEALED_IDEMPOTENCY_KEYS } from './idempotency.pg.ts';
export type { IdempotencyStore, KeyedAnswer, KeyedRequest, KeyStanding } from './idempotency.ts';
export { acceptInvitation, invite, revokeInvitation } from './invitations.ts';
export { KEEP_ENDED_MS, MAX_PASSWORD_CHARACTERS } from './limits.ts';
export { changeMember } from './members.ts';
export type { StartedSession } from './new-session.ts';
export { openAccess } from './open-access.ts';
export { changePassword, resetCode, resetPassword } from './passwords.ts';
export {
  actorOf,
  type MachinePrincipal,
  type Principal,
  principalMay,
  type UserPrincipal,
} from './principal.ts';
export { type LimitedSubject, RequestLimiter } from './rate-limits.ts';
export { PERMISSIONS, type Permission, permissionsOf, ROLES, type Role, SCOPES } from './roles.ts';
export { beginSecondFactor, confirmSecondFactor, removeSecondFactor } from './second-factor.ts';
export { SEALED_TOTP_SEEDS } from './second-factors.pg.ts';
export { signIn } from './sign-in.ts';
export type { ApiKey, Client, Invitation, ListedSession, Member, Membership } from './store.ts';
export { createTenant, firstTenant, listTenants, type Tenant } from './tenants.ts';
export { csrfTokenOf, hashOfToken } from './token.ts';
