import { beforeEach, describe, expect, test } from 'vitest';
import { type Bench, bench, faultOf } from '../support.ts';

let b: Bench;
const line = (Amount: number) => ({ Amount, DetailType: 'SalesItemLineDetail', SalesItemLineDetail: {} });
const receipt = (more: object = {}) => ({ Line: [line(10)], ...more });
const codeOf = async (path: string, body: unknown): Promise<string> => faultOf(await b.post(path, body)).code;

beforeEach(() => {
  b = bench();
});

describe('an update', () => {
  test('that is sparse changes what is sent and keeps the rest', async () => {
    const made = await b.make('SalesReceipt', receipt({ DocNumber: 'A', PrivateNote: 'note' }));
    b.now += 5_000;
    const sparse = { Id: made.Id, SyncToken: '0', sparse: true, DocNumber: 'B' };
    const updated = (await b.post('salesreceipt', sparse)).json.SalesReceipt;
    expect(updated).toMatchObject({ DocNumber: 'B', PrivateNote: 'note', TotalAmt: 10, SyncToken: '1' });
    expect(updated.MetaData).toEqual({
      CreateTime: '2026-11-20T02:00:00-08:00',
      LastUpdatedTime: '2026-11-20T02:00:05-08:00',
    });
  });

  test('that is full blanks what is missing', async () => {
    const made = await b.make('SalesReceipt', receipt({ DocNumber: 'A', PrivateNote: 'note', TxnDate: '2026-11-01' }));
    const updated = (await b.post('salesreceipt', { ...receipt(), Id: made.Id, SyncToken: '0' })).json.SalesReceipt;
    expect(updated.PrivateNote).toBeUndefined();
    expect(updated).toMatchObject({ TxnDate: '2026-11-01' });
    const customer = await b.make('Customer', { DisplayName: 'Ada', Notes: 'x', GivenName: 'Ada' });
    const full = (await b.post('customer', { Id: customer.Id, SyncToken: '0', DisplayName: 'Ada' })).json.Customer;
    expect([full.Notes, full.GivenName]).toEqual([undefined, undefined]);
  });

  test('takes the whole object back as it was read', async () => {
    const customer = await b.make('Customer', { DisplayName: 'Ada' });
    const made = await b.make(
      'Invoice',
      receipt({ CustomerRef: { value: customer.Id }, TxnTaxDetail: { TotalTax: 1 } }),
    );
    const again = await b.post('invoice', { ...made, PrivateNote: 'seen' });
    expect(again.json.Invoice).toMatchObject({ TotalAmt: 11, PrivateNote: 'seen', Balance: 11 });
  });

  test('needs the current SyncToken and an object that exists', async () => {
    const made = await b.make('SalesReceipt', receipt());
    expect(await codeOf('salesreceipt', { ...made, SyncToken: '7' })).toBe('5010');
    expect(await codeOf('salesreceipt', { ...made, Id: '99' })).toBe('610');
    expect(await codeOf('salesreceipt', { ...receipt(), Id: made.Id })).toBe('2020');
    expect(await codeOf('salesreceipt?operation=update', receipt())).toBe('2020');
  });

  test('books anew instead of twice', async () => {
    const made = await b.make('SalesReceipt', receipt());
    await b.post('salesreceipt', { ...made, Line: [line(25)] });
    expect([b.balance('Undeposited Funds'), b.balance('Services')]).toEqual([2500, -2500]);
  });

  test('that is refused leaves everything as it was', async () => {
    const made = await b.make('SalesReceipt', receipt());
    const before = JSON.stringify(b.qbo.snapshot());
    expect(
      await codeOf('salesreceipt', {
        ...made,
        Line: [line(25), { ...line(1), SalesItemLineDetail: { ItemRef: { value: '99' } } }],
      }),
    ).toBe('2500');
    expect(JSON.stringify(b.qbo.snapshot())).toBe(before);
  });
});

describe('a delete', () => {
  test('takes the transaction and its entries away', async () => {
    const made = await b.make('SalesReceipt', receipt());
    const reply = await b.post('salesreceipt?operation=delete', { Id: made.Id, SyncToken: '0' });
    expect(reply.json.SalesReceipt).toEqual({ status: 'Deleted', domain: 'QBO', Id: made.Id });
    expect(faultOf(await b.get(`salesreceipt/${made.Id}`)).code).toBe('610');
    expect(b.qbo.ledger()).toMatchObject({ documents: [], trialBalance: [] });
  });
});

