import { expect, test } from 'vitest';
import { routesNotAsked } from './route-coverage.ts';

const TABLE = [
  { method: 'GET', path: '/widgets' },
  { method: 'GET', path: '/widgets/{id}' },
  { method: 'POST', path: '/widgets' },
];

test('a route is asked by a request with its method and path, whatever fills its places', () => {
  expect(routesNotAsked(TABLE, ['GET /widgets/7', 'POST /widgets', 'GET /gadgets'])).toEqual(['GET /widgets']);
  expect(routesNotAsked(TABLE, [])).toEqual(['GET /widgets', 'GET /widgets/{id}', 'POST /widgets']);
});
