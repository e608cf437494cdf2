import { describe, expect, test } from 'vitest';
import { bench, messagesOf, type Reply, salesInvoice, TRADING } from '../support.ts';

describe('lists', () => {
  async function three() {
    const made = bench();
    for (const [index, total] of [30, 10, 20].entries()) {
      const line = { Description: 'Goods', Quantity: 1, UnitAmount: total, AccountCode: '200' };
      await made.make(
        'Invoices',
        salesInvoice({ InvoiceNumber: `HUB-${index}`, Date: `2026-11-0${index + 1}`, LineItems: [line] }),
      );
      made.doors.pass(1_000);
    }
    const numbers = async (query: string, headers?: Record<string, string>) =>
      (await made.api('GET', `Invoices?${query}`, undefined, headers))
        .rows('Invoices')
        .map(({ InvoiceNumber }) => InvoiceNumber);
    return { ...made, numbers };
  }
  const where = (filter: string) => `where=${encodeURIComponent(filter)}`;

  test('lines are in pages and single reads, not in a list without a page', async () => {
    const { api } = await three();
    const lines = (reply: Reply) => (reply.rows('Invoices')[0]!.LineItems as unknown[]).length;
    const bare = await api('GET', 'Invoices');
    expect([lines(bare), bare.json.pagination]).toEqual([0, undefined]);
    const page = await api('GET', 'Invoices?page=2&pageSize=2');
    expect(page.json.pagination).toEqual({ page: 2, pageSize: 2, pageCount: 2, itemCount: 3 });
    expect([lines(page), page.rows('Invoices').length]).toEqual([1, 1]);
    expect(lines(await api('GET', 'Invoices?page=1&summaryOnly=true'))).toBe(0);
    expect(lines(await api('GET', 'Invoices/HUB-1'))).toBe(1);
  });

  test('filters compare texts, numbers and days, joined and in parentheses', async () => {
    const { numbers } = await three();
    expect(await numbers(where('Type=="ACCREC" AND Date>=DateTime(2026,11,02)'))).toEqual(['HUB-1', 'HUB-2']);
    expect(await numbers(where('Total>10 && (InvoiceNumber=="HUB-2" || InvoiceNumber=="HUB-1")'))).toEqual(['HUB-2']);
    expect(await numbers(where('InvoiceNumber.EndsWith("-0") OR Contact.Name.Contains("Two")'))).toEqual(['HUB-0']);
    expect(await numbers(where('Status!="AUTHORISED"'))).toEqual([]);
  });

  test('a filter or order that cannot be read is refused', async () => {
    const { api } = await three();
    for (const query of [where('Total >'), where('Total ~ 3'), 'order=Total%20UPWARDS', 'page=0']) {
      const refused = await api('GET', `Invoices?${query}`);
      expect([refused.status, refused.json.Type, refused.json.ErrorNumber]).toEqual([400, 'QueryParseException', 16]);
    }
  });

  test('order, numbers, ids, statuses and search choose', async () => {
    const { api, numbers } = await three();
    expect(await numbers('order=Total%20DESC')).toEqual(['HUB-0', 'HUB-2', 'HUB-1']);
    expect(await numbers('InvoiceNumbers=HUB-0,HUB-2')).toEqual(['HUB-0', 'HUB-2']);
    const { InvoiceID } = (await api('GET', 'Invoices/HUB-1')).rows('Invoices')[0]!;
    expect(await numbers(`IDs=${InvoiceID}`)).toEqual(['HUB-1']);
    expect(await numbers('Statuses=DRAFT,PAID')).toEqual([]);
    expect(await numbers('searchTerm=hub-2')).toEqual(['HUB-2']);
  });

  test('If-Modified-Since gives what changed after it, also an invoice whose payment changed', async () => {
    const { api, make, numbers, doors } = await three();
    const since = { 'if-modified-since': new Date(doors.now()).toISOString().slice(0, 19) };
    expect(await numbers('', since)).toEqual([]);
    doors.pass(1_000);
    await make('Payments', { Invoice: { InvoiceNumber: 'HUB-1' }, Account: { Code: '090' }, Amount: 10 });
    expect(await numbers('', since)).toEqual(['HUB-1']);
    expect((await api('GET', 'Invoices', undefined, since)).status).toBe(200);
  });
});

