import { describe, expect, test } from 'vitest';
import type { DeliveryPosition } from '../../hub/inbox/index.ts';
import type { ListedPosting, PostingDetail } from '../../hub/posting/index.ts';
import { CounterfoilError } from '../../kernel/errors.ts';
import { Secret } from '../../kernel/secret.ts';
import { createApiServer } from './api-server.ts';
import { allIsWell, apiDoors, listOf, NOON, TOKEN, WITH_TOKEN } from './fixtures/verbs.ts';

const NOON_TEXT = '2026-11-20T12:00:00.000Z';

async function get(url: string, doors = apiDoors(), headers: Record<string, string> = WITH_TOKEN) {
  const app = await createApiServer(doors);
  return app.inject({ url, headers });
}

describe('the local token', () => {
  const SECURED = [
    '/health/deep',
    '/api/v1/deliveries',
    '/api/v1/deliveries/dlv_1',
    '/api/v1/postings',
    '/api/v1/postings/pst_1',
  ];
  SECURED.push('/api/v1/reconciliations', '/api/v1/attention', '/api/v1/connections');
  for (const url of SECURED) {
    test(`is needed for ${url}`, async () => {
      const answer = await get(url, apiDoors(), {});
      expect(answer.statusCode).toBe(401);
      expect(answer.headers).toMatchObject({ 'www-authenticate': 'Bearer', 'cache-control': 'no-store' });
      expect(answer.json()).toMatchObject({ code: 'request.unauthorized', status: 401 });
    });
  }

  test('must be the whole of it, as a bearer', async () => {
    const bad = [
      '',
      'Bearer',
      'Bearer ',
      `Bearer ${TOKEN}x`,
      `Bearer ${TOKEN.slice(1)}`,
      TOKEN,
      `Basic ${TOKEN}`,
      `Bearer ${TOKEN} ${TOKEN}`,
    ];
    for (const authorization of bad)
      expect((await get('/api/v1/postings', apiDoors(), { authorization })).statusCode).toBe(401);
    expect((await get('/api/v1/postings', apiDoors(), { authorization: `bearer  ${TOKEN}` })).statusCode).toBe(200);
  });

  test('is asked for before a parameter is looked at', async () => {
    expect((await get('/api/v1/postings?limit=nonsense', apiDoors(), {})).statusCode).toBe(401);
  });

  test('may not be empty', async () => {
    await expect(createApiServer(apiDoors({ token: new Secret('') }))).rejects.toThrow('the API token is empty');
  });

  test('is not needed for the probes and the description', async () => {
    for (const url of ['/health/live', '/health/ready', '/api/v1/openapi.json'])
      expect((await get(url, apiDoors(), {})).statusCode).toBe(200);
  });
});

describe('health', () => {
  test('live is 200 while the process runs, whatever else is down', async () => {
    const health = { ready: () => Promise.reject(new Error()), deep: () => Promise.reject(new Error()) };
    const answer = await get('/health/live', apiDoors({ health }));
    expect([answer.statusCode, answer.json()]).toEqual([200, { status: 'ok' }]);
  });

  test('ready is 503 when a check is down', async () => {
    const report = { status: 'down', checks: { database: 'down', migrations: 'ok', worker: 'ok' } } as const;
    const answer = await get(
      '/health/ready',
      apiDoors({ health: { ready: async () => report, deep: async () => allIsWell } }),
    );
    expect([answer.statusCode, answer.json()]).toEqual([503, report]);
  });

  test('deep tells every check, with instants as text', async () => {
    const answer = await get('/health/deep');
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      status: 'ok',
      checkedAt: NOON_TEXT,
      checks: {
        queue: { status: 'ok', measured: { oldestWorkAt: null, oldestDeliveryAt: NOON_TEXT } },
        breakers: { measured: [{ key: 'con_1:example.com', state: 'half_open', failures: 5, openUntil: NOON_TEXT }] },
        disk: { measured: { free_bytes: 10, total_bytes: 20 } },
      },
    });
  });

  test('deep is 503 with its report when something is down', async () => {
    const database = { status: 'down', detail: 'The database cannot be used.', measured: null } as const;
    const report = { ...allIsWell, status: 'down' as const, checks: { ...allIsWell.checks, database } };
    const health = { ready: apiDoors().health.ready, deep: async () => report };
    const answer = await get('/health/deep', apiDoors({ health }));
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ status: 'down', checks: { database } });
  });
});

