import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { CounterfoilError } from '../../kernel/errors.ts';
import type { BreakerStore } from './breaker.ts';
import { MAX_BUDGET_WAIT_MS } from './budget-wait.ts';
import type { Call } from './call.ts';
import type { FetchDoor } from './fetch-wire.ts';
import { aCall, aLimit, TENANT } from './fixtures.ts';
import { ManualClock } from './manual-clock.ts';
import { memoryBreakers, memoryBudgets, memoryCalls } from './memory.ts';
import { createTransport, type TransportDoors } from './transport.ts';

function rig(changes: Partial<TransportDoors> & { fetch: FetchDoor }) {
  const clock = new ManualClock();
  const calls = memoryCalls();
  const requests: Request[] = [];
  const troubles: unknown[] = [];
  const doors: TransportDoors = {
    clock,
    random: { fraction: () => 0 },
    budgets: memoryBudgets(clock),
    breakers: memoryBreakers(clock),
    calls,
    onTrouble: (error) => troubles.push(error),
    ...changes,
    fetch: (request) => {
      requests.push(request.clone());
      return changes.fetch(request);
    },
  };
  const transport = createTransport(doors);
  return {
    ...doors,
    clock,
    calls,
    requests,
    troubles,
    transport,
    send: (call: Call = aCall()) => transport.send(call),
  };
}

const answering =
  (status: number, headers: Record<string, string> = {}, body = '{}'): FetchDoor =>
  async () =>
    new Response(body, { status, headers });
const broken: FetchDoor = () => Promise.reject(new Error('socket closed'));
const silent: FetchDoor = () => new Promise(() => {});

async function repeat(times: number, work: () => Promise<unknown>): Promise<void> {
  for (let i = 0; i < times; i += 1) await work().catch(() => {});
}

/** Lets everything run that waits for nothing outside. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** What a call comes to when that much time passes while it waits. */
async function whileTimePasses<T>(clock: ManualClock, ms: number, work: Promise<T>): Promise<T> {
  const handled = Promise.allSettled([work]);
  await settled();
  clock.advance(ms);
  await handled;
  return work;
}

describe('an answer', () => {
  test('comes with status, headers, text, the id of the call and its times', async () => {
    const { send, clock } = rig({
      fetch: async () => {
        clock.advance(250);
        return new Response('{"ok":true}', { status: 201, headers: { 'Request-Id': 'req_7', 'X-Left': '3' } });
      },
    });
    await expect(send()).resolves.toEqual({
      status: 201,
      headers: expect.objectContaining({ 'request-id': 'req_7', 'x-left': '3' }),
      text: '{"ok":true}',
      requestId: 'req_7',
      took_ms: 250,
      waited_ms: 0,
    });
  });

  test.each([301, 400, 401, 404, 409, 429, 500, 503])(
    'may be a %d; that is for the connector to judge',
    async (status) => {
      const { send, requests } = rig({ fetch: answering(status, {}, 'no') });
      await expect(send()).resolves.toMatchObject({ status, text: 'no', requestId: null });
      expect(requests).toHaveLength(1);
    },
  );

  test('is unpacked', async () => {
    const body = gzipSync('{"packed":true}');
    const { send } = rig({ fetch: async () => new Response(body, { headers: { 'content-encoding': 'gzip' } }) });
    await expect(send()).resolves.toMatchObject({ text: '{"packed":true}' });
  });

  test('that is no text is unreadable, with what is known of it', async () => {
    const { send } = rig({
      fetch: async () => new Response(Uint8Array.of(0xff), { headers: { 'request-id': 'req_8' } }),
    });
    await expect(send()).rejects.toMatchObject({
      code: 'provider.unreadable',
      outcome: 'unknown',
      provider: { status: 200, requestId: 'req_8' },
    });
  });

  test('that is larger than the limit is refused', async () => {
    const { send } = rig({ fetch: answering(200, {}, 'x'.repeat(11)), maxAnswerBytes: 10 });
    await expect(send()).rejects.toMatchObject({ code: 'transport.answer_too_large', outcome: 'unknown' });
  });
});

