import { beforeEach, describe, expect, test } from 'vitest';
import { type Bench, bench, faultOf } from '../support.ts';

let b: Bench;
beforeEach(async () => {
  b = bench();
  const line = { DetailType: 'SalesItemLineDetail', SalesItemLineDetail: { ItemRef: { value: '1' } } };
  for (let day = 1; day <= 5; day += 1) {
    b.now += 60_000;
    await b.make('SalesReceipt', {
      DocNumber: `ST-${day}`,
      TxnDate: `2026-11-0${day}`,
      PrivateNote: `note ${day}`,
      Line: [{ ...line, Amount: day }],
    });
  }
});

const ids = async (statement: string): Promise<string[]> => {
  const { SalesReceipt = [] } = (await b.query(statement)).json.QueryResponse;
  return SalesReceipt.map((row) => row.Id);
};

describe('a query', () => {
  test('gives the rows of a window of dates, in the order of creation', async () => {
    expect(await ids("select * from SalesReceipt where TxnDate >= '2026-11-02' and TxnDate < '2026-11-05'")).toEqual([
      '2',
      '3',
      '4',
    ]);
  });

  test('gives the rows changed after an instant of any offset', async () => {
    expect(await ids("select * from SalesReceipt where MetaData.LastUpdatedTime > '2026-11-20T10:03:00Z'")).toEqual([
      '4',
      '5',
    ]);
    expect(
      await ids("select * from SalesReceipt where MetaData.LastUpdatedTime >= '2026-11-20T02:03:00-08:00'"),
    ).toEqual(['3', '4', '5']);
  });

  test('pages from position 1 and says how many it gives', async () => {
    const statement = 'select * from SalesReceipt orderby TxnDate desc startposition 2 maxresults 2';
    const { QueryResponse } = (await b.query(statement)).json;
    expect(QueryResponse.SalesReceipt.map((row) => row.DocNumber)).toEqual(['ST-4', 'ST-3']);
    expect(QueryResponse).toMatchObject({ startPosition: 2, maxResults: 2 });
  });

  test('gives 100 rows without a number', async () => {
    for (let number = 0; number < 120; number += 1) await b.make('Customer', { DisplayName: `Customer ${number}` });
    expect((await b.query('select * from Customer')).json.QueryResponse.Customer).toHaveLength(100);
    expect((await b.query('select * from Customer maxresults 1000')).json.QueryResponse.Customer).toHaveLength(120);
  });

  test('counts, and is empty without the entity’s member when nothing matches', async () => {
    expect((await b.query('select count(*) from SalesReceipt')).json.QueryResponse).toEqual({ totalCount: 5 });
    expect((await b.query("select * from SalesReceipt where DocNumber = 'ST-9'")).json.QueryResponse).toEqual({});
  });

  test('gives only the asked members', async () => {
    const { QueryResponse } = (await b.query("select Id, TotalAmt from SalesReceipt where DocNumber = 'ST-3'")).json;
    expect(QueryResponse.SalesReceipt).toEqual([{ domain: 'QBO', sparse: true, Id: '3', TotalAmt: 3 }]);
  });

  test('finds by LIKE, IN, amounts and quotes', async () => {
    await b.make('Customer', { DisplayName: "Pat O'Hara" });
    const found = await b.query("select * from Customer where DisplayName = 'Pat O\\'Hara'");
    expect(found.json.QueryResponse.Customer).toHaveLength(1);
    expect(
      (await b.query("select * from Customer where DisplayName like '%hara'")).json.QueryResponse.Customer,
    ).toHaveLength(1);
    expect(await ids("select * from SalesReceipt where DocNumber in ('ST-1','ST-5')")).toEqual(['1', '5']);
    expect(await ids("select * from SalesReceipt where TotalAmt > '3.5'")).toEqual(['4', '5']);
  });

  test('hides inactive rows of a list unless it asks for them', async () => {
    const made = await b.make('Customer', { DisplayName: 'Gone' });
    b.qbo.humanDelete('Customer', made.Id);
    expect((await b.query('select * from Customer')).json.QueryResponse).toEqual({});
    const all = await b.query('select * from Customer where Active in (true, false)');
    expect(all.json.QueryResponse.Customer).toMatchObject([
      { Id: made.Id, Active: false, DisplayName: 'Gone (deleted)' },
    ]);
  });

  test('may be sent as the body of a POST', async () => {
    const reply = await b.post('query', "select * from SalesReceipt where Id = '2'", {
      'content-type': 'application/text',
    });
    expect(reply.json.QueryResponse.SalesReceipt).toHaveLength(1);
  });

  test.each([
    ["select * from SalesReceipt where PrivateNote = 'note 1'", '4001'],
    ["select * from Payment where PaymentRefNum = 'x'", '4001'],
    ["select * from Deposit where DocNumber = 'x'", '4001'],
    ['select * from SalesReceipt orderby Id', '4001'],
    ["select * from SalesReceipt where TxnDate > 'soon'", '4001'],
    ['select Nonsense from SalesReceipt', '4001'],
    ['select * from Unicorn', '4001'],
    ['select everything', '4000'],
  ])('that asks for what is not offered is refused: %s', async (statement, code) => {
    const reply = await b.query(statement);
    expect(reply.status).toBe(400);
    expect(faultOf(reply)).toMatchObject({ code, type: 'ValidationFault' });
  });
});
