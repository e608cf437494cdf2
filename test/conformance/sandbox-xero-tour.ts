import type { Said, SandboxBench } from './sandbox-bench.ts';

type Row = Readonly<Record<string, unknown>>;

const API = '/api.xro/2.0';
const DAY = '2026-11-05';
/** Resources with everything that can be asked of their lists. */
const LISTS: Readonly<Record<string, string>> = {
  Accounts: '?where=Status%3D%3D%22ACTIVE%22&order=Code',
  BankTransactions: '?page=1&pageSize=50',
  BankTransfers: '?includeDeleted=true',
  Contacts: '?page=1&includeArchived=true',
  CreditNotes: '?page=1',
  Invoices: '?page=1&Statuses=AUTHORISED,PAID,VOIDED&order=UpdatedDateUTC%20DESC',
  Items: '?unitdp=4',
  ManualJournals: '?page=1',
  Payments: '?page=1',
  TaxRates: '?order=Name',
};

/** Operations that the description and the sandbox both have. */
export function xeroOperations(all: readonly string[]): readonly string[] {
  return all.filter((name) => {
    const [, path = ''] = name.split(' ');
    if (path.startsWith('/Connections')) return true;
    const [resource = '', , sub] = path.slice(API.length + 1).split('/');
    if (resource === 'Reports') return path.endsWith('/TrialBalance');
    if (resource === 'Organisation') return !path.endsWith('/Actions');
    return resource in LISTS && (sub === undefined || (resource === 'CreditNotes' && sub === 'Allocations'));
  });
}

const line = (UnitAmount: number, AccountCode: string, more: Row = {}): Row => ({
  Description: 'Goods',
  Quantity: 1,
  UnitAmount,
  AccountCode,
  ...more,
});

const document = (Type: string, more: Row = {}): Row => ({
  Type,
  Contact: { Name: 'Customer One' },
  Date: DAY,
  DueDate: '2026-12-05',
  LineAmountTypes: 'Exclusive',
  Status: 'AUTHORISED',
  LineItems: [line(100, Type.startsWith('ACCREC') ? '200' : '400')],
  ...more,
});