describe('a request', () => {
  test('arrives with its method, URL, headers, credential and body', async () => {
    const { send, requests } = rig({ fetch: answering(200) });
    const body = { contentType: 'application/json', text: '{"amount":1999}' };
    await send(aCall({ request: { method: 'POST', path: '/v1/refunds', query: [['expand', 'charge']], body } }));
    const [request] = requests;
    expect(request).toMatchObject({ method: 'POST', url: 'https://api.acmepay.example/v1/refunds?expand=charge' });
    expect(request!.headers.get('authorization')).toBe('Bearer token-of-acme');
    expect(request!.headers.get('acme-version')).toBe('2026-11-01');
    await expect(request!.text()).resolves.toBe(body.text);
  });

  test('is sent once, whatever comes of it', async () => {
    const { send, requests } = rig({ fetch: broken });
    await expect(send()).rejects.toMatchObject({ code: 'provider.connection_lost', outcome: 'unknown' });
    expect(requests).toHaveLength(1);
  });

  test('is known not to be applied when there was no connection', async () => {
    const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    const { send } = rig({ fetch: () => Promise.reject(new TypeError('fetch failed', { cause: refused })) });
    await expect(send()).rejects.toMatchObject({ code: 'provider.unreachable', outcome: 'not_applied' });
  });

  test('goes to no host that is not the connector’s, and costs no budget there', async () => {
    const { send, requests } = rig({ fetch: answering(200) });
    const limits = [aLimit({ calls: 1 })];
    const stray = send(aCall({ baseUrl: 'https://evil.example', limits }));
    await expect(stray).rejects.toMatchObject({ code: 'transport.host_not_allowed', outcome: 'not_applied' });
    await expect(send(aCall({ limits }))).resolves.toMatchObject({ waited_ms: 0 });
    expect(requests).toHaveLength(1);
  });

  test('goes to no name that leads to a private address', async () => {
    const { send, requests } = rig({ fetch: answering(200), resolve: async () => ['10.0.0.1'] });
    await expect(send()).rejects.toMatchObject({ code: 'transport.private_address', outcome: 'not_applied' });
    expect(requests).toHaveLength(0);
  });
});

describe('the deadline', () => {
  test('leaves the outcome unknown once the request may have been sent', async () => {
    const { send, clock } = rig({ fetch: silent });
    const sent = send(aCall({ timeout_ms: 30_000, request: { timeout_ms: 5_000 } }));
    await settled();
    clock.advance(5_000);
    await expect(sent).rejects.toMatchObject({ code: 'provider.timeout', outcome: 'unknown' });
  });

  test('proves that nothing happened while the name is still being resolved', async () => {
    const { send, clock, requests } = rig({ fetch: silent, resolve: () => new Promise(() => {}) });
    const sent = send();
    await settled();
    clock.advance(30_000);
    await expect(sent).rejects.toMatchObject({ code: 'provider.timeout', outcome: 'not_applied' });
    expect(requests).toHaveLength(0);
  });

  test('leaves no timer behind', async () => {
    const { send, clock, transport } = rig({ fetch: answering(200) });
    await send();
    await transport.close();
    expect(clock.pending).toBe(0);
  });
});

describe('the rate budget', () => {
  const limits = [aLimit({ calls: 1, per_ms: 8_000 })];

  test('is waited for when that is short', async () => {
    const { send, clock } = rig({ fetch: answering(200) });
    await send(aCall({ limits }));
    await expect(whileTimePasses(clock, 8_000, send(aCall({ limits })))).resolves.toMatchObject({ waited_ms: 8_000 });
  });

  test('is not waited for when that is long; nothing is sent', async () => {
    const { send, requests } = rig({ fetch: answering(200) });
    const slow = [aLimit({ calls: 1, per_ms: 60_000 })];
    await send(aCall({ limits: slow }));
    await expect(send(aCall({ limits: slow }))).rejects.toMatchObject({
      code: 'provider.budget_spent',
      outcome: 'not_applied',
      retryAfter_ms: 60_000,
    });
    expect(requests).toHaveLength(1);
  });

  test('belongs to the connection or, for a limit of the app, to all of them', async () => {
    const { send, clock } = rig({ fetch: answering(200) });
    const other = { connectionId: 'con_other' } as const;
    const appLimit = [aLimit({ scope: 'app', calls: 1, per_ms: 8_000 })];
    await send(aCall({ limits }));
    await expect(send(aCall({ ...other, limits }))).resolves.toMatchObject({ waited_ms: 0 });
    await send(aCall({ limits: appLimit }));
    const waiting = send(aCall({ ...other, limits: appLimit }));
    await expect(whileTimePasses(clock, 8_000, waiting)).resolves.toMatchObject({ waited_ms: 8_000 });
  });

  test('keeps a reserve from backfill for live work', async () => {
    const { send } = rig({ fetch: answering(200) });
    const minute = [aLimit({ calls: 50, per_ms: 3_000_000 })];
    const backfill = aCall({ limits: minute, lane: 'backfill' });
    await repeat(8, () => send(backfill));
    await expect(send(backfill)).rejects.toMatchObject({ code: 'provider.budget_spent' });
    await expect(send(aCall({ limits: minute }))).resolves.toMatchObject({ waited_ms: 0 });
  });
});

