import { expect, test } from 'vitest';
import { bench } from './support.ts';

const DOCUMENTS = 5_000;
/** Ten times what a slow shared machine needs: it catches work that grows with the square, not a slow day. */
const BUDGET_MS = 20_000;

test('5,000 documents are made, queried by windows of dates and kept without growing slow', {
  timeout: BUDGET_MS,
}, async () => {
  const b = bench();
  const account = b.account('Checking');
  for (let number = 0; number < DOCUMENTS; number += 1) {
    const day = String(1 + (number % 28)).padStart(2, '0');
    const reply = await b.post(`salesreceipt?requestid=pst_${number}`, {
      DocNumber: `ST-${number}`,
      TxnDate: `2026-${number % 2 === 0 ? '09' : '10'}-${day}`,
      PrivateNote: `counterfoil:1:pst_${number}`,
      DepositToAccountRef: { value: account },
      Line: [{ Amount: 1.01, DetailType: 'SalesItemLineDetail', SalesItemLineDetail: { ItemRef: { value: '1' } } }],
    });
    expect(reply.status).toBe(200);
  }
  for (let number = 0; number < 1_000; number += 1) {
    const statement = `select * from SalesReceipt where DocNumber = 'ST-${number}'`;
    expect((await b.query(statement)).json.QueryResponse.SalesReceipt).toHaveLength(1);
  }
  let seen = 0;
  for (let day = 1; day <= 28; day += 1) {
    const date = `2026-09-${String(day).padStart(2, '0')}`;
    const statement = `select Id from SalesReceipt where TxnDate >= '${date}' and TxnDate <= '${date}' maxresults 1000`;
    seen += (await b.query(statement)).json.QueryResponse.SalesReceipt?.length ?? 0;
  }
  expect(seen).toBe(DOCUMENTS / 2);
  for (let turn = 0; turn < 5; turn += 1) b.qbo.snapshot();
  expect(b.balance('Checking')).toBe(DOCUMENTS * 101);
});
