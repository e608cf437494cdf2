import { describe, expect, test } from 'vitest';
import type { Mutation } from './index.ts';
import { type Bench, bench } from './support.ts';

const ref = (value: string) => ({ value });
const line = (Amount: number) => ({ Amount, DetailType: 'SalesItemLineDetail', SalesItemLineDetail: {} });

/** A bit of everything that leaves traces in the state. */
async function live(b: Bench): Promise<void> {
  const customer = (await b.make('Customer', { DisplayName: 'Ada' })).Id;
  const invoice = await b.make('Invoice', { CustomerRef: ref(customer), Line: [line(100)], DocNumber: 'I-1' });
  const Line = [{ Amount: 60, LinkedTxn: [{ TxnId: invoice.Id, TxnType: 'Invoice' }] }];
  const payment = (await b.post('payment?requestid=p1', { CustomerRef: ref(customer), TotalAmt: 60, Line })).json
    .Payment;
  const linked = [{ Amount: 60, LinkedTxn: [{ TxnId: payment.Id, TxnType: 'Payment', TxnLineId: '0' }] }];
  await b.make('Deposit', { DepositToAccountRef: ref(b.account('Checking')), Line: linked });
  const gone = await b.make('SalesReceipt', { Line: [line(5)] });
  b.now += 90_000;
  await b.post('salesreceipt?operation=delete&requestid=d1', gone);
  await b.post('salesreceipt?requestid=bad', { Line: [] });
  b.qbo.issueTokens();
  b.qbo.issueCode('https://app.example/callback');
  b.qbo.setClosingDate('2026-01-31');
  b.qbo.takeEvents(2);
}

describe('the state', () => {
  test('is the same after a snapshot went through JSON and back', async () => {
    const b = bench();
    await live(b);
    const stored = JSON.parse(JSON.stringify(b.qbo.snapshot()));
    const copy = bench();
    copy.now = b.now;
    copy.qbo.restore(stored);
    expect(copy.qbo.snapshot()).toEqual(b.qbo.snapshot());
    expect(copy.qbo.ledger()).toEqual(b.qbo.ledger());
    expect(copy.qbo.events()).toEqual(b.qbo.events());
    const body = { CustomerRef: ref('1'), TotalAmt: 60, Line: [] };
    expect((await copy.post('payment?requestid=p1', body)).text).toBe(
      (await b.post('payment?requestid=p1', body)).text,
    );
    expect(
      (await copy.query("select * from Invoice where DocNumber = 'I-1'")).json.QueryResponse.Invoice,
    ).toMatchObject([{ Balance: 40 }]);
    expect((await copy.make('Customer', { DisplayName: 'Next' })).Id).toBe('2');
  });

  test('is the same again from the first snapshot and the journal of mutations', async () => {
    const b = bench();
    const first = JSON.parse(JSON.stringify(b.qbo.snapshot()));
    const journal: string[] = [];
    b.qbo.onMutation((mutation) => journal.push(JSON.stringify(mutation)));
    await live(b);
    const copy = bench();
    copy.qbo.restore(first);
    for (const record of journal) copy.qbo.applyRecord(JSON.parse(record) as Mutation);
    copy.qbo.applyRecord(JSON.parse(journal.at(-1)!) as Mutation);
    expect(copy.qbo.snapshot()).toEqual(b.qbo.snapshot());
    expect(copy.qbo.entries()).toEqual(b.qbo.entries());
  });

  test('is journalled once for each request that changes something, before the answer', async () => {
    const b = bench();
    const seen: number[] = [];
    b.qbo.onMutation((mutation) => seen.push(mutation.seq));
    const start = (b.qbo.snapshot() as { store: { seq: number } }).store.seq;
    await b.post('batch', {
      BatchItemRequest: [
        { bId: '1', operation: 'create', Customer: { DisplayName: 'A' } },
        { bId: '2', operation: 'create', Customer: { DisplayName: 'a' } },
        { bId: '3', operation: 'create', Customer: { DisplayName: 'B' } },
      ],
    });
    await b.get('customer/1');
    await b.post('customer', { DisplayName: 'A' });
    expect(seen).toEqual([start + 1]);
  });
});