describe('a 429', () => {
  const throttledOnce = (headers: Record<string, string>): FetchDoor => {
    const statuses = [429];
    return async () => new Response('', { status: statuses.shift() ?? 200, headers });
  };

  test('stops the whole connection for as long as it says, and no other', async () => {
    const { send, requests } = rig({ fetch: throttledOnce({ 'Retry-After': '60' }) });
    const limits = [aLimit({ scope: 'app' })];
    await send(aCall({ limits }));
    const again = send(aCall({ limits, request: { path: '/v1/other' } }));
    await expect(again).rejects.toMatchObject({ code: 'provider.budget_spent', retryAfter_ms: 60_000 });
    await expect(send(aCall({ limits, connectionId: 'con_other' }))).resolves.toMatchObject({ status: 200 });
    expect(requests).toHaveLength(2);
  });

  test('lets the next call through when its time is over', async () => {
    const { send, clock } = rig({ fetch: throttledOnce({ 'Retry-After': '9' }) });
    const limits = [aLimit({ calls: 1, per_ms: 5_000 })];
    await send(aCall({ limits }));
    const again = whileTimePasses(clock, 9_000, send(aCall({ limits })));
    await expect(again).resolves.toMatchObject({ status: 200, waited_ms: 9_000 });
  });

  test('without Retry-After changes nothing here', async () => {
    const { send } = rig({ fetch: throttledOnce({}) });
    await send();
    await expect(send()).resolves.toMatchObject({ status: 200, waited_ms: 0 });
  });
});

