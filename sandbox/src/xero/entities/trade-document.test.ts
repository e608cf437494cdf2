import { describe, expect, test } from 'vitest';
import { ACME, bench, messagesOf, salesInvoice } from '../support.ts';

const pay = (InvoiceID: unknown, Amount: number, more: object = {}) => ({
  Invoice: { InvoiceID },
  Account: { Code: '090' },
  Date: '2026-11-20',
  Amount,
  ...more,
});

describe('invoices', () => {
  test('an approved invoice posts receivable, revenue and tax, rounded for each line', async () => {
    const { make, balance } = bench();
    const line = { Description: 'Goods', Quantity: 1, UnitAmount: 0.1, AccountCode: '200' };
    const invoice = await make(
      'Invoices',
      salesInvoice({ LineAmountTypes: 'Exclusive', LineItems: [line, line, line] }),
    );
    expect([invoice.SubTotal, invoice.TotalTax, invoice.Total, invoice.AmountDue]).toEqual([0.3, 0.03, 0.33, 0.33]);
    expect([balance('610'), balance('200'), balance('820')]).toEqual([33, -30, -3]);
    expect(invoice).toMatchObject({
      Date: '/Date(1795132800000+0000)/',
      DateString: '2026-11-20T00:00:00',
      InvoiceNumber: 'INV-0001',
    });
  });

  test('amounts that hold their tax are split, and a draft stays out of the books', async () => {
    const { make, balance } = bench();
    const lines = [{ Description: 'Goods', Quantity: 1, UnitAmount: 108.25, AccountCode: '200' }];
    const draft = await make(
      'Invoices',
      salesInvoice({ LineAmountTypes: 'Inclusive', LineItems: lines, Status: 'DRAFT' }),
    );
    expect([draft.SubTotal, draft.TotalTax, draft.Total]).toEqual([100, 8.25, 108.25]);
    expect(balance('610')).toBe(0);
  });

  test('unit amounts have two decimals unless four are asked for', async () => {
    const { api } = bench();
    const lines = [{ Description: 'Goods', Quantity: 100, UnitAmount: 1.2345, AccountCode: '200' }];
    const two = await api('PUT', 'Invoices', salesInvoice({ LineItems: lines }));
    const four = await api('PUT', 'Invoices?unitdp=4', salesInvoice({ LineItems: lines }));
    expect([two.rows('Invoices')[0]?.Total, four.rows('Invoices')[0]?.Total]).toEqual([123, 123.45]);
  });

  test('PUT refuses a number that is taken; POST with it overwrites the invoice', async () => {
    const { api, make, balance } = bench();
    const first = await make('Invoices', salesInvoice({ InvoiceNumber: 'HUB-1' }));
    expect(messagesOf(await api('PUT', 'Invoices', salesInvoice({ InvoiceNumber: 'HUB-1' })))).toBe(
      'Invoice # must be unique.',
    );
    const lines = [{ Description: 'Other', Quantity: 1, UnitAmount: 40, AccountCode: '200' }];
    const over = await api('POST', 'Invoices', salesInvoice({ InvoiceNumber: 'HUB-1', LineItems: lines }));
    expect(over.rows('Invoices')[0]).toMatchObject({ InvoiceID: first.InvoiceID, Total: 40 });
    expect(balance('610')).toBe(4_000);
  });

  test('numbers of bills need not be unique', async () => {
    const { make, balance } = bench();
    const bill = salesInvoice({
      Type: 'ACCPAY',
      InvoiceNumber: 'S-1',
      LineItems: [{ UnitAmount: 10, AccountCode: '400' }],
    });
    await make('Invoices', bill);
    await make('Invoices', bill);
    expect([balance('800'), balance('400')]).toEqual([-2_000, 2_000]);
  });

  test('lines without their id are made anew, lines that are left out stay', async () => {
    const { api, make } = bench();
    const { InvoiceID, LineItems } = await make('Invoices', salesInvoice());
    const idOf = (items: unknown) => (items as { LineItemID: string }[])[0]?.LineItemID;
    const kept = await api('POST', `Invoices/${InvoiceID}`, { Reference: 'new' });
    expect(idOf(kept.rows('Invoices')[0]?.LineItems)).toBe(idOf(LineItems));
    const named = await api('POST', `Invoices/${InvoiceID}`, { LineItems });
    expect(idOf(named.rows('Invoices')[0]?.LineItems)).toBe(idOf(LineItems));
    const made = await api('POST', `Invoices/${InvoiceID}`, { LineItems: [{ UnitAmount: 7, AccountCode: '200' }] });
    expect(idOf(made.rows('Invoices')[0]?.LineItems)).not.toBe(idOf(LineItems));
  });

  test('drafts are deleted, approved ones voided; both are over then', async () => {
    const { api, make, balance } = bench();
    const draft = await make('Invoices', salesInvoice({ Status: 'DRAFT' }));
    const approved = await make('Invoices', salesInvoice());
    const to = (id: unknown, Status: string) => api('POST', `Invoices/${id}`, { Status });
    expect(messagesOf(await to(draft.InvoiceID, 'VOIDED'))).toContain('not of valid status');
    expect(messagesOf(await to(approved.InvoiceID, 'DELETED'))).toContain('not of valid status');
    expect((await to(draft.InvoiceID, 'DELETED')).rows('Invoices')[0]?.Status).toBe('DELETED');
    expect((await to(approved.InvoiceID, 'VOIDED')).rows('Invoices')[0]).toMatchObject({
      Status: 'VOIDED',
      AmountDue: 0,
    });
    expect(balance('610')).toBe(0);
    expect(messagesOf(await to(approved.InvoiceID, 'AUTHORISED'))).toContain('not of valid status');
  });

  test('an approved document of nothing is paid at once, and stays as it is', async () => {
    const { api, make } = bench();
    const line = (UnitAmount: number) => [{ Description: 'Gift', Quantity: 1, UnitAmount, AccountCode: '200' }];
    const { InvoiceID, Status } = await make('Invoices', salesInvoice({ LineItems: line(0) }));
    expect(Status).toBe('PAID');
    const edited = await api('POST', `Invoices/${InvoiceID}`, { LineItems: line(5) });
    expect(messagesOf(edited)).toContain('cannot be edited');
    const other = await make('Invoices', salesInvoice());
    const emptied = await api('POST', `Invoices/${other.InvoiceID}`, { LineItems: line(0) });
    expect(emptied.rows('Invoices')[0]).toMatchObject({ Status: 'PAID', AmountDue: 0 });
  });

  test('what is wrong with a line is said', async () => {
    const { api, xero } = bench();
    const wrong = async (line: object, more: object = {}) =>
      messagesOf(await api('PUT', 'Invoices', salesInvoice({ LineItems: [line], ...more })));
    expect(await wrong({ UnitAmount: 1, AccountCode: '999' })).toContain("'999' is not a valid code");
    expect(await wrong({ UnitAmount: 1, AccountCode: '090' })).toContain("'090' is not a valid code");
    expect(await wrong({ UnitAmount: 1 })).toContain('must be specified');
    expect(
      await wrong({ UnitAmount: 1, AccountCode: '200', TaxType: 'INPUT' }, { LineAmountTypes: 'Exclusive' }),
    ).toContain('cannot be used with account code');
    expect(await wrong({ UnitAmount: 2, LineAmount: 3, AccountCode: '200' })).toContain('does not match');
    expect(await wrong({ UnitAmount: 1, AccountCode: '200' }, { CurrencyCode: 'EUR' })).toContain(
      'not subscribed to currency EUR',
    );
    expect(xero.ledger(ACME).documents).toEqual([]);
  });
});

