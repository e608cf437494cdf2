import { describe, expect, test } from 'vitest';
import { CounterfoilError } from '../../kernel/errors.ts';
import { logContext } from '../../platform/telemetry/index.ts';
import { createEdgeServer } from './edge-server.ts';
import { httpDoors } from './fixtures/doors.ts';
import { recordingInbox } from './fixtures/inbox.ts';
import { EDGE_BODY_BYTES } from './limits.ts';

const TOKEN = 'k'.repeat(52);
const URL_OF_STRIPE = `/webhooks/stripe/${TOKEN}`;

function edge(inbox = recordingInbox(), probing: readonly string[] = []) {
  const doors = httpDoors();
  return { doors, inbox, app: createEdgeServer({ ...doors, inbox, probing, providers: ['stripe', 'quickbooks'] }) };
}

describe('a webhook', () => {
  test('reaches the inbox byte for byte and is answered 200 without a body', async () => {
    const { app, inbox } = edge();
    const payload = Buffer.from([0x7b, 0xff, 0x00, 0x0a, 0x20, 0x7d]);
    const answer = await app.inject({
      method: 'POST',
      url: URL_OF_STRIPE,
      payload,
      headers: { 'content-type': 'application/json', 'Stripe-Signature': 't=1,v1=ab' },
    });
    expect([answer.statusCode, answer.body]).toEqual([200, '']);
    expect(inbox.arrivals).toHaveLength(1);
    const [arrival] = inbox.arrivals;
    expect(arrival).toMatchObject({ provider: 'stripe', token: TOKEN });
    expect(Buffer.from(arrival!.body).equals(payload)).toBe(true);
    expect(arrival!.headers).toMatchObject({ 'content-type': 'application/json', 'stripe-signature': 't=1,v1=ab' });
  });

  for (const type of [
    'application/cloudevents+json',
    'text/plain; charset=utf-16',
    'a/b; boundary',
    'nonsense',
    ';',
    '\ta/b',
  ]) {
    test(`may call its body ${JSON.stringify(type)}`, async () => {
      const { app, inbox } = edge();
      const answer = await app.inject({
        method: 'POST',
        url: URL_OF_STRIPE,
        payload: '{"a":1}',
        headers: { 'content-type': type },
      });
      expect(answer.statusCode).toBe(200);
      expect(Buffer.from(inbox.arrivals[0]!.body).toString()).toBe('{"a":1}');
      expect(inbox.arrivals[0]!.headers['content-type']).toBe(type);
    });
  }

  test('may have no media type and no body', async () => {
    const { app, inbox } = edge();
    expect((await app.inject({ method: 'POST', url: URL_OF_STRIPE })).statusCode).toBe(200);
    expect(inbox.arrivals[0]!.body).toHaveLength(0);
    expect(inbox.arrivals[0]!.headers).not.toHaveProperty('content-type');
  });

  test('may have 5 MB, and one byte more is refused with 413', async () => {
    const { app, inbox } = edge();
    const post = (payload: Buffer) => app.inject({ method: 'POST', url: URL_OF_STRIPE, payload });
    expect((await post(Buffer.alloc(EDGE_BODY_BYTES))).statusCode).toBe(200);
    const refused = await post(Buffer.alloc(EDGE_BODY_BYTES + 1));
    expect(refused.statusCode).toBe(413);
    expect(refused.json()).toMatchObject({
      code: 'webhook.too_large',
      status: 413,
      type: 'urn:counterfoil:error:webhook.too_large',
    });
    expect(inbox.arrivals).toHaveLength(1);
  });

  test('is refused with the status and code of the inbox', async () => {
    const { app } = edge(recordingInbox({ status: 400, code: 'webhook.stale', duplicate: false }));
    const answer = await app.inject({ method: 'POST', url: URL_OF_STRIPE, payload: '{}' });
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toMatch('application/problem+json');
    expect(answer.json()).toMatchObject({
      code: 'webhook.stale',
      status: 400,
      requestId: answer.headers['x-request-id'],
    });
  });

  for (const code of ['store.unavailable', 'store.busy', 'vault.unreadable'] as const) {
    test(`is turned away with 503 and Retry-After on ${code}, without a word of what is wrong inside`, async () => {
      const failing = recordingInbox(() => {
        throw new CounterfoilError(code, { detail: 'connect ECONNREFUSED 10.0.0.7:5432' });
      });
      const { app } = edge(failing);
      const answer = await app.inject({ method: 'POST', url: URL_OF_STRIPE, payload: '{}' });
      expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '5']);
      expect(answer.json()).toMatchObject({ code });
      expect(answer.body).not.toContain('10.0.0.7');
    });
  }

  test('is answered 500 when the program itself is at fault, without its words', async () => {
    const failing = recordingInbox(() => {
      throw new TypeError('cannot read undefined of customer Jane');
    });
    const { app, doors } = edge(failing);
    const answer = await app.inject({ method: 'POST', url: URL_OF_STRIPE, payload: '{}' });
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toMatchObject({ code: 'internal.unexpected' });
    expect(answer.body).not.toMatch(/Jane|TypeError|\.ts\b/);
    expect(doors.log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  test('is turned away with 503 when storing takes too long', async () => {
    const inbox = { receive: () => new Promise<never>(() => {}) };
    const app = createEdgeServer({ ...httpDoors(), inbox, providers: ['stripe'], limits: { request_ms: 20 } });
    const answer = await app.inject({ method: 'POST', url: URL_OF_STRIPE, payload: '{}' });
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '5']);
  });

  test('runs in a log context with its request id', async () => {
    let context = {};
    const inbox = recordingInbox(() => {
      context = logContext();
      return { status: 200, code: null, duplicate: false };
    });
    await edge(inbox).app.inject({
      method: 'POST',
      url: URL_OF_STRIPE,
      payload: '{}',
      headers: { 'x-request-id': 'abc-12345' },
    });
    expect(context).toEqual({ requestId: 'abc-12345' });
  });
});