describe('the breaker', () => {
  test.each<[string, FetchDoor]>([
    ['server errors', answering(503)],
    ['broken connections', broken],
    ['unreadable answers', async () => new Response(Uint8Array.of(0xff))],
  ])('opens after five %s in a row and lets nothing through', async (_what, fetch) => {
    const { send, requests } = rig({ fetch });
    await repeat(5, send);
    await expect(send()).rejects.toMatchObject({
      code: 'provider.breaker_open',
      outcome: 'not_applied',
      retryAfter_ms: 5_000,
    });
    expect(requests).toHaveLength(5);
  });

  test('opens after five calls without an answer', async () => {
    const { send, clock } = rig({ fetch: silent });
    await repeat(5, () => whileTimePasses(clock, 30_000, send()));
    await expect(send()).rejects.toMatchObject({ code: 'provider.breaker_open' });
  });

  test.each<[string, FetchDoor]>([
    ['429', answering(429)],
    ['401', answering(401)],
    ['400', answering(400)],
    ['answers that are too large', answering(200, {}, 'x'.repeat(100))],
  ])('is not opened by %s', async (_what, fetch) => {
    const { send, requests } = rig({ fetch, maxAnswerBytes: 10 });
    await repeat(10, send);
    expect(requests).toHaveLength(10);
  });

  test('is not opened by addresses that are refused', async () => {
    const resolve = async () => ['10.0.0.1'];
    const { send } = rig({ fetch: answering(200), resolve });
    await repeat(10, send);
    await expect(send()).rejects.toMatchObject({ code: 'transport.private_address' });
  });

  test('concerns one connection at one host', async () => {
    const { send, requests } = rig({ fetch: answering(500) });
    await repeat(6, send);
    await send(aCall({ connectionId: 'con_other' }));
    await send(aCall({ baseUrl: 'https://files.acmepay.example', allowedHosts: ['files.acmepay.example'] }));
    expect(requests).toHaveLength(7);
  });

  test('tries once after its rest and closes again when that works', async () => {
    let status = 500;
    const { send, clock, requests } = rig({ fetch: async () => new Response('', { status }) });
    await repeat(5, send);
    clock.advance(5_000);
    await send();
    await expect(send()).rejects.toMatchObject({ code: 'provider.breaker_open', retryAfter_ms: 10_000 });
    status = 200;
    clock.advance(10_000);
    await repeat(5, send);
    expect(requests).toHaveLength(11);
  });

  test('sends one probe only, however many calls come', async () => {
    const fetchers: FetchDoor[] = Array.from({ length: 5 }, () => answering(500));
    const { send, clock, requests } = rig({ fetch: (request) => (fetchers.shift() ?? silent)(request) });
    await repeat(5, send);
    clock.advance(5_000);
    const ends = await whileTimePasses(clock, 30_000, Promise.allSettled([send(), send(), send()]));
    expect(requests).toHaveLength(6);
    const codes = ends.map((end) => (end.status === 'rejected' ? (end.reason as CounterfoilError).code : 'answered'));
    expect(codes.sort()).toEqual(['provider.breaker_open', 'provider.breaker_open', 'provider.timeout']);
  });

  test('is not taken by a call that gets no budget: the next one may be the probe', async () => {
    const { send, clock } = rig({ fetch: answering(500) });
    const limits = [aLimit({ calls: 1, per_ms: 600_000 })];
    await repeat(5, send);
    clock.advance(5_000);
    await send(aCall({ connectionId: 'con_other', limits: [{ ...limits[0]!, scope: 'app' }] }));
    const noBudget = send(aCall({ limits: [{ ...limits[0]!, scope: 'app' }] }));
    await expect(noBudget).rejects.toMatchObject({ code: 'provider.budget_spent' });
    await expect(send()).resolves.toMatchObject({ status: 500 });
  });

  test('that opens while a call waits for its budget stops that call', async () => {
    const { send, clock, requests } = rig({ fetch: answering(500) });
    const limits = [aLimit({ calls: 1, per_ms: 3_000 })];
    await send(aCall({ limits }));
    const waiting = send(aCall({ limits }));
    await repeat(4, send);
    await expect(whileTimePasses(clock, 3_000, waiting)).rejects.toMatchObject({ code: 'provider.breaker_open' });
    expect(requests).toHaveLength(5);
  });

  test('learns nothing from a probe that its caller gave up', async () => {
    const fetchers: FetchDoor[] = Array.from({ length: 5 }, () => answering(500));
    const { send, clock, transport } = rig({ fetch: (request) => (fetchers.shift() ?? silent)(request) });
    await repeat(5, send);
    clock.advance(5_000);
    const caller = new AbortController();
    const probe = transport.send(aCall(), caller.signal);
    await settled();
    caller.abort();
    await expect(probe).rejects.toMatchObject({ code: 'provider.connection_lost' });
    fetchers.push(answering(200));
    await expect(send()).resolves.toMatchObject({ status: 200 });
  });
});

describe('a caller that stops', () => {
  test('before the call: nothing is sent', async () => {
    const { transport, requests } = rig({ fetch: answering(200) });
    const sent = transport.send(aCall(), AbortSignal.abort(new Error('shutting down')));
    await expect(sent).rejects.toMatchObject({ code: 'provider.connection_lost', outcome: 'not_applied' });
    expect(requests).toHaveLength(0);
  });

  test('while the call waits for its budget: nothing is sent', async () => {
    const { transport, requests } = rig({ fetch: answering(200) });
    const limits = [aLimit({ calls: 1, per_ms: MAX_BUDGET_WAIT_MS })];
    await transport.send(aCall({ limits }));
    const caller = new AbortController();
    const sent = transport.send(aCall({ limits }), caller.signal);
    await settled();
    caller.abort();
    await expect(sent).rejects.toMatchObject({ code: 'provider.connection_lost', outcome: 'not_applied' });
    expect(requests).toHaveLength(1);
  });

  test('after sending: the outcome is unknown', async () => {
    const { transport } = rig({ fetch: silent });
    const caller = new AbortController();
    const sent = transport.send(aCall(), caller.signal);
    await settled();
    caller.abort();
    await expect(sent).rejects.toMatchObject({ code: 'provider.connection_lost', outcome: 'unknown' });
  });
});

