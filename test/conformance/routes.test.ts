import { describe, expect, test } from 'vitest';
import { createRouter } from './routes.ts';

const find = createRouter([
  { method: 'get', template: '/v1/charges/{id}', target: 'one' },
  { method: 'get', template: '/v1/charges/search', target: 'search' },
  { method: 'get', template: '/v1/charges', target: 'list' },
  { method: 'post', template: '/v1/charges/{id}', target: 'update' },
]);

describe('a router', () => {
  test('prefers a literal segment to a parameter, whatever the order of the table', () => {
    expect(find('GET', '/v1/charges/search')?.route.target).toBe('search');
    expect(find('GET', '/v1/charges/ch_1')?.route.target).toBe('one');
  });

  test('decodes path parameters', () => {
    expect(find('POST', '/v1/charges/a%2Fb')?.parameters).toEqual({ id: 'a/b' });
  });

  test('ignores the case of the method but not of the path', () => {
    expect(find('get', '/v1/charges')?.route.target).toBe('list');
    expect(find('GET', '/v1/Charges')).toBeUndefined();
  });

  test('finds nothing for another method, another depth, an empty or an undecodable segment', () => {
    expect(find('DELETE', '/v1/charges/ch_1')).toBeUndefined();
    expect(find('GET', '/v1/charges/ch_1/refunds')).toBeUndefined();
    expect(find('GET', '/v1/charges/')).toBeUndefined();
    expect(find('GET', '/v1/charges/%E0%A4%A')).toBeUndefined();
  });
});