describe('writes of several', () => {
  const bad = salesInvoice({ LineItems: [{ UnitAmount: 1, AccountCode: '999' }], Reference: 'bad' });

  test('one bad object refuses the call, unless errors are not summarised', async () => {
    const { api, balance } = bench();
    const refused = await api('PUT', 'Invoices', { Invoices: [salesInvoice(), bad] });
    expect([refused.status, refused.json.ErrorNumber, refused.json.Type]).toEqual([400, 10, 'ValidationException']);
    expect(refused.json.Elements).toMatchObject([{ Reference: 'bad' }]);
    expect(balance('610')).toBe(0);
    const each = await api('PUT', 'Invoices?summarizeErrors=false', { Invoices: [bad, salesInvoice()] });
    expect(each.status).toBe(200);
    expect(each.rows('Invoices')).toMatchObject([
      { StatusAttributeString: 'ERROR', HasErrors: true, Reference: 'bad' },
      { StatusAttributeString: 'OK', HasErrors: false },
    ]);
    expect(balance('610')).toBe(10_000);
  });

  test('the good ones may stay although the call was refused', async () => {
    const { api, balance } = bench({ keepsGoodElements: true });
    expect((await api('PUT', 'Invoices', { Invoices: [salesInvoice(), bad] })).status).toBe(400);
    expect(balance('610')).toBe(10_000);
  });

  test('nothing, no JSON and unknown resources are refused in their own shapes', async () => {
    const { api } = bench();
    expect((await api('PUT', 'Invoices', { Invoices: [] })).json.ErrorNumber).toBe(17);
    expect((await api('PUT', 'Invoices', '{')).json.ErrorNumber).toBe(14);
    expect((await api('GET', 'Invoices/unknown')).status).toBe(404);
    expect((await api('DELETE', 'TaxRates/NONE')).status).toBe(405);
  });
});

describe('idempotency', () => {
  const key = (value: string) => ({ 'idempotency-key': value });

  test('a key repeats its answer for six minutes, and refuses another body', async () => {
    const { api, balance, doors } = bench();
    const first = await api('PUT', 'Invoices', salesInvoice(), key('k'));
    expect((await api('PUT', 'Invoices', salesInvoice(), key('k'))).text).toBe(first.text);
    expect((await api('PUT', 'Invoices', salesInvoice({ Reference: 'x' }), key('k'))).status).toBe(400);
    expect((await api('PUT', 'Invoices?unitdp=4', salesInvoice(), key('k'))).status).toBe(400);
    expect(balance('610')).toBe(10_000);
    doors.pass(360_000);
    expect((await api('PUT', 'Invoices', salesInvoice(), key('k'))).text).not.toBe(first.text);
    expect(balance('610')).toBe(20_000);
    expect((await api('PUT', 'Invoices', salesInvoice(), key('k'.repeat(129)))).status).toBe(400);
  });

  test('refusals are repeated too, and each organisation has its own keys', async () => {
    const { api } = bench();
    const refused = await api('PUT', 'Contacts', { Name: '' }, key('k'));
    expect(messagesOf(refused)).toContain('must be specified');
    expect((await api('PUT', 'Contacts', { Name: '' }, key('k'))).text).toBe(refused.text);
    expect((await api('PUT', 'Contacts', { Name: 'A' }, { ...key('k'), 'xero-tenant-id': TRADING })).status).toBe(200);
  });

  test('keys may belong to the access token', async () => {
    const { api, xero, balance } = bench({ idempotencyPerToken: true });
    await api('PUT', 'Invoices', salesInvoice(), key('k'));
    const authorization = `Bearer ${xero.issueTokens().accessToken}`;
    await api('PUT', 'Invoices', salesInvoice(), { ...key('k'), authorization });
    expect(balance('610')).toBe(20_000);
  });
});

describe('limits', () => {
  test('sixty a minute for each organisation, with what remains in the headers', async () => {
    const { api, doors } = bench({ limits: {} });
    const first = await api('GET', 'Organisation');
    expect(['min', 'day', 'appmin'].map((name) => first.headers.get(`x-${name}limit-remaining`))).toEqual([
      '59',
      '4999',
      '9999',
    ]);
    doors.pass(10_000);
    for (let call = 1; call < 60; call += 1) await api('GET', 'Organisation');
    const refused = await api('GET', 'Organisation');
    expect([refused.status, refused.headers.get('x-rate-limit-problem'), refused.headers.get('retry-after')]).toEqual([
      429,
      'minute',
      '50',
    ]);
    expect((await api('GET', 'Organisation', undefined, { 'xero-tenant-id': TRADING })).status).toBe(200);
    doors.pass(50_000);
    expect((await api('GET', 'Organisation')).status).toBe(200);
  });

  test('the day has an end of its own, and says when it is over', async () => {
    const { api, doors } = bench({ limits: { perDay: 2, perMinute: null } });
    await api('GET', 'Organisation');
    await api('GET', 'Organisation');
    doors.pass(3_600_000);
    const refused = await api('GET', 'Organisation');
    expect([refused.headers.get('x-rate-limit-problem'), refused.headers.get('retry-after')]).toEqual(['day', '82800']);
  });

  test('five at once, without a hint when to come again', async () => {
    let free = () => {};
    const held = new Promise<void>((resolve) => {
      free = resolve;
    });
    const { api } = bench({ limits: {}, pause: () => held });
    const calls = Array.from({ length: 6 }, () => api('GET', 'Organisation'));
    const refused = await Promise.race(calls);
    expect([refused.headers.get('x-rate-limit-problem'), refused.headers.get('retry-after')]).toEqual([
      'concurrent',
      null,
    ]);
    free();
    expect((await Promise.all(calls)).map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 429]);
  });
});

test('who does not ask for JSON gets XML', async () => {
  const { api } = bench();
  const reply = await api('GET', 'Organisation', undefined, { accept: '*/*' });
  expect(reply.headers.get('content-type')).toBe('text/xml; charset=utf-8');
  expect(reply.text).toContain('<Name>Acme LLC</Name>');
});
