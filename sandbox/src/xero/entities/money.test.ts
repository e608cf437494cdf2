import { describe, expect, test } from 'vitest';
import { ACME, bench, messagesOf } from '../support.ts';

const receive = (more: object = {}) => ({
  Type: 'RECEIVE',
  BankAccount: { Code: '091' },
  Contact: { Name: 'Customer One' },
  Date: '2026-11-20',
  Reference: 'counterfoil:1:a',
  LineAmountTypes: 'NoTax',
  LineItems: [
    { Description: 'Sales', Quantity: 1, UnitAmount: 100, AccountCode: '200' },
    { Description: 'Fees', Quantity: 1, UnitAmount: -3.2, AccountCode: '404' },
  ],
  ...more,
});

describe('bank transactions', () => {
  test('money received may hold a negative line, as long as the total is positive', async () => {
    const { api, make, balance } = bench();
    expect((await make('BankTransactions', receive())).Total).toBe(96.8);
    expect([balance('091'), balance('200'), balance('404')]).toEqual([9_680, -10_000, 320]);
    const negative = [{ UnitAmount: -1, AccountCode: '404' }];
    expect(messagesOf(await api('PUT', 'BankTransactions', receive({ LineItems: negative })))).toContain(
      'greater than zero',
    );
    await make('BankTransactions', receive({ Type: 'SPEND', LineItems: [{ UnitAmount: 1, AccountCode: '404' }] }));
    expect(balance('091')).toBe(9_580);
  });

  test('can be coded anew and deleted until they are reconciled', async () => {
    const { api, make, xero, balance } = bench();
    const { BankTransactionID: id } = await make('BankTransactions', receive());
    await api('POST', `BankTransactions/${id}`, { LineItems: [{ UnitAmount: 96.8, AccountCode: '260' }] });
    expect([balance('200'), balance('260'), balance('091')]).toEqual([0, -9_680, 9_680]);
    xero.humanReconcile(ACME, 'BankTransaction', String(id));
    expect(messagesOf(await api('POST', `BankTransactions/${id}`, { Reference: 'x' }))).toContain('reconciled');
    expect(messagesOf(await api('POST', `BankTransactions/${id}`, { Status: 'DELETED' }))).toContain('reconciled');
    const other = await make('BankTransactions', receive());
    await api('POST', `BankTransactions/${other.BankTransactionID}`, { Status: 'DELETED' });
    expect(balance('091')).toBe(9_680);
  });

  test('lines cannot stand on bank or control accounts', async () => {
    const { api } = bench();
    for (const AccountCode of ['090', '610', '800'])
      expect(
        messagesOf(await api('PUT', 'BankTransactions', receive({ LineItems: [{ UnitAmount: 1, AccountCode }] }))),
      ).toContain('not a valid code');
  });
});

describe('bank transfers', () => {
  const transfer = { FromBankAccount: { Code: '091' }, ToBankAccount: { Code: '090' }, Amount: 50, Date: '2026-11-20' };

  test('post once, and show as two transactions that cannot be made or changed by themselves', async () => {
    const { api, make, balance } = bench();
    const made = await make('BankTransfers', transfer);
    expect([balance('091'), balance('090')]).toEqual([-5_000, 5_000]);
    const side = (await api('GET', `BankTransactions/${made.FromBankTransactionID}`)).rows('BankTransactions')[0];
    expect(side).toMatchObject({ Type: 'SPEND-TRANSFER', Total: 50 });
    expect(
      messagesOf(await api('POST', `BankTransactions/${made.FromBankTransactionID}`, { Reference: 'x' })),
    ).toContain('transfers');
    expect(messagesOf(await api('PUT', 'BankTransactions', receive({ Type: 'SPEND-TRANSFER' })))).toContain(
      'BankTransfers',
    );
  });

  test('can be deleted, and then hide; not edited', async () => {
    const { api, make, balance } = bench();
    const { BankTransferID } = await make('BankTransfers', transfer);
    expect(messagesOf(await api('POST', `BankTransfers/${BankTransferID}`, { Amount: 1 }))).toContain(
      'cannot be edited',
    );
    expect((await api('POST', `BankTransfers/${BankTransferID}`, { Status: 'DELETED' })).status).toBe(200);
    expect(balance('090')).toBe(0);
    expect((await api('GET', 'BankTransfers')).rows('BankTransfers')).toEqual([]);
    expect((await api('GET', 'BankTransfers?includeDeleted=true')).rows('BankTransfers')).toHaveLength(1);
  });

  test('go between bank accounts only', async () => {
    const { api } = bench();
    expect(messagesOf(await api('PUT', 'BankTransfers', { ...transfer, ToBankAccount: { Code: '630' } }))).toContain(
      'bank account',
    );
  });
});

describe('manual journals', () => {
  const journal = (code: string, more: object = {}) => ({
    Narration: 'counterfoil:1:b',
    Date: '2026-11-20',
    Status: 'POSTED',
    JournalLines: [
      { LineAmount: 3.2, AccountCode: '404' },
      { LineAmount: -3.2, AccountCode: code },
    ],
    ...more,
  });

  test('debits are positive and the sum is zero', async () => {
    const { api, make, balance } = bench();
    await make('ManualJournals', journal('850'));
    expect([balance('404'), balance('850')]).toEqual([320, -320]);
    const lines = [
      { LineAmount: 1, AccountCode: '404' },
      { LineAmount: -2, AccountCode: '850' },
    ];
    expect(messagesOf(await api('PUT', 'ManualJournals', journal('850', { JournalLines: lines })))).toContain(
      'must equal',
    );
  });

  test('stay away from bank accounts, receivable, payable and retained earnings', async () => {
    const { api } = bench();
    for (const code of ['090', '610', '800', '960'])
      expect(messagesOf(await api('PUT', 'ManualJournals', journal(code)))).toContain(
        'cannot be used in a manual journal',
      );
  });

  test('drafts are deleted, posted ones voided', async () => {
    const { api, make, balance } = bench();
    const draft = await make('ManualJournals', journal('850', { Status: 'DRAFT' }));
    const posted = await make('ManualJournals', journal('850'));
    expect((await api('POST', `ManualJournals/${draft.ManualJournalID}`, { Status: 'DELETED' })).status).toBe(200);
    expect(messagesOf(await api('POST', `ManualJournals/${posted.ManualJournalID}`, { Status: 'DELETED' }))).toContain(
      'valid status',
    );
    expect((await api('POST', `ManualJournals/${posted.ManualJournalID}`, { Status: 'VOIDED' })).status).toBe(200);
    expect(balance('404')).toBe(0);
  });
});

test('the trial balance shows the month and the year to date, both even', async () => {
  const { api, make } = bench();
  await make('BankTransactions', receive({ Date: '2026-10-31' }));
  await make('BankTransactions', receive());
  const report = (await api('GET', 'Reports/TrialBalance?date=2026-11-30')).rows('Reports')[0];
  const rows = report?.Rows as { Rows?: { RowType: string; Cells: { Value: string }[] }[] }[];
  const total = rows.at(-1)?.Rows?.[0]?.Cells.map(({ Value }) => Value);
  expect(total).toEqual(['Total', '100.00', '100.00', '200.00', '200.00']);
});
