import { expect, test } from 'vitest';
import { loadJudge } from './judge.ts';
import { describeConformance } from './shared-folder.ts';

const JSON_HEADERS = { 'content-type': 'application/json' };
const TEXT_HEADERS = { 'content-type': 'application/text' };
const COMPANY = '/v3/company/9130350000000001';

const LINE = {
  Amount: 19.99,
  DetailType: 'SalesItemLineDetail',
  SalesItemLineDetail: {
    ItemRef: { value: '5', name: 'Sales' },
    Qty: 1,
    UnitPrice: 19.99,
    TaxCodeRef: { value: 'NON' },
  },
};
const RECEIPT = {
  TxnDate: '2026-01-02',
  CustomerRef: { value: '7' },
  Line: [LINE],
  PrivateNote: 'counterfoil:1:pst_x',
};

describeConformance('QuickBooks by its description', () => {
  const judge = loadJudge('quickbooks');
  const send = (method: string, path: string, body?: unknown) => {
    const text = body === undefined ? '' : JSON.stringify(body);
    return judge.judgeRequest({ method, url: `${COMPANY}${path}`, headers: JSON_HEADERS, body: text });
  };
  const query = (statement: string, headers: Record<string, string> = TEXT_HEADERS) =>
    judge.judgeRequest({ method: 'POST', url: `${COMPANY}/query?minorversion=75`, headers, body: statement });
  const answer = (operation: string, body: unknown, status = 200) =>
    judge.judgeResponse({ operation, status, headers: JSON_HEADERS, body: JSON.stringify(body) });

  test.each([
    '/companyinfo/9130350000000001?minorversion=75',
    '/invoice/145?minorversion=75&include=invoiceLink',
    `/query?minorversion=75&query=${encodeURIComponent('select * from Customer startposition 1 maxresults 1000')}`,
    '/cdc?entities=Invoice,Payment&changedSince=2026-01-02T00%3A00%3A00Z',
  ])('GET %s is accepted', (path) => {
    expect(send('GET', path).errors).toEqual([]);
  });

  test.each([
    ['/salesreceipt?minorversion=75&requestid=pst_1', RECEIPT],
    [
      '/invoice?minorversion=75',
      { ...RECEIPT, DocNumber: 'ST-1', DueDate: '2026-01-31', CustomerMemo: { value: 'Thanks' } },
    ],
    ['/invoice?operation=void', { Id: '145', SyncToken: '2' }],
    ['/customer', { DisplayName: 'Acme LLC', PrimaryEmailAddr: { Address: 'books@acme.test' } }],
    ['/customer', { Id: '58', SyncToken: '0', sparse: true, Active: false }],
    [
      '/journalentry?requestid=pst_2',
      {
        Line: [
          {
            Amount: 1234567890.12,
            DetailType: 'JournalEntryLineDetail',
            JournalEntryLineDetail: { PostingType: 'Debit', AccountRef: { value: '35' } },
          },
          {
            Amount: 5,
            DetailType: 'JournalEntryLineDetail',
            JournalEntryLineDetail: { PostingType: 'Credit', AccountRef: { value: '36' } },
          },
        ],
      },
    ],
    [
      '/batch?requestid=b1',
      {
        BatchItemRequest: [
          { bId: 'pst_1', operation: 'create', SalesReceipt: RECEIPT },
          { bId: 'q', Query: 'select * from Item' },
        ],
      },
    ],
  ])('POST %s with a good body is accepted', (path, body) => {
    expect(send('POST', path, body).errors).toEqual([]);
  });

  test('a query may be posted as text, and only as text', () => {
    expect(query("select * from Invoice where TxnDate >= '2026-01-01'").errors).toEqual([]);
    expect(query('delete from Invoice').errors.join()).toContain('body $: must match pattern');
    expect(query('select * from Invoice', JSON_HEADERS).errors.join()).toContain('content-type is application/json');
  });

  test.each([
    ['an unknown field', { ...RECEIPT, Colour: 'red' }, 'body $: Colour is not described'],
    ['an unknown nested field', { ...RECEIPT, Line: [{ ...LINE, Net: 1 }] }, 'body $.Line[0]: Net is not described'],
    ['a wrong type', { ...RECEIPT, Line: [{ ...LINE, Amount: '19.99' }] }, 'body $.Line[0].Amount: must be number'],
    ['a wrong date', { ...RECEIPT, TxnDate: '01/02/2026' }, 'body $.TxnDate: must match format "date"'],
    [
      'a value outside the list',
      { ...RECEIPT, Line: [{ ...LINE, DetailType: 'Sales' }] },
      'body $.Line[0].DetailType: must be one of',
    ],
    [
      'a reference without a value',
      { ...RECEIPT, CustomerRef: { name: 'Acme LLC' } },
      'body $.CustomerRef: value is required',
    ],
    ['neither lines nor an id', { TxnDate: '2026-01-02' }, 'is required'],
    ['an id but no sync token', { Id: '145', PrivateNote: 'x' }, 'SyncToken is required'],
  ])('a document with %s is refused', (_case, body, error) => {
    expect(send('POST', '/salesreceipt', body).errors.join('\n')).toContain(error);
  });

  test.each([
    ['an unknown parameter', 'GET', '/invoice/145?format=json', 'query $: format is not described'],
    ['a wrong type', 'GET', '/invoice/145?minorversion=latest', 'query $.minorversion: must be integer at least 1'],
    ['a value outside the list', 'POST', '/invoice?operation=remove', 'query $.operation: must be one of "update"'],
    ['too long a request id', 'POST', `/invoice?requestid=${'x'.repeat(51)}`, 'query $.requestid: must NOT have more'],
    ['a missing parameter', 'GET', '/cdc?entities=Invoice', 'query $: changedSince is required'],
    ['an unknown path', 'GET', '/receipt/145', 'operation $: quickbooks has no GET'],
    ['a missing body', 'POST', '/invoice', 'body $: a body is required'],
  ])('a request with %s is refused', (_case, method, path, error) => {
    expect(send(method, path).errors.join()).toContain(error);
  });

  test('a company that is no number is refused', () => {
    const verdict = judge.judgeRequest({ method: 'GET', url: '/v3/company/acme/invoice/1', headers: {} });
    expect(verdict.errors.join()).toContain('path $.realmId: must match pattern');
  });

  test('a batch of more than thirty items is refused', () => {
    const items = Array.from({ length: 31 }, (_, index) => ({ bId: `b${index}`, Query: 'select * from Item' }));
    expect(send('POST', '/batch', { BatchItemRequest: items }).errors).toHaveLength(1);
  });

  test('documents, query pages and faults are accepted as answers', () => {
    const stored = {
      ...RECEIPT,
      Id: '145',
      SyncToken: '0',
      TotalAmt: 19.99,
      MetaData: { CreateTime: '2026-01-02T10:00:00-08:00' },
    };
    expect(answer('POST /v3/company/{realmId}/salesreceipt', { SalesReceipt: stored, time: 'now' }).errors).toEqual([]);
    const page = { QueryResponse: { SalesReceipt: [stored], startPosition: 1, maxResults: 1 }, added: true };
    expect(answer('GET /v3/company/{realmId}/query', page).errors).toEqual([]);
    const fault = { Fault: { Error: [{ Message: 'Stale object', code: '5010' }], type: 'ValidationFault' } };
    expect(answer('POST /v3/company/{realmId}/salesreceipt', fault, 400).errors).toEqual([]);
    const lowerCase = {
      fault: { error: [{ message: 'no token', detail: 'x', code: '3200', element: null }], type: 'AUTHENTICATION' },
    };
    expect(answer('GET /v3/company/{realmId}/query', lowerCase, 401).errors).toEqual([]);
  });

  test('an answer without its document or with a wrong type in it is refused', () => {
    const operation = 'POST /v3/company/{realmId}/salesreceipt';
    expect(answer(operation, { time: 'now' }).errors).toEqual(['body $: SalesReceipt is required']);
    expect(answer(operation, { SalesReceipt: { Id: 145 } }).errors).toEqual(['body $.SalesReceipt.Id: must be string']);
  });

  test('authorisation, reports and the tax service are listed as not judged', () => {
    const asked = [
      judge.judgeRequest({ method: 'POST', url: 'https://oauth.acme.test/oauth2/v1/tokens/bearer', headers: {} }),
      send('GET', '/reports/GeneralLedger?start_date=2026-01-01'),
      send('POST', '/taxservice/taxcode', { TaxCode: 'x' }),
    ];
    expect(asked.map(({ judged }) => judged)).toEqual([false, false, false]);
    expect(judge.notJudged().map(({ name }) => name)).toEqual([
      'POST /oauth2/v1/tokens/bearer',
      'GET /v3/company/{realmId}/reports/{report}',
      'POST /v3/company/{realmId}/taxservice/taxcode',
    ]);
  });
});