describe('payments', () => {
  test('settle an invoice in parts, up to what is due', async () => {
    const { api, make, balance } = bench();
    const { InvoiceID } = await make('Invoices', salesInvoice());
    await make('Payments', pay(InvoiceID, 60));
    expect(messagesOf(await api('PUT', 'Payments', pay(InvoiceID, 40.01)))).toContain('exceeds the amount outstanding');
    await make('Payments', pay(InvoiceID, 40));
    const paid = (await api('GET', `Invoices/${InvoiceID}`)).rows('Invoices')[0];
    expect(paid).toMatchObject({
      Status: 'PAID',
      AmountDue: 0,
      AmountPaid: 100,
      FullyPaidOnDate: '/Date(1795132800000+0000)/',
    });
    expect([balance('090'), balance('610')]).toEqual([10_000, 0]);
  });

  test('deleting one opens the invoice again; nothing else of it can be changed', async () => {
    const { api, make, xero, balance } = bench();
    const { InvoiceID } = await make('Invoices', salesInvoice());
    const { PaymentID } = await make('Payments', pay(InvoiceID, 100));
    const frozen = await api('POST', `Invoices/${InvoiceID}`, { Status: 'PAID', Date: '2026-11-19' });
    expect(messagesOf(frozen)).toContain('has a payment');
    expect(messagesOf(await api('POST', `Payments/${PaymentID}`, { Amount: 1 }))).toContain('cannot be edited');
    expect((await api('POST', `Payments/${PaymentID}`, { Status: 'DELETED' })).status).toBe(200);
    expect(xero.read(ACME, 'Invoice', String(InvoiceID))).toMatchObject({ Status: 'AUTHORISED', AmountDue: 100 });
    expect(balance('090')).toBe(0);
    expect((await api('POST', `Invoices/${InvoiceID}`, { Status: 'VOIDED' })).status).toBe(200);
  });

  test('go to bank accounts and accounts enabled for them, for approved invoices, and stay once reconciled', async () => {
    const { api, make, xero } = bench();
    const draft = await make('Invoices', salesInvoice({ Status: 'DRAFT' }));
    const { InvoiceID } = await make('Invoices', salesInvoice());
    expect(messagesOf(await api('PUT', 'Payments', pay(draft.InvoiceID, 1)))).toContain('Authorised');
    expect(messagesOf(await api('PUT', 'Payments', pay(InvoiceID, 1, { Account: { Code: '404' } })))).toContain(
      'enabled for payments',
    );
    const { PaymentID } = await make('Payments', pay(InvoiceID, 1, { Account: { Code: '630' } }));
    xero.humanReconcile(ACME, 'Payment', String(PaymentID));
    expect(messagesOf(await api('POST', `Payments/${PaymentID}`, { Status: 'DELETED' }))).toContain('reconciled');
  });
});