describe('a void', () => {
  test('keeps the document with zeros and the marker after a note', async () => {
    const made = await b.make('SalesReceipt', receipt({ DocNumber: 'A', PrivateNote: 'counterfoil:1:x' }));
    const voided = (await b.post('salesreceipt?operation=void', { Id: made.Id, SyncToken: '0' })).json.SalesReceipt;
    expect(voided).toMatchObject({
      TotalAmt: 0,
      DocNumber: 'A',
      PrivateNote: 'Voided - counterfoil:1:x',
      SyncToken: '1',
    });
    expect(voided.Line[0]?.Amount).toBe(0);
    expect(b.qbo.ledger()).toMatchObject({ trialBalance: [], documents: [{ isVoided: true, total: 0 }] });
    expect(await codeOf('salesreceipt', receipt({ DocNumber: 'A' }))).toBe('6140');
  });

  test('is no operation of transfers, purchases and deposits', async () => {
    for (const entity of ['transfer', 'purchase', 'deposit', 'journalentry', 'customer']) {
      expect(await codeOf(`${entity}?operation=void`, { Id: '1', SyncToken: '0' })).toBe('500');
    }
  });
});

describe('a closed period', () => {
  test('refuses create, update, delete and void, in and into it', async () => {
    const old = await b.make('SalesReceipt', receipt({ TxnDate: '2026-10-31' }));
    const open = await b.make('SalesReceipt', receipt({ TxnDate: '2026-11-02' }));
    b.qbo.setClosingDate('2026-10-31');
    expect((await b.get('preferences')).json.Preferences).toMatchObject({
      AccountingInfoPrefs: { BookCloseDate: '2026-10-31' },
    });
    expect(await codeOf('salesreceipt', receipt({ TxnDate: '2026-10-31' }))).toBe('6210');
    expect(await codeOf('salesreceipt', { ...old, TxnDate: '2026-11-05' })).toBe('6210');
    expect(await codeOf('salesreceipt', { ...open, TxnDate: '2026-10-05' })).toBe('6210');
    expect(await codeOf('salesreceipt?operation=delete', old)).toBe('6210');
    expect(await codeOf('salesreceipt?operation=void', old)).toBe('6210');
    expect((await b.post('salesreceipt', { ...open, TxnDate: '2026-11-01' })).status).toBe(200);
    b.qbo.setClosingDate(null);
    expect((await b.post('salesreceipt?operation=delete', old)).status).toBe(200);
  });
});

describe('document numbers', () => {
  test('are checked for each kind of transaction when custom numbers are on', async () => {
    const made = await b.make('SalesReceipt', receipt({ DocNumber: 'ST-1' }));
    const reply = await b.post('salesreceipt', receipt({ DocNumber: 'ST-1' }));
    expect(faultOf(reply)).toMatchObject({ code: '6140', Message: 'Duplicate Document Number Error' });
    expect(faultOf(reply).Detail).toMatch(
      new RegExp(`DocNumber=ST-1 is assigned to TxnType=SalesReceipt with TxnId=${made.Id}$`),
    );
    const refund = { DepositToAccountRef: { value: b.account('Checking') }, DocNumber: 'ST-1' };
    expect((await b.post('refundreceipt', receipt(refund))).status).toBe(200);
    expect((await b.post('salesreceipt?include=allowduplicatedocnum', receipt({ DocNumber: 'ST-1' }))).status).toBe(
      200,
    );
    expect((await b.make('SalesReceipt', receipt())).DocNumber).toBeUndefined();
    expect((await b.make('SalesReceipt', receipt({ DocNumber: 'AUTO_GENERATE' }))).DocNumber).toBe('1001');
  });

  test('are QuickBooks’ own when custom numbers are off, and not checked', async () => {
    b = bench({ customTxnNumbers: false });
    expect((await b.make('SalesReceipt', receipt({ DocNumber: 'ST-1' }))).DocNumber).toBe('1001');
    expect((await b.make('SalesReceipt', receipt({ DocNumber: 'ST-1' }))).DocNumber).toBe('1002');
    const purchase = {
      PaymentType: 'Cash',
      DocNumber: 'ST-2',
      AccountRef: { value: b.account('Checking') },
      Line: [
        {
          Amount: 1,
          DetailType: 'AccountBasedExpenseLineDetail',
          AccountBasedExpenseLineDetail: { AccountRef: { value: b.account('Sales') } },
        },
      ],
    };
    for (const turn of [1, 2]) expect((await b.make('Purchase', purchase)).DocNumber, `turn ${turn}`).toBe('ST-2');
  });

  test('are free again when their transaction is deleted', async () => {
    const made = await b.make('SalesReceipt', receipt({ DocNumber: 'A' }));
    await b.post('salesreceipt?operation=delete', made);
    expect((await b.post('salesreceipt', receipt({ DocNumber: 'A' }))).status).toBe(200);
  });
});
