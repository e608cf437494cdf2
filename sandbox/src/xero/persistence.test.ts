import { expect, test } from 'vitest';
import type { Mutation } from '../core/store.ts';
import { ACME, bench, salesInvoice } from './support.ts';

test('a snapshot and the mutations after it give the same Xero again, its keys and limits included', async () => {
  const first = bench({ limits: {} });
  const { InvoiceID } = await first.make('Invoices', salesInvoice());
  const snapshot: unknown = JSON.parse(JSON.stringify(first.xero.snapshot()));
  const mutations: Mutation[] = [];
  first.xero.onMutation((mutation) => mutations.push(JSON.parse(JSON.stringify(mutation)) as Mutation));
  const key = { 'idempotency-key': 'k' };
  const payment = { Invoice: { InvoiceID }, Account: { Code: '090' }, Amount: 40 };
  const paid = await first.api('PUT', 'Payments', payment, key);
  const { refreshToken } = first.xero.issueTokens();

  const second = bench({ limits: {} });
  second.xero.restore(snapshot);
  for (const mutation of mutations) second.xero.applyRecord(mutation);
  expect(second.xero.ledger(ACME)).toEqual(first.xero.ledger(ACME));
  expect(second.xero.read(ACME, 'Invoice', String(InvoiceID))).toEqual(
    first.xero.read(ACME, 'Invoice', String(InvoiceID)),
  );
  const again = await second.api('PUT', 'Payments', payment, key);
  expect(again.text).toBe(paid.text);
  expect(again.headers.get('x-minlimit-remaining')).toBe('58');
  const form = `grant_type=refresh_token&refresh_token=${refreshToken}`;
  const basic = { authorization: `Basic ${btoa('sandbox-xero-client:sandbox-xero-client-secret')}` };
  expect((await second.ask('POST', '/connect/token', form, basic)).status).toBe(200);
});
