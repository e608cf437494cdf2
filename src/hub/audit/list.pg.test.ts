import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../../../test/support/postgres.ts';
import { idMaker, type TenantId } from '../../kernel/ids.ts';
import { seededRandom } from '../../kernel/random.ts';
import { type AttentionList, type ListedAttention, pgAttentionList } from './list.pg.ts';
import type { Page } from './page.ts';
import { raiseAttention, resolveAttention } from './store.pg.ts';

const START = Date.UTC(2026, 10, 1);
const ALL = { order: 'newest', after: null, limit: 200, open: null } as const;

let support: TestDatabase;
let attention: AttentionList;
beforeAll(async () => {
  support = await testDatabase();
  attention = pgAttentionList(support.database);
});
afterAll(() => support.close());

async function raise(subject: string, now: number): Promise<void> {
  const { database, tenantId, connectionId } = support;
  const makeId = idMaker({ now: () => now }, seededRandom(now));
  const item = { tenantId, connectionId, code: 'posting.approval', subject, detail: `About ${subject}.` } as const;
  await database.tenant(tenantId, (tx) => raiseAttention(tx, item, makeId, now));
}

function subjects(page: Page<ListedAttention, unknown>): string[] {
  return page.items.map(({ subject }) => subject);
}

describe('what needs attention', () => {
  beforeAll(async () => {
    for (const [i, subject] of ['a', 'b', 'c', 'd', 'e'].entries()) await raise(subject, START + i * 1_000);
    await support.database.tenant(support.tenantId, (tx) => resolveAttention(tx, 'b', START + 60_000));
  });

  test('comes newest first, or oldest first', async () => {
    expect(subjects(await attention.list(support.tenantId, ALL))).toEqual(['e', 'd', 'c', 'b', 'a']);
    expect(subjects(await attention.list(support.tenantId, { ...ALL, order: 'oldest' }))).toEqual([
      'a',
      'b',
      'c',
      'd',
      'e',
    ]);
  });

  test('tells everything about an item', async () => {
    const { items } = await attention.list(support.tenantId, { ...ALL, open: false });
    expect(items).toEqual([
      {
        id: expect.stringMatching(/^atn_/),
        connectionId: support.connectionId,
        code: 'posting.approval',
        subject: 'b',
        detail: 'About b.',
        openedAt: START + 1_000,
        resolvedAt: START + 60_000,
      },
    ]);
  });

  test('is filtered by whether it is open', async () => {
    expect(subjects(await attention.list(support.tenantId, { ...ALL, open: true }))).toEqual(['e', 'd', 'c', 'a']);
  });

  test('comes page by page, each item once, also when others are raised in between', async () => {
    const first = await attention.list(support.tenantId, { ...ALL, limit: 2 });
    expect(subjects(first)).toEqual(['e', 'd']);
    await raise('f', START + 90_000);
    const second = await attention.list(support.tenantId, { ...ALL, limit: 2, after: first.next });
    const third = await attention.list(support.tenantId, { ...ALL, limit: 2, after: second.next });
    expect([subjects(second), subjects(third), third.next]).toEqual([['c', 'b'], ['a'], null]);
  });

  test('has no next page when the last one is exactly full', async () => {
    const { items } = await attention.list(support.tenantId, ALL);
    const page = await attention.list(support.tenantId, { ...ALL, limit: items.length });
    expect(page).toMatchObject({ next: null });
    expect(page.items).toHaveLength(items.length);
  });

  test('is that of one tenant', async () => {
    expect(await attention.list('ten_stranger' as TenantId, ALL)).toEqual({ items: [], next: null });
  });
});