describe('the public listener', () => {
  const elsewhere = [
    ['GET', URL_OF_STRIPE],
    ['HEAD', URL_OF_STRIPE],
    ['PUT', URL_OF_STRIPE],
    ['OPTIONS', URL_OF_STRIPE],
    ['POST', '/webhooks/paypal/token'],
    ['POST', '/webhooks/__proto__/token'],
    ['POST', '/webhooks/stripe'],
    ['POST', '/webhooks/stripe/a/b'],
    ['POST', `/webhooks/stripe/${'x'.repeat(101)}`],
    ['POST', '/webhooks/stripe/%zz'],
    ['GET', '/'],
    ['GET', '/health/live'],
    ['GET', '/api/v1/postings'],
    ['GET', '/api/v1/openapi.json'],
  ] as const;
  for (const [method, url] of elsewhere) {
    test(`answers 404 to ${method} ${url.slice(0, 40)}`, async () => {
      const { app, inbox } = edge();
      expect((await app.inject({ method, url })).statusCode).toBe(404);
      expect(inbox.arrivals).toHaveLength(0);
    });
  }

  test('answers 404 before it reads a body that would be too large', async () => {
    const { app } = edge();
    const answer = await app.inject({ method: 'POST', url: '/upload', payload: Buffer.alloc(EDGE_BODY_BYTES + 1) });
    expect(answer.statusCode).toBe(404);
  });

  test('tells a provider that probes by GET that the address is alive, and no other', async () => {
    const { app } = edge(recordingInbox(), ['quickbooks']);
    expect((await app.inject({ url: `/webhooks/quickbooks/${TOKEN}` })).statusCode).toBe(200);
    expect((await app.inject({ url: URL_OF_STRIPE })).statusCode).toBe(404);
  });

  test('puts its safety headers on every answer', async () => {
    const { app } = edge();
    for (const url of [URL_OF_STRIPE, '/elsewhere', '/webhooks/stripe/%zz']) {
      const { headers } = await app.inject({ method: 'POST', url, payload: '{}' });
      expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
      expect(headers['x-request-id']).toMatch(/^request-\d{4}$/);
    }
  });

  test('takes over a request id that is fit for a log, and no other', async () => {
    const { app } = edge();
    const idOf = async (given: string) =>
      (await app.inject({ method: 'POST', url: URL_OF_STRIPE, headers: { 'x-request-id': given } })).headers[
        'x-request-id'
      ];
    expect(await idOf('0af7651916cd43dd.8448eb21')).toBe('0af7651916cd43dd.8448eb21');
    for (const bad of ['short', 'x'.repeat(65), 'spaces are not', '{"json":1}', 'ünïcode-id'])
      expect(await idOf(bad)).toMatch(/^request-\d{4}$/);
  });

  test('writes neither token nor body to its log, and counts by route', async () => {
    const { app, doors } = edge(recordingInbox({ status: 401, code: 'webhook.bad_signature', duplicate: false }));
    await app.inject({ method: 'POST', url: URL_OF_STRIPE, payload: '{"email":"jane@example.com"}' });
    await app.inject({ method: 'POST', url: `/elsewhere/${TOKEN}` });
    expect(doors.log.lines.length).toBeGreaterThan(0);
    const written = JSON.stringify(doors.log.lines);
    expect(written).not.toContain(TOKEN);
    expect(written).not.toContain('jane');
    expect(doors.metrics.snapshot().counters).toEqual({
      'http_requests{listener="edge",route="(none)",status="404"}': 1,
      'http_requests{listener="edge",route="/webhooks/:provider/:token",status="401"}': 1,
    });
  });
});
