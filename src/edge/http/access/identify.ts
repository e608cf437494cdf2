import type { FastifyRequest } from 'fastify';
import {
  type AccessDoors,
  authenticateApiKey,
  authenticateSession,
  isLocalToken,
  looksLikeApiKey,
  type Principal,
} from '../../../hub/access/index.ts';
import type { TenantId } from '../../../kernel/ids.ts';
import type { Secret } from '../../../kernel/secret.ts';
import { sessionTokenOf } from './cookies.ts';

/** Names the tenant that a request is about, for whoever belongs to several. */
export const TENANT_HEADER = 'counterfoil-tenant';

const BEARER = /^Bearer +([\x21-\x7e]+) *$/i;
const TENANT = /^ten_[0-9a-z]{1,60}$/;

export interface IdentifyDoors {
  readonly access: AccessDoors;
  /** Of the owner's own programs on this machine. */
  readonly token: Secret;
  /** The tenant of the local token. */
  home(request: FastifyRequest): TenantId | Promise<TenantId>;
}

/** Who asks, and the token of their session; null for programs, which no site can make ask. */
export interface Identified {
  readonly principal: Principal;
  readonly sessionToken: string | null;
}

/** By the Authorization header when there is one, else by the cookie. Null when that is not good, whatever the reason. */
export async function identify(doors: IdentifyDoors, request: FastifyRequest): Promise<Identified | null> {
  const { headers } = request;
  const wanted = wantedTenant(headers[TENANT_HEADER]);
  if (wanted === 'none') return null;
  if (headers.authorization !== undefined) {
    const given = BEARER.exec(headers.authorization)?.[1];
    const principal = given === undefined ? null : await identifyProgram(doors, request, given, wanted);
    return principal && { principal, sessionToken: null };
  }
  const token = sessionTokenOf(headers)?.reveal();
  const principal = token === undefined ? null : await authenticateSession(doors.access, token, wanted);
  return principal && { principal, sessionToken: token! };
}

async function identifyProgram(doors: IdentifyDoors, request: FastifyRequest, given: string, wanted: TenantId | null) {
  if (looksLikeApiKey(given) || !isLocalToken(doors.token, given))
    return authenticateApiKey(doors.access, given, wanted);
  const home = await doors.home(request);
  return { kind: 'local', tenantId: wanted === null || wanted === home ? home : null } as const;
}

/** What cannot be a tenant's id belongs to nobody. */
function wantedTenant(header: string | string[] | undefined): TenantId | null | 'none' {
  if (header === undefined) return null;
  return typeof header === 'string' && TENANT.test(header) ? (header as TenantId) : 'none';
}
