import { ENTITY_NAMES, isTransaction } from '../../sandbox/src/quickbooks/store/entity.ts';
import { loadCatalogue } from './descriptions.ts';
import type { JsonObject } from './json-reader.ts';
import { castOf, type QuickbooksCompany, quickbooksCompany, type Stored } from './quickbooks-company.ts';
import { newDocuments, payBill, payInvoice } from './quickbooks-documents.ts';
import type { Said, SandboxBench } from './sandbox-bench.ts';
import { requiredSharedFolder } from './shared-folder.ts';

const REPORTS = ['TrialBalance', 'ProfitAndLoss', 'BalanceSheet', 'GeneralLedger', 'AgedReceivables'];
/** What can be voided, and how that is asked for: as an operation, or as a part of an update. */
const VOIDED = new Map([
  ['Invoice', 'operation=void'],
  ['CreditMemo', 'operation=void'],
  ['RefundReceipt', 'operation=void'],
  ['SalesReceipt', 'operation=update&include=void'],
  ['Payment', 'operation=update&include=void'],
  ['BillPayment', 'operation=update&include=void'],
]);
const SENT = ['CreditMemo', 'Invoice', 'Payment', 'RefundReceipt', 'SalesReceipt'];

/** Operations below a company that the description and the sandbox both have. */
export function quickbooksOperations(): readonly string[] {
  const served = new Set(['query', 'cdc', 'batch', ...ENTITY_NAMES.map((entity) => entity.toLowerCase())]);
  const { operations } = loadCatalogue('quickbooks', requiredSharedFolder());
  return [...operations.keys()].filter((name) => served.has(name.split('/')[4] ?? ''));
}

/** How the app shows itself at the identity host. */
const APP = {
  authorization: `Basic ${btoa('sandbox-quickbooks-client:sandbox-quickbooks-client-secret')}`,
  'content-type': 'application/x-www-form-urlencoded',
};

/** Every entity written, read, queried, changed, voided and deleted, where it can be; then what is no entity. */
export async function tourQuickbooks(bench: SandboxBench): Promise<void> {
  const company = quickbooksCompany(bench);
  const cast = await castOf(company);
  const made: (readonly [string, Stored])[] = [];
  for (const [entity, body] of newDocuments(cast)) made.push([entity, await company.write(entity, body)]);
  const idOf = (entity: string) => made.find(([name]) => name === entity)![1].Id;
  made.push(['BillPayment', await company.write('BillPayment', payBill(cast, idOf('Bill')))]);
  made.push(['Payment', await company.write('Payment', payInvoice(cast, idOf('Invoice')))]);
  await changeSingles(company);
  await readEverything(company);
  for (const [entity] of made) if (SENT.includes(entity)) await send(company, entity, idOf(entity));
  // What settles comes before what it settles.
  for (const [entity, document] of made.toReversed()) await endOf(company, entity, document);
  await batch(company, cast.customer);
  await readEverything(company);
  await outsideTheDescription(company);
  await identityHost(company);
}

async function changeSingles({ write, read }: QuickbooksCompany): Promise<void> {
  const { Id, SyncToken } = await read('Preferences', '1');
  await write('Preferences', { Id, SyncToken, sparse: true, SalesFormsPrefs: { CustomTxnNumbers: false } });
  const info = await read('CompanyInfo', '9130350000000001');
  await write('CompanyInfo', { Id: info.Id, SyncToken: info.SyncToken, sparse: true, LegalName: 'Acme LLC' });
  const { Id: rate } = await write('ExchangeRate', {
    SyncToken: '0',
    SourceCurrencyCode: 'EUR',
    Rate: 1.1,
    AsOfDate: '2026-11-05',
  });
  await read('ExchangeRate', rate);
}

/** Each entity by query, by id, and as a change. */
async function readEverything({ bench, at, query, read }: QuickbooksCompany): Promise<void> {
  for (const entity of ENTITY_NAMES) {
    if (entity === 'ExchangeRate') continue;
    const rows = ((await query(`select * from ${entity} maxresults 1000`))[entity] ?? []) as readonly Stored[];
    await query(`select count(*) from ${entity}`);
    for (const { Id } of rows) await read(entity, entity === 'CompanyInfo' ? '9130350000000001' : Id);
  }
  const changed = ENTITY_NAMES.filter((entity) => isTransaction(entity) || entity === 'Customer').join(',');
  await bench.good({ path: at(`cdc?entities=${changed}&changedSince=2026-11-01T00:00:00Z`) });
  await bench.good({ method: 'POST', path: at('query?minorversion=75'), body: 'select * from Invoice' });
}

async function send({ bench, at }: QuickbooksCompany, entity: string, id: string): Promise<void> {
  const path = at(`${entity.toLowerCase()}/${id}/send?sendTo=books%40acme.example`);
  await bench.good({ method: 'POST', path });
}

