import { describe, expect, test } from 'vitest';
import type { PostedDocument } from '../../model/document.ts';
import type { DocumentQuery } from '../sdk/index.ts';
import { documents, readDocument, remove } from './documents.ts';
import { COMPANY_ID, usd } from './fixtures/items.ts';
import { fixture } from './fixtures/load.ts';
import { objectOf } from './shape.ts';

const QUERY: DocumentQuery = {
  kind: 'expense',
  from: '2026-11-01',
  to: '2026-11-30',
  updatedSince: null,
  homeCurrency: 'USD',
};
const samples = objectOf(fixture('documents.json')) ?? {};

const statement = (query: DocumentQuery) =>
  documents.request(COMPANY_ID, query, null).query?.find(([name]) => name === 'query')?.[1];

const posted = (kind: PostedDocument['kind']): PostedDocument => ({
  kind,
  documentId: '188',
  version: '2',
  postingId: null,
  on: '2026-11-20',
  total: usd('1'),
  voided: false,
  movements: [],
});

describe('the list of documents', () => {
  test('asks by day, in the order of change, with the largest page', () => {
    expect(documents.request(COMPANY_ID, QUERY, null)).toMatchObject({
      method: 'GET',
      path: '/v3/company/9130350000000001/query',
      operation: 'GET /v3/company/{realmId}/query',
    });
    expect(statement(QUERY)).toBe(
      "SELECT * FROM Purchase WHERE TxnDate >= '2026-11-01' AND TxnDate <= '2026-11-30' " +
        'ORDERBY MetaData.LastUpdatedTime STARTPOSITION 1 MAXRESULTS 1000',
    );
  });

  test('asks only for what changed since an instant', () => {
    const updatedSince = Date.UTC(2026, 10, 20, 9, 0, 0, 400);
    expect(statement({ ...QUERY, updatedSince })).toContain(
      "TxnDate <= '2026-11-30' AND MetaData.LastUpdatedTime >= '2026-11-20T09:00:00Z' ORDERBY",
    );
  });

  test('never filters by what QuickBooks does not document as a filter', () => {
    expect(statement(QUERY)).not.toMatch(/PrivateNote|PaymentRefNum/);
  });

  test('credit applications are looked for among the payments', () => {
    expect(statement({ ...QUERY, kind: 'credit_application' })).toContain('FROM Payment WHERE');
    const body = { QueryResponse: { Payment: [objectOf(samples.credit_application)?.Payment ?? null] } };
    expect(documents.read({ ...QUERY, kind: 'credit_application' }, null, body).rows).toMatchObject([
      { kind: 'credit_application', documentId: '193' },
    ]);
  });

  test('a date that is none stops the program before it reaches a statement', () => {
    expect(() => statement({ ...QUERY, from: "2026' OR" })).toThrow(/not a date/);
  });

  test('no rows are an empty list that ends', () => {
    expect(documents.read(QUERY, null, { QueryResponse: {}, time: 'x' })).toEqual({ rows: [], next: null });
  });
});

describe('one document', () => {
  test('is read by id', () => {
    const { request, read } = readDocument(COMPANY_ID, 'expense', '183', 'USD');
    expect(request).toMatchObject({
      method: 'GET',
      path: '/v3/company/9130350000000001/purchase/183',
      query: [['minorversion', '75']],
      operation: 'GET /v3/company/{realmId}/purchase/{id}',
    });
    expect(read(samples.expense ?? null)).toMatchObject({ documentId: '183', total: usd('3.44') });
    expect(() => read({})).toThrow(expect.objectContaining({ code: 'record.unreadable', field: 'Purchase' }));
  });

  test('an id cannot change the address', () => {
    expect(readDocument(COMPANY_ID, 'invoice', '1/../../x?y', 'USD').request.path).toBe(
      '/v3/company/9130350000000001/invoice/1%2F..%2F..%2Fx%3Fy',
    );
  });

  test.each([
    ['invoice', 'invoice', 'void'],
    ['payment', 'payment', 'delete'],
    ['credit_application', 'payment', 'delete'],
    ['sales_receipt', 'salesreceipt', 'delete'],
    ['journal_entry', 'journalentry', 'delete'],
    ['transfer', 'transfer', 'delete'],
  ] as const)('%s is taken out of the books at %s by %s', (kind, resource, operation) => {
    expect(remove(COMPANY_ID, posted(kind), 'undo-1')).toEqual({
      method: 'POST',
      path: `/v3/company/9130350000000001/${resource}`,
      query: [
        ['minorversion', '75'],
        ['requestid', 'undo-1'],
        ['operation', operation],
      ],
      body: { contentType: 'application/json', text: '{"Id":"188","SyncToken":"2"}' },
      operation: `POST /v3/company/{realmId}/${resource}`,
    });
  });
});
