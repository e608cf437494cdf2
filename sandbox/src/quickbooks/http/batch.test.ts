import { beforeEach, describe, expect, test } from 'vitest';
import { type Bench, bench, faultOf } from '../support.ts';

let b: Bench;
const receipt = (Amount: number, DocNumber: string) => ({
  DocNumber,
  Line: [{ Amount, DetailType: 'SalesItemLineDetail', SalesItemLineDetail: {} }],
});

beforeEach(() => {
  b = bench();
});

describe('a batch', () => {
  test('runs item after item, and a failing one answers its fault without touching the others', async () => {
    const made = await b.make('Customer', { DisplayName: 'Ada' });
    const reply = await b.post('batch', {
      BatchItemRequest: [
        { bId: 'b1', operation: 'create', SalesReceipt: receipt(10, 'A') },
        { bId: 'b2', operation: 'create', SalesReceipt: receipt(10, 'A') },
        { bId: 'b3', operation: 'update', Customer: { Id: made.Id, SyncToken: '0', sparse: true, Notes: 'x' } },
        { bId: 'b4', Query: "select * from SalesReceipt where DocNumber = 'A'" },
        { bId: 'b5', operation: 'delete', SalesReceipt: { Id: '1', SyncToken: '0' } },
        { bId: 'b6', operation: 'create', Unicorn: {} },
      ],
    });
    expect(reply.status).toBe(200);
    const [created, refused, updated, queried, deleted, unknown] = reply.json.BatchItemResponse;
    expect(created).toMatchObject({ bId: 'b1', SalesReceipt: { Id: '1', TotalAmt: 10 } });
    expect(refused).toMatchObject({ bId: 'b2', Fault: { type: 'ValidationFault', Error: [{ code: '6140' }] } });
    expect(updated?.Customer).toMatchObject({ Notes: 'x', SyncToken: '1' });
    expect(queried?.QueryResponse.SalesReceipt).toHaveLength(1);
    expect(deleted?.SalesReceipt.status).toBe('Deleted');
    expect(unknown?.Fault.Error).toMatchObject([{ code: '2010' }]);
  });

  test('is replayed whole under its requestid', async () => {
    const body = { BatchItemRequest: [{ bId: '1', operation: 'create', SalesReceipt: receipt(10, '') }] };
    const first = await b.post('batch?requestid=set', body);
    expect((await b.post('batch?requestid=set', body)).text).toBe(first.text);
    expect(b.qbo.ledger().documents).toHaveLength(1);
  });

  test('voids by option or operation', async () => {
    await b.make('SalesReceipt', receipt(10, 'A'));
    await b.make('SalesReceipt', receipt(10, 'B'));
    const reply = await b.post('batch', {
      BatchItemRequest: [
        { bId: '1', operation: 'update', optionsData: 'void', SalesReceipt: { Id: '1', SyncToken: '0', sparse: true } },
        { bId: '2', operation: 'void', SalesReceipt: { Id: '2', SyncToken: '0' } },
      ],
    });
    expect(reply.json.BatchItemResponse.map((item) => item.SalesReceipt.TotalAmt)).toEqual([0, 0]);
  });

  test('holds 30 items, each with an id that is short when a requestid is used', async () => {
    const items = (count: number, bId = 'b') => ({
      BatchItemRequest: Array.from({ length: count }, () => ({ bId, Query: 'select * from Item' })),
    });
    expect((await b.post('batch', items(30))).status).toBe(200);
    expect(faultOf(await b.post('batch', items(31))).code).toBe('2010');
    expect((await b.post('batch', items(1, 'x'.repeat(11)))).status).toBe(200);
    expect(faultOf(await b.post('batch?requestid=r', items(1, 'x'.repeat(11)))).code).toBe('2050');
    expect(faultOf(await b.post('batch', { BatchItemRequest: [] })).code).toBe('2020');
  });
});