const posting: ListedPosting = {
  id: 'pst_1',
  pairId: 'pai_1',
  sourceId: 'con_1',
  ledgerId: 'con_2',
  factId: 'fct_1',
  leg: 'receipt',
  generation: 1,
  recipe: 'S1',
  kind: 'sales_receipt',
  state: 'planned',
  wanted: 'live',
  held: true,
  reason: { code: 'ledger.closed_period', detail: 'October is closed.' },
  on: '2026-10-31',
  total: { minor: 900719925474099312n, currency: 'USD' },
  number: 'ST-1',
  documentId: null,
  adopted: false,
  attempts: 3,
  failures: 0,
  plannedAt: NOON,
  notBefore: NOON,
  firstSentAt: null,
  postedAt: null,
};

describe('a list', () => {
  test('answers its items and where it goes on', async () => {
    const postings = { ...listOf([posting], { on: '2026-10-31', id: 'pst_1' }), find: async () => null };
    const answer = await get('/api/v1/postings', apiDoors({ postings }));
    expect(answer.statusCode).toBe(200);
    const { items, next } = answer.json<{ items: object[]; next: string }>();
    expect(items).toEqual([
      {
        id: 'pst_1',
        pairId: 'pai_1',
        sourceConnectionId: 'con_1',
        ledgerConnectionId: 'con_2',
        factId: 'fct_1',
        leg: 'receipt',
        generation: 1,
        recipe: 'S1',
        kind: 'sales_receipt',
        state: 'planned',
        wanted: 'live',
        held: true,
        reason: {
          code: 'ledger.closed_period',
          detail: 'October is closed.',
          remedy: expect.stringMatching('Re-open the period'),
        },
        occurredOn: '2026-10-31',
        total: { amount: '9007199254740993.12', currency: 'USD' },
        number: 'ST-1',
        documentId: null,
        adopted: false,
        attempts: 3,
        failures: 0,
        plannedAt: NOON_TEXT,
        nextTryAt: null,
        firstSentAt: null,
        postedAt: null,
      },
    ]);
    expect(next).toMatch(/^[\w-]+$/);
  });

  test('goes on where the cursor says, newest first unless asked otherwise', async () => {
    const postings = {
      ...listOf([posting], { on: '2026-10-31', id: 'pst_1' }),
      find: async () => null,
    };
    const app = await createApiServer(apiDoors({ postings }));
    const ask = async (query: string) =>
      (await app.inject({ url: `/api/v1/postings${query}`, headers: WITH_TOKEN })).json<{ next: string }>();
    const { next } = await ask('');
    await ask(`?cursor=${next}&limit=200&order=oldest`);
    expect(postings.asked).toMatchObject([
      { order: 'newest', after: null, limit: 50 },
      { order: 'oldest', after: { on: '2026-10-31', id: 'pst_1' }, limit: 200 },
    ]);
  });

  test('passes its filters to the verb', async () => {
    const postings = { ...listOf([]), find: async () => null };
    const query = 'state=dead&held=false&connection=con_9&recipe=S4b&from=2026-01-01&to=2026-01-31&q=ST-ab%20c';
    await get(`/api/v1/postings?${query}`, apiDoors({ postings }));
    expect(postings.asked).toMatchObject([
      {
        state: 'dead',
        held: false,
        connection: 'con_9',
        recipe: 'S4b',
        from: '2026-01-01',
        to: '2026-01-31',
        search: 'ST-ab c',
      },
    ]);
    const reconciliations = listOf([]);
    await get('/api/v1/reconciliations?kind=payout&agrees=false&from=2026-01-01', apiDoors({ reconciliations }));
    expect(reconciliations.asked).toMatchObject([{ kind: 'payout', agrees: false, from: '2026-01-01', to: null }]);
    const attention = listOf([]);
    await get('/api/v1/attention?open=true', apiDoors({ attention }));
    expect(attention.asked).toMatchObject([{ open: true }]);
    const deliveries = { ...listOf([]), find: async () => null };
    await get('/api/v1/deliveries?state=dead&provider=stripe', apiDoors({ deliveries }));
    expect(deliveries.asked).toMatchObject([{ state: 'dead', provider: 'stripe' }]);
  });

  test('asks for the data of the tenant that the request belongs to', async () => {
    const tenants: string[] = [];
    const connections = {
      list: async (tenantId: string) => {
        tenants.push(tenantId);
        return { items: [], next: null };
      },
    };
    await get('/api/v1/connections', apiDoors({ connections, tenantOf: async () => 'ten_other' as const }));
    expect(tenants).toEqual(['ten_other']);
  });

  test('refuses a cursor of another list, and anything that is none', async () => {
    const doors = apiDoors({
      deliveries: { ...listOf<never, DeliveryPosition>([], { id: 'dlv_1' }), find: async () => null },
    });
    const { next } = (await get('/api/v1/deliveries', doors)).json<{ next: string }>();
    expect((await get(`/api/v1/deliveries?cursor=${next}`, doors)).statusCode).toBe(200);
    for (const cursor of [
      next,
      '',
      'null',
      'e30',
      Buffer.from('["postings",{"on":"0000-00-00","id":"x"}]').toString('base64url'),
    ]) {
      const answer = await get(`/api/v1/postings?cursor=${cursor}`, doors);
      expect(answer.statusCode).toBe(400);
      expect(answer.json()).toMatchObject({ code: 'request.invalid', field: 'cursor' });
    }
  });

  test('names every parameter that it does not know or take', async () => {
    const answer = await get('/api/v1/postings?limit=201&state=lost&sort=up&__proto__=x');
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({
      code: 'request.invalid',
      field: 'limit',
      type: 'urn:counterfoil:error:request.invalid',
    });
    for (const name of ['limit: ', 'state: ', 'sort: ', '__proto__: '])
      expect(answer.json<{ detail: string }>().detail).toContain(name);
  });

  test('sends nothing that its schema does not name', async () => {
    const leaky = { ...posting, document: '{"email":"jane@example.com"}', total: { ...posting.total, note: 'jane' } };
    const postings = { ...listOf([leaky]), find: async () => null };
    const answer = await get('/api/v1/postings', apiDoors({ postings }));
    expect(answer.statusCode).toBe(200);
    expect(answer.body).not.toContain('jane');
  });

  test('tells a code of another release without a remedy', async () => {
    const postings = {
      ...listOf([{ ...posting, reason: { code: 'constructor', detail: null } }]),
      find: async () => null,
    };
    const answer = await get('/api/v1/postings', apiDoors({ postings }));
    expect(answer.json()).toMatchObject({
      items: [{ reason: { code: 'constructor', detail: 'constructor', remedy: null } }],
    });
  });
});

