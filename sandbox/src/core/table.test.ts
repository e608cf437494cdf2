import { describe, expect, test } from 'vitest';
import { Table } from './table.ts';

describe('a table', () => {
  const filled = () => {
    const table = new Table<{ id: string; created: number }>();
    for (const [id, created] of [
      ['a', 1],
      ['c', 3],
      ['b', 2],
      ['d', 3],
      ['e', 4],
    ] as const)
      table.add({ id, created });
    return table;
  };
  const ids = (page: ReturnType<ReturnType<typeof filled>['page']>) => page?.rows.map((row) => row.id).join('');

  test('pages newest first, and rows of one second newest added first', () => {
    const table = filled();
    expect(ids(table.page({ limit: 9 }))).toBe('edcba');
    const first = table.page({ limit: 2 });
    expect([ids(first), first?.hasMore]).toEqual(['ed', true]);
    expect(ids(table.page({ limit: 2, startingAfter: 'd' }))).toBe('cb');
    const last = table.page({ limit: 3, startingAfter: 'c' });
    expect([ids(last), last?.hasMore]).toEqual(['ba', false]);
  });

  test('pages backwards from a row', () => {
    const page = filled().page({ limit: 2, endingBefore: 'a' });
    expect([ids(page), page?.hasMore]).toEqual(['cb', true]);
  });

  test('filters while it pages and knows whether a further row matches', () => {
    const page = filled().page({ limit: 1, keep: (row) => row.created === 3 });
    expect([ids(page), page?.hasMore]).toEqual(['d', true]);
  });

  test('refuses an unknown cursor and a second row of one id', () => {
    const table = filled();
    expect(table.page({ limit: 1, startingAfter: 'x' })).toBeNull();
    expect(() => table.add({ id: 'a', created: 9 })).toThrow('duplicate id a');
    expect([table.remove('c'), table.remove('c'), ids(table.page({ limit: 9 }))]).toEqual([true, false, 'edba']);
  });
});