describe('the call log', () => {
  test('has a row per call that went out, with and without an answer, and none for those refused by us', async () => {
    const fetchers: FetchDoor[] = [answering(200, { 'request-id': 'req_1' }), answering(404), broken];
    const { send, transport, calls, clock } = rig({ fetch: (request) => fetchers.shift()!(request) });
    const at = clock.now();
    const query = [['email', 'jane@acme.example']] as const;
    await send(aCall({ request: { query } }));
    await send();
    await send().catch(() => {});
    await send(aCall({ baseUrl: 'https://evil.example' })).catch(() => {});
    await transport.close();
    const row = {
      connectionId: 'con_acme',
      operation: 'GET /v1/charges',
      path: '/v1/charges',
      waited_ms: 0,
      took_ms: 0,
    };
    expect(calls.rowsOf(TENANT).map(({ at: _, ...rest }) => rest)).toEqual([
      { ...row, path: '/v1/charges?email=***', status: 200, errorCode: null, requestId: 'req_1' },
      { ...row, status: 404, errorCode: null, requestId: null },
      { ...row, status: null, errorCode: 'provider.connection_lost', requestId: null },
    ]);
    expect(calls.rowsOf(TENANT)[0]!.at).toBe(at);
  });

  test('and errors show neither credential nor query nor body', async () => {
    const { send, transport, calls } = rig({ fetch: broken });
    const request = {
      query: [['email', 'jane@acme.example']] as const,
      body: { contentType: 'application/json', text: 'body-of-jane' },
      method: 'POST' as const,
    };
    const error: unknown = await send(aCall({ request })).catch((thrown: unknown) => thrown);
    await transport.close();
    const shown = inspect([error, calls.rowsOf(TENANT)], { depth: 20, showHidden: true });
    expect(shown).toContain('provider.connection_lost');
    expect(shown).not.toMatch(/token-of-acme|jane/);
  });
});

describe('bookkeeping', () => {
  const outage = new CounterfoilError('store.unavailable');
  const down = () => Promise.reject(outage);

  test('that fails before a call keeps it from being sent', async () => {
    const { send, requests } = rig({ fetch: answering(200), budgets: { take: down, empty: down } });
    await expect(send()).rejects.toBe(outage);
    expect(requests).toHaveLength(0);
  });

  test('that fails after a call does not hide its answer', async () => {
    const clock = new ManualClock();
    const breakers: BreakerStore = { read: memoryBreakers(clock).read, update: down };
    const budgets = { take: memoryBudgets(clock).take, empty: down };
    const fetchers = [answering(500), answering(429, { 'retry-after': '5' })];
    const { send, troubles } = rig({ fetch: (request) => fetchers.shift()!(request), breakers, budgets });
    await expect(send()).resolves.toMatchObject({ status: 500 });
    await expect(send()).resolves.toMatchObject({ status: 429 });
    expect(troubles).toEqual([outage, outage]);
  });
});

describe('closing', () => {
  test('lets running calls finish, ends waits for budgets and refuses new calls', async () => {
    let answer: (response: Response) => void = () => {};
    const pending = new Promise<Response>((resolve) => {
      answer = resolve;
    });
    const { send, transport, calls } = rig({ fetch: () => pending });
    const limits = [aLimit({ calls: 1, per_ms: MAX_BUDGET_WAIT_MS })];
    const running = send(aCall({ limits }));
    const waiting = send(aCall({ limits }));
    await settled();
    const closed = transport.close();
    await expect(waiting).rejects.toMatchObject({ code: 'provider.connection_lost', outcome: 'not_applied' });
    await expect(send()).rejects.toMatchObject({ code: 'provider.connection_lost', outcome: 'not_applied' });
    answer(new Response('{}'));
    await expect(running).resolves.toMatchObject({ status: 200 });
    await closed;
    expect(calls.rowsOf(TENANT)).toHaveLength(1);
  });
});
