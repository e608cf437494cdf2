import { describe, expect, test } from 'vitest';
import { CounterfoilError } from '../../kernel/errors.ts';
import { createBaseServer } from './base-server.ts';
import { httpDoors } from './fixtures/doors.ts';
import { API_BODY_BYTES } from './limits.ts';

function server() {
  const app = createBaseServer({
    ...httpDoors(),
    listener: 'api',
    limits: { body_bytes: API_BODY_BYTES, request_ms: 1_000 },
  });
  app.post('/echo', async (request) => ({ body: request.body }));
  app.get('/throttled', async () => {
    throw new CounterfoilError('provider.throttled', { retryAfter_ms: 1_500, field: 'page' });
  });
  return app;
}

describe('what the framework refuses is told as a problem', () => {
  const json = { 'content-type': 'application/json' };
  const cases = [
    ['a body above 1 MB', 413, { headers: json, payload: JSON.stringify('x'.repeat(API_BODY_BYTES)) }],
    ['malformed JSON', 400, { headers: json, payload: '{"a":' }],
    ['JSON that would change a prototype', 400, { headers: json, payload: '{"__proto__":{"a":1}}' }],
    ['an empty JSON body', 400, { headers: json, payload: '' }],
    ['a media type that is not taken', 415, { headers: { 'content-type': 'text/html' }, payload: '<p>' }],
    ['a media type that is none', 415, { headers: { 'content-type': ';' }, payload: 'x' }],
  ] as const;
  for (const [name, status, request] of cases) {
    test(name, async () => {
      const answer = await server().inject({ method: 'POST', url: '/echo', ...request });
      expect(answer.statusCode).toBe(status);
      expect(answer.headers['content-type']).toMatch('application/problem+json');
      expect(answer.json()).toMatchObject({ code: 'request.invalid', status, title: 'The request is not acceptable.' });
      expect(answer.body).not.toMatch(/FST_|Unexpected token|\.js\b/);
    });
  }
});

test('an error that passes by itself says how many seconds to wait, rounded up', async () => {
  const answer = await server().inject({ url: '/throttled' });
  expect([answer.statusCode, answer.headers['retry-after']]).toEqual([429, '2']);
  expect(answer.json()).toMatchObject({ code: 'provider.throttled', field: 'page' });
});

test('browsers are told to stay with https where they come by it, and nothing where they do not', async () => {
  const headersAt = async (publicUrl?: string) => {
    const limits = { body_bytes: API_BODY_BYTES, request_ms: 1_000 };
    const app = createBaseServer({ ...httpDoors(), listener: 'api', limits, ...(publicUrl ? { publicUrl } : {}) });
    return (await app.inject('/nothing')).headers;
  };
  expect(await headersAt('https://books.example.com')).toMatchObject({
    'strict-transport-security': 'max-age=31536000',
  });
  for (const plain of ['http://umbrel.local:4170', undefined])
    expect(await headersAt(plain)).not.toHaveProperty('strict-transport-security');
});