/** Every resource made, listed, read, changed and ended, where it can be; the connections last. */
export async function tourXero(bench: SandboxBench): Promise<void> {
  const write = async (method: 'PUT' | 'POST', path: string, body: unknown) => {
    const { json } = await bench.good({ method, path: `${API}/${path}`, body });
    return json as Record<string, readonly Row[]>;
  };
  const make = async (resource: string, ...objects: readonly Row[]) =>
    (await write('PUT', resource, { [resource]: objects }))[resource]!;
  const change = (resource: string, id: unknown, patch: Row) =>
    write('POST', `${resource}/${id}`, { [resource]: [patch] });

  await bench.good({ path: `${API}/Organisation` });
  const [account] = (await write('PUT', 'Accounts', { Code: '405', Name: 'Card Fees', Type: 'EXPENSE' })).Accounts!;
  await change('Accounts', account?.AccountID, { Description: 'Fees of cards' });
  await make('TaxRates', { Name: 'Local', ReportTaxType: 'OUTPUT', TaxComponents: [{ Name: 'City', Rate: 1.5 }] });
  const [contact] = await make('Contacts', { Name: 'Customer One', EmailAddress: 'one@example.com' });
  await write('POST', 'Contacts', { Contacts: [{ Name: 'Customer One', FirstName: 'One' }] });
  await change('Contacts', contact?.ContactID, { LastName: 'Customer' });
  const [item, spare] = await make(
    'Items',
    { Code: 'A1', Name: 'Goods', SalesDetails: { UnitPrice: 5, AccountCode: '200' } },
    { Code: 'A2' },
  );
  await write('POST', 'Items', { Items: [{ Code: 'A2', Name: 'Spare' }] });
  await change('Items', item?.ItemID, { Code: 'A1', Description: 'Boxes' });

  const sold = [
    document('ACCREC', { LineItems: [line(100, '200', { ItemCode: 'A1', TaxType: 'TAX001' })] }),
    document('ACCREC'),
  ];
  const [invoice, other] = await make('Invoices', ...sold, document('ACCPAY', { Status: 'DRAFT' }));
  await write('POST', 'Invoices?summarizeErrors=false&unitdp=4', {
    Invoices: [document('ACCREC', { InvoiceNumber: 'HUB-1' }), document('ACCREC', { LineItems: [line(1, '999')] })],
  });
  await change('Invoices', other?.InvoiceID, { Reference: 'changed' });
  const money = { Account: { Code: '090' }, Date: DAY };
  const [payment] = await make('Payments', { ...money, Invoice: { InvoiceID: invoice?.InvoiceID }, Amount: 60 });
  await write('POST', 'Payments', { ...money, Invoice: { InvoiceID: invoice?.InvoiceID }, Amount: 41.5 });

  const [note] = await make('CreditNotes', document('ACCRECCREDIT'));
  await write('POST', 'CreditNotes', { CreditNotes: [document('ACCPAYCREDIT', { Status: 'DRAFT' })] });
  await change('CreditNotes', note?.CreditNoteID, { Reference: 'changed' });
  const given = { Invoice: { InvoiceID: other?.InvoiceID }, Amount: 30, Date: DAY };
  const path = `CreditNotes/${note?.CreditNoteID}/Allocations`;
  const [allocation] = (await write('PUT', path, { Allocations: [given] })).Allocations!;
  await make('Payments', { ...money, CreditNote: { CreditNoteID: note?.CreditNoteID }, Amount: 10 });

  const received = {
    ...document('RECEIVE'),
    BankAccount: { Code: '091' },
    LineItems: [line(50, '200'), line(-1.5, '404')],
  };
  const { DueDate: _due, ...bank } = received as Row;
  const [transaction] = await make('BankTransactions', bank);
  await write('POST', 'BankTransactions', { BankTransactions: [{ ...bank, Type: 'SPEND' }] });
  await change('BankTransactions', transaction?.BankTransactionID, { Reference: 'changed' });
  const moved = { FromBankAccount: { Code: '091' }, ToBankAccount: { Code: '090' }, Amount: 20, Date: DAY };
  const [transfer, second] = await make('BankTransfers', moved, moved);
  const sides = [
    { LineAmount: 3, AccountCode: '404' },
    { LineAmount: -3, AccountCode: '850' },
  ];
  const journal = { Narration: 'Accrual', Date: DAY, Status: 'POSTED', JournalLines: sides };
  const [posted] = await make('ManualJournals', journal);
  await write('POST', 'ManualJournals', { ManualJournals: [{ ...journal, Status: 'DRAFT' }] });
  await change('ManualJournals', posted?.ManualJournalID, { Narration: 'Changed' });

  await readEverything(bench);
  await bench.good({ method: 'DELETE', path: `${API}/${path}/${allocation?.AllocationID}` });
  await write('POST', `Payments/${payment?.PaymentID}`, { Status: 'DELETED' });
  await write('POST', `BankTransfers/${transfer?.BankTransferID}`, { Status: 'DELETED' });
  await write('POST', 'BankTransfers', {
    BankTransfers: [{ BankTransferID: second?.BankTransferID, Status: 'DELETED' }],
  });
  await change('BankTransactions', transaction?.BankTransactionID, { Status: 'DELETED' });
  await change('ManualJournals', posted?.ManualJournalID, { Narration: 'Changed', Status: 'VOIDED' });
  await change('Invoices', other?.InvoiceID, { Status: 'VOIDED' });
  await bench.good({ method: 'DELETE', path: `${API}/Items/${spare?.ItemID}` });
  await bench.good({ method: 'DELETE', path: `${API}/Accounts/${account?.AccountID}` });
  await write('POST', 'TaxRates', { TaxRates: [{ Name: 'Local', Status: 'DELETED' }] });
  bench.sandbox.xero.setLockDates('0acc0001-0000-4000-8000-000000000001', { period: DAY, endOfYear: '2025-12-31' });
  await bench.good({ path: `${API}/Organisation` });
  await readEverything(bench);
  await connections(bench);
}

/** Each list whole and as asked, and each object by itself. */
async function readEverything(bench: SandboxBench): Promise<void> {
  for (const [resource, query] of Object.entries(LISTS)) {
    await bench.good({ path: `${API}/${resource}` });
    const { json } = await bench.good({ path: `${API}/${resource}${query}` });
    const idField = resource === 'TaxRates' ? 'TaxType' : `${resource.slice(0, -1)}ID`;
    for (const row of (json as Record<string, readonly Row[]>)[resource] ?? [])
      await bench.good({ path: `${API}/${resource}/${row[idField]}` });
  }
  await bench.good({ path: `${API}/Reports/TrialBalance?date=${DAY}` });
}

async function connections(bench: SandboxBench): Promise<void> {
  const { json } = await bench.good({ path: '/Connections' });
  const [first] = json as readonly { readonly id: string; readonly authEventId: string }[];
  await bench.good({ path: `/Connections?authEventId=${first?.authEventId}` });
  await bench.good({ method: 'DELETE', path: `/Connections/${first?.id}` });
}

/** What must be refused, in every shape that refusals have. */
export async function refusalsOfXero(bench: SandboxBench): Promise<readonly Said[]> {
  const put = (resource: string, body: unknown) => ({ method: 'PUT' as const, path: `${API}/${resource}`, body });
  return [
    await bench.refused(put('Invoices', { Invoices: [document('ACCREC', { LineItems: [line(1, '999')] })] })),
    await bench.refused(put('Contacts', { Contacts: [{ Name: '' }] })),
    await bench.refused(put('ManualJournals', { ManualJournals: [] })),
    await bench.refused(put('Items', '{')),
    await bench.refused({ path: `${API}/Invoices?where=Total%20%3E` }),
    await bench.refused({ path: `${API}/Invoices/0acc0001-0000-4000-8000-00000000ffff` }),
    await bench.refused({ path: `${API}/Invoices`, headers: { authorization: 'Bearer other' } }),
    await bench.refused({ path: `${API}/Invoices`, headers: { 'xero-tenant-id': 'other' } }),
  ];
}
