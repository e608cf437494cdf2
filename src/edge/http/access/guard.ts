import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  csrfTokenOf,
  type LimitedSubject,
  type Principal,
  principalMay,
  type RequestLimiter,
} from '../../../hub/access/index.ts';
import { CounterfoilError } from '../../../kernel/errors.ts';
import { hasCsrfToken, isCrossSite } from './cross-site.ts';
import { type IdentifyDoors, identify } from './identify.ts';
import { isSafe, type RouteAccess } from './route-access.ts';

export interface GuardDoors extends IdentifyDoors {
  readonly limiter: RequestLimiter;
}

/** Asks every request of every route who it is and whether it may, before anything of it is read. */
export function guardRoutes(app: FastifyInstance, doors: GuardDoors): void {
  app.decorateRequest('principal', null);
  app.addHook('onRequest', async (request, reply) => {
    const access = request.routeOptions.config.access!;
    if (access === 'open') return guardOpen(doors, request);
    await limit(doors, [{ kind: 'address', id: request.ip }]);
    const found = await identify(doors, request);
    if (found === null) {
      reply.header('www-authenticate', 'Bearer');
      throw new CounterfoilError('request.unauthorized');
    }
    const { principal, sessionToken } = found;
    if (sessionToken !== null && !isSafe(request.method)) assertOwnPage(request, csrfTokenOf(sessionToken));
    await limit(doors, subjectsOf(principal));
    if (!isAllowed(principal, access)) throw new CounterfoilError('access.forbidden');
    request.principal = principal;
  });
}

/** What begins a session must not be begun by another site: it would be that site's session. */
async function guardOpen(doors: GuardDoors, request: FastifyRequest): Promise<void> {
  if (isSafe(request.method)) return;
  await limit(doors, [{ kind: 'address', id: request.ip }]);
  if (isCrossSite(request.headers)) throw new CounterfoilError('request.cross_site');
}

function assertOwnPage({ headers }: FastifyRequest, csrfToken: string): void {
  if (isCrossSite(headers) || !hasCsrfToken(headers, csrfToken)) throw new CounterfoilError('request.cross_site');
}

async function limit({ limiter }: GuardDoors, subjects: readonly LimitedSubject[]): Promise<void> {
  const taken = limiter.take(subjects);
  const wait_ms = typeof taken === 'number' ? taken : await taken;
  if (wait_ms > 0) throw new CounterfoilError('request.rate_limited', { retryAfter_ms: wait_ms });
}

function subjectsOf(principal: Principal): readonly LimitedSubject[] {
  const tenant = principal.tenantId === null ? [] : [{ kind: 'tenant', id: principal.tenantId } as const];
  if (principal.kind === 'user') return [{ kind: 'user', id: principal.person.id }, ...tenant];
  return principal.kind === 'api_key' ? [{ kind: 'key', id: principal.id }, ...tenant] : tenant;
}

function isAllowed(principal: Principal, access: Exclude<RouteAccess, 'open'>): boolean {
  if (access === 'anyone') return true;
  return access === 'person' ? principal.kind === 'user' : principalMay(principal, access);
}
