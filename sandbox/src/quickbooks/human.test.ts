import { beforeEach, describe, expect, test } from 'vitest';
import { type Bench, bench } from './support.ts';

let b: Bench;
const line = (Amount: number) => ({ Amount, DetailType: 'SalesItemLineDetail', SalesItemLineDetail: {} });
const ref = (value: string) => ({ value });

beforeEach(() => {
  b = bench();
});

describe('a person', () => {
  test('edits, voids and deletes, also in a closed period, where an app may not', async () => {
    const made = await b.make('SalesReceipt', { Line: [line(10)], TxnDate: '2026-01-05' });
    b.qbo.setClosingDate('2026-10-31');
    expect(b.qbo.humanEdit('SalesReceipt', made.Id, { Line: [line(12.5)] })).toMatchObject({
      TotalAmt: 12.5,
      SyncToken: '1',
    });
    expect(b.balance('Services')).toBe(-1250);
    expect(b.qbo.humanVoid('SalesReceipt', made.Id)).toMatchObject({ TotalAmt: 0 });
    b.qbo.humanDelete('SalesReceipt', made.Id);
    expect(b.qbo.read('SalesReceipt', made.Id)).toBeUndefined();
  });

  test('voids what an app cannot', async () => {
    const move = { FromAccountRef: ref(b.account('Checking')), ToAccountRef: ref(b.account('Savings')), Amount: 5 };
    const made = await b.make('Transfer', move);
    expect(b.qbo.humanVoid('Transfer', made.Id)).toMatchObject({ Amount: 0, PrivateNote: 'Voided' });
    expect(b.qbo.ledger().trialBalance).toEqual([]);
  });

  test('is refused what makes no sense, and nothing is left behind', () => {
    const before = JSON.stringify(b.qbo.snapshot());
    expect(() => b.qbo.humanCreate('JournalEntry', { Line: [] })).toThrow(expect.objectContaining({ code: '6000' }));
    expect(() => b.qbo.humanEdit('Invoice', '9', {})).toThrow(expect.objectContaining({ code: '610' }));
    expect(JSON.stringify(b.qbo.snapshot())).toBe(before);
  });

  test('merges customers: transactions and balance go over, the loser disappears', async () => {
    const [winner, loser] = [
      await b.make('Customer', { DisplayName: 'Ada' }),
      await b.make('Customer', { DisplayName: 'Ada E.' }),
    ];
    const vendor = await b.make('Vendor', { DisplayName: 'Zed' });
    await b.make('Vendor', { DisplayName: 'Two' });
    const invoice = await b.make('Invoice', { CustomerRef: ref(loser.Id), Line: [line(10)] });
    const cost = {
      Amount: 1,
      DetailType: 'AccountBasedExpenseLineDetail',
      AccountBasedExpenseLineDetail: { AccountRef: ref(b.account('Sales')) },
    };
    const purchase = await b.make('Purchase', {
      PaymentType: 'Cash',
      AccountRef: ref(b.account('Checking')),
      EntityRef: { value: '2', type: 'Vendor' },
      Line: [cost],
    });
    b.qbo.takeEvents();
    b.qbo.humanMerge('Customer', loser.Id, winner.Id);
    expect(b.qbo.read('Customer', loser.Id)).toBeUndefined();
    expect(b.qbo.read('Customer', winner.Id)).toMatchObject({ Balance: 10 });
    expect(b.qbo.read('Invoice', invoice.Id)).toMatchObject({ CustomerRef: { value: winner.Id, name: 'Ada' } });
    expect(b.qbo.read('Purchase', purchase.Id)).toMatchObject({ EntityRef: { value: '2', name: 'Two' } });
    expect(b.qbo.events()).toMatchObject([
      { entity: 'Customer', operation: 'Merge', entityId: winner.Id, deletedId: loser.Id },
    ]);
    expect(vendor.Id).toBe('1');
  });

  test('turns a preference over', async () => {
    b.qbo.setPreference('SalesFormsPrefs', 'CustomTxnNumbers', false);
    expect((await b.make('SalesReceipt', { Line: [line(1)], DocNumber: 'X' })).DocNumber).toBe('1001');
  });
});
