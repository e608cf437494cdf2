import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../test/support/postgres.ts';
import { pgAttentionList, raiseAttention } from '../../hub/audit/index.ts';
import { createHealth, pgConnectionList, pgHealthStore, systemMachine } from '../../hub/health/index.ts';
import { pgDeliveryList } from '../../hub/inbox/index.ts';
import { pgPostingList } from '../../hub/posting/index.ts';
import { pgReconciliationList } from '../../hub/reconcile/index.ts';
import { systemClock } from '../../kernel/clock.ts';
import { idMaker } from '../../kernel/ids.ts';
import { systemRandom } from '../../kernel/random.ts';
import { migrationStatus } from '../../platform/store/index.ts';
import { createApiServer } from './api-server.ts';
import { apiDoors, WITH_TOKEN } from './fixtures/verbs.ts';

let support: TestDatabase;
let app: Awaited<ReturnType<typeof createApiServer>>;

beforeAll(async () => {
  support = await testDatabase();
  const { database, tenantId, owner } = support;
  const connections = pgConnectionList(database);
  app = await createApiServer(
    apiDoors({
      deliveries: pgDeliveryList(database),
      postings: pgPostingList(database),
      reconciliations: pgReconciliationList(database),
      attention: pgAttentionList(database),
      connections,
      tenantOf: () => tenantId,
      health: createHealth({
        store: pgHealthStore(database),
        connections,
        machine: systemMachine(tmpdir()),
        clock: systemClock,
        migrations: () => migrationStatus(owner),
        workerRuns: null,
      }),
    }),
  );
});
afterAll(async () => {
  await app.close();
  await support.close();
});

const get = (url: string) => app.inject({ url, headers: WITH_TOKEN });

describe('the API over PostgreSQL', () => {
  test('a migrated database is ready', async () => {
    expect((await get('/health/ready')).json()).toEqual({
      status: 'ok',
      checks: { database: 'ok', migrations: 'ok', worker: 'ok' },
    });
  });

  test('the deep look finds the connection and every migration', async () => {
    const answer = await get('/health/deep');
    expect(answer.json()).toMatchObject({
      checks: {
        migrations: { status: 'ok', measured: { pending: [] } },
        connections: { status: 'ok', measured: [{ id: support.connectionId, provider: 'stripe', state: 'active' }] },
      },
    });
  });

  test('every list is served, with every filter at once', async () => {
    const days = 'from=2026-01-01&to=2026-12-31';
    const lists = [
      'deliveries?state=done&provider=stripe',
      `postings?state=posted&held=true&connection=${support.connectionId}&recipe=S1&${days}&q=ST-1`,
      `reconciliations?kind=day&agrees=true&${days}`,
      'attention?open=false',
    ];
    for (const list of lists) {
      const answer = await get(`/api/v1/${list}&order=oldest&limit=3`);
      expect([answer.statusCode, answer.json()]).toEqual([200, { items: [], next: null }]);
    }
    expect((await get('/api/v1/connections')).json()).toMatchObject({
      items: [{ id: support.connectionId }],
      next: null,
    });
  });

  test('text that looks like SQL, and days at the ends of the calendar, are only text and days', async () => {
    for (const q of ["' or '1'='1", '%', '\\', '"', '$1', '😀'])
      expect((await get(`/api/v1/postings?q=${encodeURIComponent(q)}`)).json()).toEqual({ items: [], next: null });
    expect((await get('/api/v1/postings?from=1900-01-01&to=9999-12-31')).statusCode).toBe(200);
    for (const odd of ['q=%00', 'q=%ED%A0%80', 'from=0000-01-01', 'from=10000-01-01', 'from=2026-02-30'])
      expect((await get(`/api/v1/postings?${odd}`)).statusCode).toBeLessThan(500);
  });

  test('a list is walked by its cursors to the end', async () => {
    const { database, tenantId, connectionId } = support;
    const makeId = idMaker(systemClock, systemRandom);
    const now = systemClock.now();
    const subjects = ['a', 'b', 'c', 'd', 'e'];
    for (const subject of subjects) {
      const item = { tenantId, connectionId, code: 'posting.approval', subject, detail: '' } as const;
      await database.tenant(tenantId, (tx) => raiseAttention(tx, item, makeId, now));
    }
    const seen: string[] = [];
    let url: string | null = '/api/v1/attention?limit=2';
    while (url !== null) {
      const page: { items: { subject: string }[]; next: string | null } = (await get(url)).json();
      seen.push(...page.items.map(({ subject }) => subject));
      url = page.next && `/api/v1/attention?limit=2&cursor=${page.next}`;
    }
    expect(seen.sort()).toEqual(subjects);
  });
});
