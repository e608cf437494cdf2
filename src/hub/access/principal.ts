import type { ApiKeyId, SessionId, TenantId, UserId } from '../../kernel/ids.ts';
import type { Actor } from '../audit/index.ts';
import { type Permission, type Role, roleMay } from './roles.ts';

/** A person of this installation. */
export interface Person {
  readonly id: UserId;
  readonly email: string;
  readonly name: string;
  /** The tenant that the person came by; its data key seals their second factor. */
  readonly homeTenantId: TenantId;
}

/** A person behind a session. */
export interface UserPrincipal {
  readonly kind: 'user';
  readonly person: Person;
  readonly sessionId: SessionId;
  /** Null: a member of no tenant, or not of the one that was asked for. */
  readonly tenantId: TenantId | null;
  readonly role: Role | null;
}

export interface ApiKeyPrincipal {
  readonly kind: 'api_key';
  readonly id: ApiKeyId;
  readonly tenantId: TenantId | null;
  readonly scopes: readonly Permission[];
}

/** Whoever holds the local token, or runs commands on the machine: the owner of the data directory. */
export interface MachinePrincipal {
  readonly kind: 'local' | 'cli';
  readonly tenantId: TenantId | null;
}

/** Who asks, and about whose data. */
export type Principal = UserPrincipal | ApiKeyPrincipal | MachinePrincipal;

export function principalMay(principal: Principal, permission: Permission): boolean {
  if (principal.tenantId === null) return false;
  if (principal.kind === 'user') return principal.role !== null && roleMay(principal.role, permission);
  return principal.kind === 'api_key' ? principal.scopes.includes(permission) : true;
}

export function actorOf(principal: Principal): Actor {
  if (principal.kind === 'user') return { kind: 'user', id: principal.person.id };
  return { kind: principal.kind, id: principal.kind === 'api_key' ? principal.id : principal.kind };
}
