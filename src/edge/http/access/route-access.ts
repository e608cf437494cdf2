import type { FastifyInstance, RouteOptions } from 'fastify';
import { PERMISSIONS, type Permission, type Principal } from '../../../hub/access/index.ts';
import { assert } from '../../../kernel/assert.ts';

/**
 * Who may use a route: everybody (`open`), whoever proves who they are in any way (`anyone`), a person in a session
 * (`person`), or whoever has a permission in the tenant of the request.
 */
export type RouteAccess = 'open' | 'anyone' | 'person' | Permission;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every route says it: the server does not start with one that does not. */
    access?: RouteAccess;
  }
  interface FastifyRequest {
    /** Who asks; null on open routes. */
    principal: Principal | null;
  }
}

const KNOWN: readonly string[] = ['open', 'anyone', 'person', ...PERMISSIONS];

/** Refuses every route that is added without saying who may use it, and writes that into the description. */
export function requireRouteAccess(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    const access = route.config?.access;
    assert(access !== undefined && KNOWN.includes(access), `${String(route.method)} ${route.url} names no access`);
    describeAccess(route, access);
  });
}

function describeAccess(route: RouteOptions, access: RouteAccess): void {
  const schema = (route.schema ?? {}) as Record<string, unknown>;
  schema['x-access'] = access;
  if (access === 'open') schema['security'] = [];
  if (access === 'person') schema['security'] = [{ session: [] }];
  route.schema = schema;
}

export function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}
