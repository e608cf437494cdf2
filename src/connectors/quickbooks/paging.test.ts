import { describe, expect, test } from 'vitest';
import type { Json } from '../../kernel/json.ts';
import { COMPANY_ID } from './fixtures/items.ts';
import { instantOf, secondOf } from './instant.ts';
import { pageRequest, readPage } from './paging.ts';

interface Row {
  readonly Id: string;
  readonly changedAt: number;
}

const START = Date.UTC(2026, 10, 20);
const rowsOf = (count: number, perSecond: number): Row[] =>
  Array.from({ length: count }, (_, i) => ({ Id: `${i}`, changedAt: START + Math.floor(i / perSecond) * 1_000 }));

/** A ledger that answers the statement as the documentation says: filter, sort by change, cut. */
function answer(rows: readonly Row[], page: Json | null): Json {
  const request = pageRequest(COMPANY_ID, { entity: 'Deposit', where: [] }, page);
  const statement = request.query?.find(([name]) => name === 'query')?.[1] ?? '';
  const since = /LastUpdatedTime >= '([^']+)'/.exec(statement)?.[1];
  const start = Number(/STARTPOSITION (\d+)/.exec(statement)?.[1]);
  const from = since === undefined ? 0 : (instantOf(since) ?? 0);
  const found = rows.filter(({ changedAt }) => changedAt >= from).sort((a, b) => a.changedAt - b.changedAt);
  const Deposit = found.slice(start - 1, start + 999).map(({ Id, changedAt }) => ({
    Id,
    MetaData: { LastUpdatedTime: secondOf(changedAt) },
  }));
  return { QueryResponse: Deposit.length === 0 ? {} : { Deposit, startPosition: start, maxResults: Deposit.length } };
}

/** Ids in the order read; `meanwhile` changes the ledger after each page. */
function readAll(rows: Row[], meanwhile: (rows: Row[], pages: number) => void = () => undefined): string[] {
  const ids: string[] = [];
  let page: Json | null = null;
  for (let pages = 1; pages < 20; pages += 1) {
    const { rows: found, next } = readPage('Deposit', page, answer(rows, page));
    ids.push(...found.map(({ Id }) => String(Id)));
    if (next === null) return ids;
    meanwhile(rows, pages);
    page = next;
  }
  throw new Error('the list never ends');
}

describe('a list over many pages', () => {
  test.each([0, 1, 999, 1_000, 1_001, 2_500])('of %i rows is read completely, each row once', (count) => {
    const ids = readAll(rowsOf(count, 3));
    expect(ids).toHaveLength(count);
    expect(new Set(ids).size).toBe(count);
  });

  test('is read completely when more than a page changed within one second', () => {
    const ids = readAll(rowsOf(3_100, 3_100));
    expect(new Set(ids).size).toBe(3_100);
    expect(ids).toHaveLength(3_100);
  });

  test('loses no row when one that was read changes meanwhile, and brings that one again', () => {
    const ids = readAll(rowsOf(2_500, 1), (rows, pages) => {
      if (pages === 1) rows[5] = { Id: '5', changedAt: START + 9_000_000 };
    });
    expect(new Set(ids).size).toBe(2_500);
    expect(ids.filter((id) => id === '5')).toHaveLength(2);
    expect(ids.at(-1)).toBe('5');
  });

  test('loses no row when one that was read is deleted meanwhile', () => {
    const ids = readAll(rowsOf(2_500, 2), (rows, pages) => {
      if (pages === 1) rows.splice(10, 5);
    });
    expect(new Set(ids).size).toBe(2_500);
  });

  test('stops with an error when a full page cannot be continued', () => {
    const Deposit = Array.from({ length: 1_000 }, (_, i) => ({ Id: `${i}` }));
    expect(() => readPage('Deposit', null, { QueryResponse: { Deposit } })).toThrow(
      expect.objectContaining({ code: 'record.unreadable', field: 'MetaData.LastUpdatedTime' }),
    );
  });

  test.each<Json>([
    null,
    {},
    [],
    { QueryResponse: null },
    { QueryResponse: { Deposit: {} } },
    { QueryResponse: { Deposit: [7] } },
  ])('an answer that is no list is an error and never an empty list: %j', (body) => {
    expect(() => readPage('Deposit', null, body)).toThrow(expect.objectContaining({ code: 'record.unreadable' }));
  });
});
