import { beforeEach, describe, expect, test } from 'vitest';
import { type Bench, bench, faultOf, START } from '../support.ts';

let b: Bench;
const body = (Amount: number) => ({ Line: [{ Amount, DetailType: 'SalesItemLineDetail', SalesItemLineDetail: {} }] });
const documents = (): number => b.qbo.ledger().documents.length;

beforeEach(() => {
  b = bench();
});

describe('a requestid', () => {
  test('gives the stored answer again, byte for byte, and does nothing', async () => {
    const first = await b.post('salesreceipt?requestid=pst_1', body(10));
    b.now += 3_600_000;
    const second = await b.post('salesreceipt?requestid=pst_1', body(10));
    expect(second.text).toBe(first.text);
    expect(documents()).toBe(1);
  });

  test('outlives its object: the old id comes back after a delete', async () => {
    const first = (await b.post('salesreceipt?requestid=r', body(10))).json.SalesReceipt;
    await b.post('salesreceipt?operation=delete&requestid=d', first);
    const again = await b.post('salesreceipt?requestid=r', body(10));
    expect([again.status, again.json.SalesReceipt.Id, documents()]).toEqual([200, first.Id, 0]);
    expect((await b.post('salesreceipt?operation=delete&requestid=d', first)).json.SalesReceipt.status).toBe('Deleted');
  });

  test('belongs to the whole company: another body or endpoint gets the old answer too', async () => {
    const first = await b.post('salesreceipt?requestid=r', body(10));
    expect((await b.post('salesreceipt?requestid=r', body(99))).text).toBe(first.text);
    expect((await b.post('customer?requestid=r', { DisplayName: 'Ada' })).text).toBe(first.text);
  });

  test('is forgotten after its time', async () => {
    b = bench({ requestIdRetentionMs: 1000 });
    await b.post('salesreceipt?requestid=r', body(10));
    b.now += 1000;
    await b.post('salesreceipt?requestid=r', body(10));
    expect(documents()).toBe(2);
  });

  test('does not remember a refusal, unless the company is told to', async () => {
    const bad = { ...body(1), TxnDate: '2020-01-01' };
    b.qbo.setClosingDate('2020-12-31');
    expect((await b.post('salesreceipt?requestid=r', bad)).status).toBe(400);
    b.qbo.setClosingDate(null);
    expect((await b.post('salesreceipt?requestid=r', bad)).status).toBe(200);
    const strict = bench({ replayFaults: true, closingDate: '2020-12-31' });
    await strict.post('salesreceipt?requestid=r', bad);
    strict.qbo.setClosingDate(null);
    expect(faultOf(await strict.post('salesreceipt?requestid=r', bad)).code).toBe('6210');
  });

  test('has at most 50 characters, 36 for a batch', async () => {
    expect((await b.post(`salesreceipt?requestid=${'r'.repeat(50)}`, body(1))).status).toBe(200);
    expect(faultOf(await b.post(`salesreceipt?requestid=${'r'.repeat(51)}`, body(1))).code).toBe('2050');
    const batch = { BatchItemRequest: [{ bId: '1', Query: 'select * from Item' }] };
    expect((await b.post(`batch?requestid=${'r'.repeat(36)}`, batch)).status).toBe(200);
    expect(faultOf(await b.post(`batch?requestid=${'r'.repeat(37)}`, batch)).code).toBe('2050');
  });

  test('can be told not to count on name lists', async () => {
    b = bench({ requestIdOnLists: false });
    await b.post('customer?requestid=r', { DisplayName: 'Ada' });
    expect(faultOf(await b.post('customer?requestid=r', { DisplayName: 'Ada' })).code).toBe('6240');
  });
});

describe('an endpoint', () => {
  test('takes only its own parameters', async () => {
    expect((await b.get('item/1?minorversion=75')).status).toBe(200);
    expect(faultOf(await b.get('item/1?format=json')).code).toBe('2010');
    expect(faultOf(await b.get('item/1?minorversion=new')).code).toBe('2010');
    expect(faultOf(await b.post('customer?requestid=a&requestid=b', { DisplayName: 'Ada' })).code).toBe('2010');
  });

  test('that does not exist is an unsupported operation', async () => {
    for (const path of ['unicorn/1', 'invoice', 'Invoice/1', 'invoice/1/2/3']) {
      expect(faultOf(await b.get(path)).code).toBe('500');
    }
    expect(faultOf(await b.post('unicorn', {})).code).toBe('500');
    expect(faultOf(await b.post('salesreceipt?operation=melt', body(1))).code).toBe('500');
  });

  test('answers 610 for an object that does not exist', async () => {
    const reply = await b.get('invoice/99');
    expect(reply.status).toBe(400);
    expect(faultOf(reply)).toMatchObject({ code: '610', type: 'ValidationFault', element: '' });
  });

  test('wants a JSON object under a JSON media type', async () => {
    for (const text of ['', '{', '[]', 'null', '"x"'])
      expect(faultOf(await b.post('customer', text)).code).toBe('2010');
    expect(faultOf(await b.post('customer', '{}', { 'content-type': 'text/plain' })).code).toBe('2010');
  });

  test('names the answer’s time and the id that support asks for', async () => {
    const reply = await b.get('item/1');
    expect(reply.json.time).toBe('2026-11-20T02:00:00.000-08:00');
    expect(reply.headers.get('intuit_tid')).toMatch(/^1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    expect(reply.headers.get('content-type')).toContain('application/json');
    expect(b.now).toBe(START);
  });

  test('writes amounts without the dust of binary numbers', async () => {
    const receipt = { Line: [...body(0.1).Line, ...body(0.2).Line] };
    const reply = await b.post('salesreceipt', receipt);
    expect(reply.text).toContain('"TotalAmt":0.3,');
    const big = await b.post(
      'salesreceipt',
      JSON.stringify(body(1)).replace('"Amount":1', '"Amount":90071992547409.93'),
    );
    expect(big.text).toContain('"TotalAmt":90071992547409.93,');
  });
});
