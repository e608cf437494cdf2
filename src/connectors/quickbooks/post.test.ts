import { describe, expect, test } from 'vitest';
import { parseJson } from '../../kernel/json.ts';
import { sampleMarking } from '../sdk/contract-kit.ts';
import { COMPANY_ID, DOCUMENTS, MARKING, usd } from './fixtures/items.ts';
import { fixture } from './fixtures/load.ts';
import { create, createBatch, readBatch, readCreated } from './post.ts';
import { objectOf } from './shape.ts';

const ITEM = { document: DOCUMENTS.sales_receipt, marking: MARKING };
const ANSWER = objectOf(objectOf(fixture('documents.json'))?.sales_receipt) ?? {};
const CLOSED = parseJson(
  '{"Error":[{"Message":"Account Period Closed","Detail":"Account Period Closed: text","code":"6210","element":""}],"type":"ValidationFault"}',
);

describe('creating one document', () => {
  test('goes to its entity under the key, with the minor version', () => {
    const request = create(COMPANY_ID, ITEM);
    expect(request).toMatchObject({
      method: 'POST',
      path: '/v3/company/9130350000000001/salesreceipt',
      query: [
        ['minorversion', '75'],
        ['requestid', MARKING.key],
      ],
      operation: 'POST /v3/company/{realmId}/salesreceipt',
    });
    expect(request.budgets).toBeUndefined();
  });

  test('a key that is too long stops the program', () => {
    expect(() => create(COMPANY_ID, { ...ITEM, marking: { ...MARKING, key: 'x'.repeat(51) } })).toThrow(/requestid/);
  });

  test('the answer becomes the posted document', () => {
    expect(readCreated(ITEM, ANSWER)).toEqual({
      ok: true,
      document: {
        kind: 'sales_receipt',
        documentId: '181',
        version: '0',
        postingId: MARKING.postingId,
        on: '2026-11-20',
        total: usd('108.25'),
        voided: false,
        movements: [{ accountId: '35', amount: usd('108.25') }],
      },
    });
  });

  test('a fault inside a success is an error by the same table', () => {
    const answer = readCreated(ITEM, { Fault: CLOSED, time: '2026-11-20T10:00:00Z' });
    expect(answer).toMatchObject({ ok: false, error: { code: 'ledger.closed_period', outcome: 'not_applied' } });
  });

  test('an answer without the entity, or with one that cannot be read, has an unknown outcome', () => {
    const unknown = { ok: false, error: { code: 'provider.unreadable', kind: 'retryable', outcome: 'unknown' } };
    expect(readCreated(ITEM, { Invoice: {} })).toMatchObject(unknown);
    expect(readCreated(ITEM, { SalesReceipt: { Id: '181', SyncToken: '0', TxnDate: '2026-11-20' } })).toMatchObject(
      unknown,
    );
  });

  test('an answer that names no currency is in the one that was sent', () => {
    const { CurrencyRef: _left, ...entity } = objectOf(ANSWER.SalesReceipt) ?? {};
    expect(readCreated(ITEM, { SalesReceipt: entity })).toMatchObject({ document: { total: usd('108.25') } });
  });
});

describe('creating a batch', () => {
  const items = [ITEM, { document: DOCUMENTS.transfer, marking: sampleMarking('b') }];
  const batchKey = 'pst_'.padEnd(36, '7');

  test('is one call with every document as it would be alone, on its own budget', () => {
    const request = createBatch(COMPANY_ID, items, batchKey);
    expect(request).toMatchObject({
      path: '/v3/company/9130350000000001/batch',
      query: [
        ['minorversion', '75'],
        ['requestid', batchKey],
      ],
      budgets: ['batch'],
    });
    const singles = items.map((item) => create(COMPANY_ID, item).body?.text);
    expect(request.body?.text).toBe(
      `{"BatchItemRequest":[{"bId":"i0","operation":"create","SalesReceipt":${singles[0]}},` +
        `{"bId":"i1","operation":"create","Transfer":${singles[1]}}]}`,
    );
  });

  test('takes 30 items and no more, and a key of 36 characters and no longer', () => {
    const many = (count: number) => Array.from({ length: count }, () => ITEM);
    expect(createBatch(COMPANY_ID, many(30), batchKey).body?.text).toContain('"bId":"i29"');
    expect(() => createBatch(COMPANY_ID, many(31), batchKey)).toThrow(/1 to 30/);
    expect(() => createBatch(COMPANY_ID, [], batchKey)).toThrow(/1 to 30/);
    expect(() => createBatch(COMPANY_ID, items, `${batchKey}0`)).toThrow(/at most 36/);
  });

  test('each item has its own answer: created, refused, or unknown when none came', () => {
    const three = [ITEM, ITEM, ITEM];
    const body = {
      BatchItemResponse: [
        { bId: 'i2', Fault: CLOSED },
        { bId: 'i0', ...ANSWER },
      ],
    };
    const [first, second, third] = readBatch(three, body);
    expect(first).toMatchObject({ ok: true, document: { documentId: '181' } });
    expect(second).toMatchObject({ ok: false, error: { code: 'provider.unreadable', outcome: 'unknown' } });
    expect(third).toMatchObject({ ok: false, error: { code: 'ledger.closed_period', outcome: 'not_applied' } });
  });

  test('a system fault of one item leaves open what happened to it', () => {
    const Fault = { Error: [{ Message: 'An application error', code: '10000' }], type: 'SystemFault' };
    expect(readBatch([ITEM], { BatchItemResponse: [{ bId: 'i0', Fault }] })).toMatchObject([
      { ok: false, error: { code: 'provider.unavailable', outcome: 'unknown' } },
    ]);
  });

  test('two answers for one item are no answer', () => {
    const body = {
      BatchItemResponse: [
        { bId: 'i0', ...ANSWER },
        { bId: 'i0', Fault: CLOSED },
      ],
    };
    expect(readBatch([ITEM], body)).toMatchObject([{ ok: false, error: { outcome: 'unknown' } }]);
  });
});
