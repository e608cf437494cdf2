import { describe, expect, test } from 'vitest';
import { runQuery } from './api.ts';
import { COMPANY_ID } from './fixtures/items.ts';
import { literal } from './query.ts';

describe('queries', () => {
  test('a short statement travels in the address', () => {
    expect(runQuery(COMPANY_ID, 'SELECT * FROM Item')).toEqual({
      method: 'GET',
      path: '/v3/company/9130350000000001/query',
      query: [
        ['minorversion', '75'],
        ['query', 'SELECT * FROM Item'],
      ],
      operation: 'GET /v3/company/{realmId}/query',
    });
  });

  test('a long statement travels as the body', () => {
    const statement = `SELECT * FROM Item WHERE Name = '${'x'.repeat(1_500)}'`;
    expect(runQuery(COMPANY_ID, statement)).toEqual({
      method: 'POST',
      path: '/v3/company/9130350000000001/query',
      query: [['minorversion', '75']],
      body: { contentType: 'application/text', text: statement },
      operation: 'POST /v3/company/{realmId}/query',
    });
  });

  test.each([
    ['plain', "'plain'"],
    ["O'Brien", String.raw`'O\'Brien'`],
    [String.raw`a\' OR Id = '1`, String.raw`'a\\\' OR Id = \'1'`],
  ])('%s is quoted so that it stays one value', (value, expected) => {
    expect(literal(value)).toBe(expected);
  });
});