describe('one thing', () => {
  const detail: PostingDetail = {
    ...posting,
    lines: [
      { role: 'CLR:USD', ledgerId: '35', amount: { minor: 1990n, currency: 'USD' } },
      { role: 'SALES', ledgerId: null, amount: { minor: -1990n, currency: 'USD' } },
    ],
    calls: [
      {
        id: 'att_1',
        operation: 'create',
        key: 'pst_1',
        startedAt: NOON,
        finishedAt: null,
        result: 'outcome_unknown',
        errorCode: 'provider.timeout',
        errorDetail: null,
        providerStatus: null,
        providerRequestId: null,
      },
    ],
    legs: ['leg_1'],
    needs: [{ id: 'pst_0', state: 'posted' }],
  };

  test('a posting has its entry, calls, legs and needs', async () => {
    const postings = { ...listOf([]), find: async (_tenant: string, id: string) => (id === 'pst_1' ? detail : null) };
    const answer = await get('/api/v1/postings/pst_1', apiDoors({ postings }));
    expect(answer.json()).toMatchObject({
      id: 'pst_1',
      lines: [
        { role: 'CLR:USD', ledgerId: '35', amount: { amount: '19.90', currency: 'USD' } },
        { role: 'SALES', ledgerId: null, amount: { amount: '-19.90', currency: 'USD' } },
      ],
      calls: [
        {
          operation: 'create',
          startedAt: NOON_TEXT,
          error: { code: 'provider.timeout', detail: 'The provider did not answer in time.' },
        },
      ],
      legs: ['leg_1'],
      needs: [{ id: 'pst_0', state: 'posted' }],
    });
  });

  const delivery = {
    id: 'dlv_1',
    endpointId: 'whk_1',
    provider: 'stripe',
    state: 'done',
    reason: null,
    bytes: 2,
    duplicates: 0,
    receivedAt: NOON,
    settledAt: null,
  } as const;
  const findDelivery = (body: Uint8Array) => ({
    ...listOf([]),
    find: async (_tenant: string, _id: string, { withBody }: { withBody: boolean }) => ({
      ...delivery,
      events: [],
      raw: withBody ? { headers: { date: 'today' }, body } : null,
    }),
  });

  test('a delivery shows its body only when asked', async () => {
    const deliveries = findDelivery(Buffer.from('{"ä":1}'));
    expect((await get('/api/v1/deliveries/dlv_1', apiDoors({ deliveries }))).json()).toMatchObject({
      id: 'dlv_1',
      raw: null,
    });
    expect((await get('/api/v1/deliveries/dlv_1?body=true', apiDoors({ deliveries }))).json()).toMatchObject({
      raw: { headers: { date: 'today' }, encoding: 'utf8', body: '{"ä":1}' },
    });
  });

  test('a body that is no text comes as base64', async () => {
    const answer = await get(
      '/api/v1/deliveries/dlv_1?body=true',
      apiDoors({ deliveries: findDelivery(Buffer.from([0xff, 0xfe])) }),
    );
    expect(answer.json()).toMatchObject({ raw: { encoding: 'base64', body: '//4=' } });
  });

  test('what is not there is 404, and so is an id that cannot be', async () => {
    for (const url of [
      '/api/v1/postings/pst_2',
      '/api/v1/postings/%00',
      '/api/v1/deliveries/1%27--',
      '/api/v1/nothing',
    ]) {
      const answer = await get(url);
      expect(answer.statusCode).toBe(404);
      expect(answer.json()).toMatchObject({ code: 'request.not_found' });
    }
  });
});

