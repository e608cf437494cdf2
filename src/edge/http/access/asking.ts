import type { FastifyRequest } from 'fastify';
import { actorOf, type Principal, type UserPrincipal } from '../../../hub/access/index.ts';
import type { Actor } from '../../../hub/audit/index.ts';
import { assert } from '../../../kernel/assert.ts';
import type { TenantId } from '../../../kernel/ids.ts';

type Asked = Pick<FastifyRequest, 'principal'>;

/** Who asks, on routes that are not open. */
export function principalIn({ principal }: Asked): Principal {
  assert(principal !== null, 'the route is open: nobody was identified');
  return principal;
}

/** Who asks, for the audit. */
export function actorIn(request: Asked): Actor {
  return actorOf(principalIn(request));
}

/** The tenant, on routes that need a permission. */
export function tenantIn(request: Asked): TenantId {
  const { tenantId } = principalIn(request);
  assert(tenantId !== null, 'the route needs no permission: there may be no tenant');
  return tenantId;
}

/** The person, on routes for people alone. */
export function personIn(request: Asked): UserPrincipal {
  const principal = principalIn(request);
  assert(principal.kind === 'user', 'the route is not for people alone');
  return principal;
}
