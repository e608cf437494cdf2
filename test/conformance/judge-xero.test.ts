import { expect, test } from 'vitest';
import { xeroSignature } from '../../sandbox/src/index.ts';
import { asList, asObject, asText, readObject } from './json-reader.ts';
import { loadJudge } from './judge.ts';
import { describeConformance, requiredSharedFolder } from './shared-folder.ts';

const BASE = '/api.xro/2.0';
const ID = '0acc0001-0000-4000-8000-000000000001';
const HEADERS = { 'content-type': 'application/json', 'xero-tenant-id': ID };
const VECTORS = 'providers/webhook-vectors.json';

describeConformance('the judge of Xero', () => {
  const request = (method: string, path: string, body: unknown) =>
    loadJudge('xero').judgeRequest({ method, url: BASE + path, headers: HEADERS, body: JSON.stringify(body) }).errors;
  const answer = (row: object) =>
    loadJudge('xero').judgeResponse({
      operation: `GET ${BASE}/Invoices`,
      status: 200,
      headers: HEADERS,
      body: JSON.stringify({ Invoices: [row] }),
    }).errors;

  test('refuses fields that are not known or are read-only, and dates in the form of answers', () => {
    const invoice = (more: object) => request('PUT', '/Invoices', { Invoices: [{ Type: 'ACCREC', ...more }] });
    expect(invoice({ Date: '2026-11-20' })).toEqual([]);
    expect(invoice({ Colour: 'red' }).join()).toContain('Colour is not described');
    expect(invoice({ AmountPaid: 1 }).join()).toContain('is read-only');
    expect(invoice({ Date: '/Date(1795132800000+0000)/' })).toHaveLength(1);
    expect(request('PUT', '/Invoice', {})).toEqual(
      [`xero has no PUT ${BASE}/Invoice`].map((text) => `operation $: ${text}`),
    );
  });

  test('takes only the form of answers for days and instants in answers', () => {
    expect(answer({ Date: '/Date(1795132800000+0000)/', UpdatedDateUTC: '/Date(1795132800000)/' })).toEqual([]);
    expect(answer({ Date: '2026-11-20' })).toHaveLength(1);
    expect(answer({ Status: 'OPEN' })).toHaveLength(1);
  });

  test('lets an update of a bank transaction leave out what it keeps, at that operation alone', () => {
    const judge = loadJudge('xero');
    const ask = (path: string) =>
      judge.judgeRequest({
        method: 'POST',
        url: `${BASE}${path}`,
        headers: HEADERS,
        body: JSON.stringify({ BankTransactions: [{ Reference: 'x' }] }),
      });
    expect(ask(`/BankTransactions/${ID}`)).toMatchObject({ errors: [], waived: { length: 3 } });
    expect(ask('/BankTransactions').errors).toHaveLength(3);
  });

  test('lets the instants of connections go without a zone, and nothing else of them', () => {
    const verdict = (connection: object) =>
      loadJudge('xero').judgeResponse({
        operation: 'GET /Connections',
        status: 200,
        headers: HEADERS,
        body: JSON.stringify([connection]),
      });
    const instant = '2026-11-20T12:00:00.0000000';
    const both = verdict({ createdDateUtc: instant, updatedDateUtc: instant });
    expect(both).toMatchObject({ errors: [], waived: { length: 2 } });
    expect(verdict({ tenantName: 1 }).errors).toHaveLength(1);
  });

  test('the signature of the sandbox agrees with every vector', () => {
    const all = asList(readObject(requiredSharedFolder(), VECTORS).vectors, VECTORS);
    const vectors = all.map((each) => asObject(each, VECTORS)).filter(({ provider }) => provider === 'xero');
    expect(vectors.map(({ id }) => id)).toContain('xero-key-base64-decoded-mistake');
    for (const vector of vectors) {
      const text = (name: string) => asText(vector[name], VECTORS);
      const sent = asObject(vector.headers, VECTORS)['x-xero-signature'];
      const { valid } = asObject(vector.expect, VECTORS);
      expect(xeroSignature(text('key'), text('body')) === sent).toBe(valid);
    }
  });
});