describe('credit notes', () => {
  const note = (more: object = {}) => ({ ...salesInvoice(), Type: 'ACCRECCREDIT', ...more });

  test('are allocated to invoices, and taken back', async () => {
    const { api, make, xero, balance } = bench();
    const { InvoiceID } = await make('Invoices', salesInvoice());
    const { CreditNoteID } = await make('CreditNotes', note());
    const path = `CreditNotes/${CreditNoteID}/Allocations`;
    const given = await api('PUT', path, { Allocations: [{ Invoice: { InvoiceID }, Amount: 70, Date: '2026-11-20' }] });
    expect(xero.read(ACME, 'Invoice', String(InvoiceID))).toMatchObject({ AmountDue: 30, AmountCredited: 70 });
    expect(xero.read(ACME, 'CreditNote', String(CreditNoteID))).toMatchObject({
      RemainingCredit: 30,
      Status: 'AUTHORISED',
    });
    expect(messagesOf(await api('PUT', path, { Invoice: { InvoiceID }, Amount: 30.01 }))).toContain('exceeds');
    const back = await api('DELETE', `${path}/${given.rows('Allocations')[0]?.AllocationID}`);
    expect(back.json.IsDeleted).toBe(true);
    expect(xero.read(ACME, 'Invoice', String(InvoiceID))).toMatchObject({ AmountDue: 100, AmountCredited: 0 });
    expect(balance('610')).toBe(0);
  });

  test('are refunded by a payment', async () => {
    const { make, xero, balance } = bench();
    const { CreditNoteID } = await make('CreditNotes', note());
    await make('Payments', { CreditNote: { CreditNoteID }, Account: { Code: '090' }, Date: '2026-11-20', Amount: 100 });
    expect(xero.read(ACME, 'CreditNote', String(CreditNoteID))).toMatchObject({ RemainingCredit: 0, Status: 'PAID' });
    expect([balance('610'), balance('090')]).toEqual([0, -10_000]);
  });
});

describe('locked periods', () => {
  test('the period lock stops the app, and drafts pass; an adviser may post', async () => {
    const { api, make, xero } = bench();
    xero.setLockDates(ACME, { period: '2026-11-20', endOfYear: null });
    expect(messagesOf(await api('PUT', 'Invoices', salesInvoice()))).toContain('locked');
    await make('Invoices', salesInvoice({ Status: 'DRAFT' }));
    expect(xero.humanCreate(ACME, 'Invoice', salesInvoice())).toMatchObject({ Status: 'AUTHORISED' });
    const adviser = bench({ adviser: true });
    adviser.xero.setLockDates(ACME, { period: '2026-11-20', endOfYear: null });
    expect((await adviser.api('PUT', 'Invoices', salesInvoice())).status).toBe(200);
    const organisation = (await api('GET', 'Organisation')).rows('Organisations')[0];
    expect(organisation?.PeriodLockDate).toBe('/Date(1795132800000+0000)/');
  });

  test('the end-of-year lock stops everybody, also from taking a document out', async () => {
    const { api, make, xero } = bench({ adviser: true });
    const { InvoiceID } = await make('Invoices', salesInvoice());
    xero.setLockDates(ACME, { period: null, endOfYear: '2026-11-20' });
    expect(messagesOf(await api('POST', `Invoices/${InvoiceID}`, { Status: 'VOIDED' }))).toContain('locked');
    expect(() => xero.humanVoid(ACME, 'Invoice', String(InvoiceID))).toThrow('locked');
    expect(xero.read(ACME, 'Invoice', String(InvoiceID))).toMatchObject({ Status: 'AUTHORISED' });
  });
});