/** Changed in part, then as a whole, then voided where that can be, and deleted. */
async function endOf({ write, read }: QuickbooksCompany, entity: string, { Id }: Stored): Promise<void> {
  const key = async () => ({ Id, SyncToken: (await read(entity, Id)).SyncToken });
  const whole = async () => writable(await read(entity, Id));
  const isPayment = entity === 'Payment' || entity === 'BillPayment';
  if (!isPayment) await write(entity, { ...(await key()), sparse: true, PrivateNote: 'changed' });
  await write(entity, await whole(), 'operation=update');
  const how = VOIDED.get(entity);
  if (how !== undefined) await write(entity, isPayment ? { ...(await whole()), sparse: true } : await key(), how);
  await write(entity, await key(), 'operation=delete');
}

/** Without what a client does not send back. */
function writable(stored: Stored): JsonObject {
  const { MetaData: _metaData, domain: _domain, ...rest } = stored;
  return rest;
}

async function batch({ bench, at, read, query }: QuickbooksCompany, customer: string): Promise<void> {
  const { SyncToken } = await read('Customer', customer);
  const BatchItemRequest = [
    { bId: 'a', operation: 'create', Customer: { DisplayName: 'Acme Ltd' } },
    { bId: 'b', operation: 'update', Customer: { Id: customer, SyncToken, sparse: true, Active: false } },
    { bId: 'c', operation: 'create', Customer: { DisplayName: 'Acme Ltd' } },
    { bId: 'd', Query: 'select * from Customer' },
  ];
  await bench.good({ method: 'POST', path: at('batch?requestid=b1'), body: { BatchItemRequest } });
  await query('select Id, DisplayName from Customer where Active in (true, false) orderby DisplayName desc');
}

/** Reports, and single objects without their id. */
async function outsideTheDescription({ bench, at }: QuickbooksCompany): Promise<void> {
  for (const report of REPORTS) await bench.good({ path: at(`reports/${report}`) });
  await bench.good({ path: at('preferences') });
  await bench.good({ path: at('exchangerate?sourcecurrencycode=EUR') });
}

/** Consent, a refresh, and the end of the connection. */
async function identityHost({ bench }: QuickbooksCompany): Promise<void> {
  const consent = new URLSearchParams({
    client_id: 'sandbox-quickbooks-client',
    response_type: 'code',
    scope: 'com.intuit.quickbooks.accounting',
    redirect_uri: 'https://acme.example/callback',
    state: 's',
  });
  await bench.good({ path: `/connect/oauth2?${consent}` });
  const { refreshToken } = bench.sandbox.quickbooks.issueTokens();
  const form = { method: 'POST', headers: APP } as const;
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }).toString();
  const { json } = await bench.good({ ...form, path: '/oauth2/v1/tokens/bearer', body });
  const { refresh_token: token } = json as { readonly refresh_token: string };
  await bench.good({ ...form, path: '/v2/oauth2/tokens/revoke', body: new URLSearchParams({ token }).toString() });
}

/** One request for each way in which QuickBooks refuses. */
export async function refusalsOfQuickbooks(bench: SandboxBench): Promise<readonly Said[]> {
  const company = quickbooksCompany(bench);
  const cast = await castOf(company);
  const { at } = company;
  const [entity, body] = newDocuments(cast)[0]!;
  const post = (path: string, sent: unknown) => bench.refused({ method: 'POST', path: at(path), body: sent });
  const { Id } = await company.write(entity, { ...body, DocNumber: 'A-1' });
  const said = [
    await bench.refused({ path: at('customer/1'), headers: { authorization: 'Bearer wrong' } }),
    await bench.refused({ path: '/v3/company/123/customer/1' }),
    await bench.refused({ path: at('customer/999') }),
    await bench.refused({ path: at('query?query=select%20nothing') }),
    await bench.refused({ path: at('cdc?entities=Nothing&changedSince=2026-11-01') }),
    await post('salesreceipt', { ...body, DocNumber: 'A-1' }),
    await post('salesreceipt', { ...body, Colour: 'red' }),
    await post('salesreceipt', { Id, SyncToken: '77', sparse: true, PrivateNote: 'late' }),
    await post('salesreceipt?operation=void', { Id, SyncToken: '77' }),
    await post('customer', { DisplayName: 'Acme LLC' }),
    await post('batch', { BatchItemRequest: [] }),
    await post('invoice/999/send?sendTo=a@acme.example', undefined),
  ];
  bench.sandbox.quickbooks.setClosingDate('2026-12-31');
  said.push(await post('salesreceipt', body));
  const failing = {
    BatchItemRequest: [{ bId: 'a', operation: 'create', SalesReceipt: { ...body, PrivateNote: 'x' } }],
  };
  await bench.good({ method: 'POST', path: at('batch'), body: failing });
  bench.sandbox.faults.quickbooks.failNext({ fault: '429' });
  bench.sandbox.faults.quickbooks.failNext({ fault: '5xx' });
  said.push(
    await bench.refused({ path: at(`salesreceipt/${Id}`) }),
    await bench.refused({ path: at(`salesreceipt/${Id}`) }),
  );
  return said;
}
