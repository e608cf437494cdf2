import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from '../../src/platform/store/index.ts';
import { judgedDoor } from './judged-door.ts';
import { failureText } from './judged-fetch.ts';
import { type ProductRun, startRun } from './product-run.ts';
import { describeConformance } from './shared-folder.ts';

describeConformance('x', () => {
  test('explore', async () => {
    const door = judgedDoor();
    let t = Date.now();
    const lap = (n: string) => {
      console.log(n, Date.now() - t);
      t = Date.now();
    };
    const run = await startRun(door.through);
    lap('start');
    run.hub.sandbox.generate({ seed: 1, month: '2026-10', charges: 300, btcpayInvoices: 80 });
    lap('gen');
    await run.hub.connect({ taxUnknown: 'none', late: 'accept', partial: 'accept', feeDetail: 'transaction' });
    await run.rest();
    lap('rest');
    console.log(failureText(door.failures()).slice(0, 5000));
    for (const j of Object.values(door.judges))
      console.log(j.provider, j.operationsUsed(), j.notJudged(), j.waiversUsed());
    console.log(await run.query(sql`select state, kind, held, reason_code, count(*) from postings group by 1,2,3,4`));
    await run.hub.close();
  });
});