describe('trouble', () => {
  test('of the database is 503 with Retry-After', async () => {
    const connections = {
      list: () => Promise.reject(new CounterfoilError('store.unavailable', { detail: 'The database cannot be used.' })),
    };
    const answer = await get('/api/v1/connections', apiDoors({ connections }));
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '5']);
    expect(answer.json()).toMatchObject({
      code: 'store.unavailable',
      detail: 'The database cannot be used.',
      remedy: expect.stringMatching('disk space'),
    });
  });

  test('of our own making is 500 and tells nothing but the request id', async () => {
    const doors = apiDoors({ connections: { list: () => Promise.reject(new RangeError('secret of Jane')) } });
    const answer = await get('/api/v1/connections', doors);
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toMatch(/Jane|RangeError|\.ts\b/);
    const { requestId } = answer.json<{ requestId: string }>();
    expect(requestId).toBe(answer.headers['x-request-id']);
    expect(doors.log.lines.find(({ level }) => level === 'error')?.fields).toMatchObject({
      requestId,
      route: '/api/v1/connections',
    });
  });

  test('with an answer that breaks its own schema is 500', async () => {
    const postings = { ...listOf([{ ...posting, state: 'lost' as 'dead' }]), find: async () => null };
    const answer = await get('/api/v1/postings', apiDoors({ postings }));
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([500, 'internal.unexpected']);
  });

  test('with an answer that never comes is 503 when its time is over', async () => {
    const connections = { list: () => new Promise<never>(() => {}) };
    const answer = await get('/api/v1/connections', apiDoors({ connections, limits: { request_ms: 20 } }));
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([503, 'store.busy']);
  });
});
