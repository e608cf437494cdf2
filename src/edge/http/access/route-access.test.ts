import Fastify, { type RouteOptions } from 'fastify';
import { expect, test } from 'vitest';
import { type RouteAccess, requireRouteAccess } from './route-access.ts';

function adding(config: RouteOptions['config']): () => void {
  const app = Fastify();
  requireRouteAccess(app);
  return () => app.route({ method: 'GET', url: '/x', handler: async () => ({}), ...(config ? { config } : {}) });
}

test('a route that does not say who may use it is not added', () => {
  expect(adding(undefined)).toThrow('GET /x names no access');
  expect(adding({})).toThrow('GET /x names no access');
});

test('neither is one that names a permission which is none', () => {
  expect(adding({ access: 'books.burn' as RouteAccess })).toThrow('GET /x names no access');
});

test.each(['open', 'anyone', 'person', 'books.read'] as const)('%s is taken', (access) => {
  expect(adding({ access })).not.toThrow();
});
