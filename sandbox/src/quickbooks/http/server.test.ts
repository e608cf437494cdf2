import { describe, expect, test } from 'vitest';
import { createQuickBooks } from '../index.ts';
import { bench, faultOf, REALM, START, seededRandom, TOKEN } from '../support.ts';

const DOCUMENTED = { perMinute: 500, perSecond: 10, concurrent: 10, batchPerMinute: 40 };

describe('the door', () => {
  test('answers 401 in the lower-case shape without a good token', async () => {
    const b = bench();
    const reply = await b.post('customer', {}, { authorization: 'Bearer wrong' });
    expect(reply.status).toBe(401);
    expect(reply.json.fault).toMatchObject({ type: 'AUTHENTICATION', error: [{ code: '3200' }] });
    expect(reply.json.fault.error[0]?.message).toContain('errorCode=003200');
    b.qbo.expireAccessToken();
    expect((await b.get('item/1')).status).toBe(401);
  });

  test('answers 401 as XML when a gateway gives it', async () => {
    const b = bench({ gatewayXml: true });
    const reply = await b.post('customer', {}, { authorization: '' });
    expect(reply.status).toBe(401);
    expect(reply.headers.get('content-type')).toContain('xml');
    expect(reply.text).toContain('<Fault type="AuthenticationFault"><Error code="100">');
  });

  test('answers 403 for another company and 404 outside the API', async () => {
    const b = bench();
    const reply = await b.get('/v3/company/123/item/1');
    expect(reply.status).toBe(403);
    expect(faultOf(reply)).toMatchObject({ code: '120', type: 'AuthorizationFault' });
    expect((await b.get('/elsewhere')).status).toBe(404);
    expect((await b.get('item/%E0%A4%A')).status).toBe(400);
  });
});

describe('the limits', () => {
  test('let 10 requests a second and 500 a minute through', async () => {
    const b = bench({ limits: DOCUMENTED });
    for (let second = 0; second < 50; second += 1) {
      for (let number = 0; number < 10; number += 1) expect((await b.get('item/1')).status).toBe(200);
      const reply = await b.get('item/1');
      expect(reply.status).toBe(429);
      expect(reply.json.fault).toMatchObject({ error: [{ code: '3001' }] });
      expect(reply.json.fault.error[0]?.message).toBe('message=ThrottleExceeded; errorCode=003001; statusCode=429');
      expect(reply.headers.get('retry-after')).toBeNull();
      b.now += 1000;
    }
    expect((await b.get('item/1')).status).toBe(429);
    b.now += 10_000;
    expect((await b.get('item/1')).status).toBe(200);
  });

  test('let 40 batches a minute through', async () => {
    const b = bench({ limits: { ...DOCUMENTED, retryAfterSeconds: 60 } });
    const body = { BatchItemRequest: [{ bId: '1', Query: 'select * from Item' }] };
    for (let number = 0; number < 40; number += 1) {
      expect((await b.post('batch', body)).status).toBe(200);
      b.now += 1000;
    }
    const refused = await b.post('batch', body);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
    expect((await b.get('item/1')).status).toBe(200);
  });

  test('let 10 requests in at once', async () => {
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const qbo = createQuickBooks(
      { now: () => START, random: seededRandom(1) },
      { limits: { perSecond: null }, pause: () => gate },
    );
    const request = () =>
      qbo.fetch(
        new Request(`http://q.test/v3/company/${REALM}/item/1`, { headers: { authorization: `Bearer ${TOKEN}` } }),
      );
    const waiting = Array.from({ length: 10 }, request);
    expect((await request()).status).toBe(429);
    open();
    expect((await Promise.all(waiting)).map((response) => response.status)).toEqual(Array(10).fill(200));
    expect((await request()).status).toBe(200);
  });

  test('can meter reads by the month, but never writes', async () => {
    const b = bench({ limits: { perMinute: null, perSecond: null, readsPerMonth: 2 } });
    expect([(await b.get('item/1')).status, (await b.get('item/1')).status]).toEqual([200, 200]);
    b.now += 3_600_000;
    expect((await b.get('item/1')).status).toBe(429);
    expect((await b.post('customer', { DisplayName: 'Ada' })).status).toBe(200);
    b.now = Date.parse('2026-12-01T00:00:00Z');
    expect((await b.get('item/1')).status).toBe(200);
  });
});
