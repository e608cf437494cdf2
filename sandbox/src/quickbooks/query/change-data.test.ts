import { expect, test } from 'vitest';
import { bench, faultOf, START } from '../support.ts';

const DAY = 86_400_000;
const since = (at: number): string => encodeURIComponent(new Date(at).toISOString());

test('a block for each entity holds what changed, deleted transactions as stubs, and is empty without changes', async () => {
  const b = bench();
  const [from, to] = [b.account('Checking'), b.account('Savings')];
  const body = { FromAccountRef: { value: from }, ToAccountRef: { value: to }, Amount: 5 };
  const kept = await b.make('Transfer', body);
  const gone = await b.make('Transfer', body);
  b.now += 10_000;
  await b.post('transfer?operation=delete', { Id: gone.Id, SyncToken: '0' });
  const reply = await b.get(`cdc?entities=Transfer,Invoice&changedSince=${since(START)}`);
  const [transfers, invoices] = reply.json.CDCResponse[0]!.QueryResponse;
  expect(transfers?.Transfer).toMatchObject([
    { Id: gone.Id, status: 'Deleted', domain: 'QBO', MetaData: { LastUpdatedTime: '2026-11-20T02:00:10-08:00' } },
    { Id: kept.Id, Amount: 5 },
  ]);
  expect(transfers).toMatchObject({ startPosition: 1, maxResults: 2 });
  expect(invoices).toEqual({});
  const later = await b.get(`cdc?entities=Transfer&changedSince=${since(START + 5000)}`);
  expect(later.json.CDCResponse[0]?.QueryResponse[0]?.Transfer).toHaveLength(1);
});

test('an answer holds 1,000 objects in all, however many entities are asked for', async () => {
  const b = bench();
  for (let number = 0; number < 990; number += 1) b.qbo.humanCreate('Customer', { DisplayName: `C${number}` });
  for (let number = 0; number < 20; number += 1) b.qbo.humanCreate('Vendor', { DisplayName: `V${number}` });
  const reply = await b.get(`cdc?entities=Customer,Vendor&changedSince=${since(START - 1000)}`);
  const [customers, vendors] = reply.json.CDCResponse[0]!.QueryResponse;
  expect(customers!.Customer.length + vendors!.Vendor.length).toBe(1000);
});

test('it looks back 30 days, and needs its two parameters', async () => {
  const b = bench();
  expect((await b.get(`cdc?entities=Customer&changedSince=${since(START - 30 * DAY)}`)).status).toBe(200);
  expect(faultOf(await b.get(`cdc?entities=Customer&changedSince=${since(START - 30 * DAY - 1)}`)).code).toBe('2010');
  expect(faultOf(await b.get('cdc?entities=Customer')).code).toBe('2020');
  expect(faultOf(await b.get(`cdc?entities=Unicorn&changedSince=${since(START)}`)).code).toBe('2010');
});
