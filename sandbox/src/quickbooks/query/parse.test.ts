import { describe, expect, test } from 'vitest';
import { parseStatement } from './parse.ts';

describe('a query statement', () => {
  test('is read with all its parts, whatever the case of its words', () => {
    const text =
      "select * from Invoice where TxnDate >= '2026-11-01' and CustomerRef IN ('1', '2') " +
      'ORDERBY MetaData.LastUpdatedTime DESC, DocNumber startposition 11 MAXRESULTS 20';
    expect(parseStatement(text)).toEqual({
      select: '*',
      entity: 'Invoice',
      where: [
        { field: 'TxnDate', operator: '>=', values: ['2026-11-01'] },
        { field: 'CustomerRef', operator: 'IN', values: ['1', '2'] },
      ],
      orderBy: [
        { field: 'MetaData.LastUpdatedTime', descending: true },
        { field: 'DocNumber', descending: false },
      ],
      startPosition: 11,
      maxResults: 20,
    });
  });

  test('takes an escaped quote and a comparison without spaces', () => {
    expect(parseStatement("SELECT Id FROM Customer WHERE DisplayName='O\\'Brien'").where).toEqual([
      { field: 'DisplayName', operator: '=', values: ["O'Brien"] },
    ]);
  });

  test('counts, and orders with two words as well', () => {
    expect(parseStatement('SELECT COUNT(*) FROM Item').select).toBe('count');
    expect(parseStatement('SELECT Id, Name FROM Item ORDER BY Name').orderBy).toHaveLength(1);
  });

  test('gives 100 rows when it names no number, and never more than 1,000', () => {
    expect(parseStatement('select * from Item').maxResults).toBe(100);
    expect(parseStatement('select * from Item maxresults 5000').maxResults).toBe(1000);
  });

  test.each([
    "select * from Item where Name = 'a' or Name = 'b'",
    'select * Item',
    "select * from Item where Name = 'a",
    'select * from Item where Name = a',
    "select * from Item where Name != 'a'",
    'select * from Item limit 5',
    'update Item',
    '',
  ])('that cannot be read is refused: %s', (text) => {
    expect(() => parseStatement(text)).toThrow(expect.objectContaining({ code: '4000' }));
  });

  test('starts at position 1', () => {
    expect(() => parseStatement('select * from Item startposition 0')).toThrow(
      expect.objectContaining({ code: '4001' }),
    );
  });
});
