import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { createApiServer } from './api-server.ts';
import { apiDoors } from './fixtures/verbs.ts';
import { tellVersions } from './versioning.ts';

test('every answer of the API tells its version, also a refusal', async () => {
  const app = await createApiServer(apiDoors());
  for (const url of ['/api/v1/openapi.json', '/api/v1/me'])
    expect((await app.inject(url)).headers['api-version']).toBe('1');
  await app.close();
});

test('a route that will end says since when, until when and what to use instead', async () => {
  const app = Fastify();
  const schemas: unknown[] = [];
  tellVersions(app);
  app.addHook('onRoute', ({ schema }) => void schemas.push(schema));
  const deprecated = { since: Date.UTC(2026, 10, 20), ends: Date.UTC(2027, 4, 20), instead: '/api/v1/docs#new' };
  app.get('/old', { config: { deprecated } as never }, async () => ({}));
  app.get('/new', async () => ({}));
  expect((await app.inject('/old')).headers).toMatchObject({
    deprecation: '@1795132800',
    sunset: 'Thu, 20 May 2027 00:00:00 GMT',
    link: '</api/v1/docs#new>; rel="deprecation"',
  });
  expect((await app.inject('/new')).headers).not.toHaveProperty('deprecation');
  expect(schemas.slice(0, 1)).toMatchObject([{ deprecated: true }]);
  expect(schemas.at(-1)).toBeUndefined();
});
