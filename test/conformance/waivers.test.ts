import { expect, test } from 'vitest';
import { loadCatalogue } from './descriptions.ts';
import { asObject, type JsonObject } from './json-reader.ts';
import { loadJudge } from './judge.ts';
import type { Operation } from './operation.ts';
import { DESCRIBED_PROVIDERS } from './providers.ts';
import { providerSamples } from './samples.ts';
import { describeConformance, requiredSharedFolder } from './shared-folder.ts';
import { WAIVERS } from './waivers.ts';

const OF_LINES = WAIVERS.filter(({ id }) => id === 'stripe-line-without-subscription');
const HEADERS = { 'content-type': 'application/json' };

function without(object: JsonObject, field: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== field));
}

describeConformance('waivers', () => {
  const recorded = (name: string): JsonObject => {
    const sample = providerSamples('stripe').find(
      (candidate) => candidate.kind === 'object' && candidate.name === name,
    );
    return asObject(sample?.body, name);
  };
  const line = recorded('line_item');
  const list = (...data: unknown[]) => ({ object: 'list', url: '/v1/rows', has_more: false, data });
  const invoiceOf = (row: JsonObject) => ({ ...recorded('invoice'), lines: list(row) });
  const answerBody = (operation: string, row: JsonObject): unknown => {
    if (operation.endsWith('/lines')) return list(row);
    if (operation.endsWith('/search')) return { ...list(invoiceOf(row)), object: 'search_result', next_page: null };
    return operation === 'GET /v1/invoices' ? list(invoiceOf(row)) : invoiceOf(row);
  };

  test.each(OF_LINES)('$id at $operation lets pass what it names, counted', ({ id, operation }) => {
    const judge = loadJudge('stripe');
    const answer = (row: JsonObject) =>
      judge.judgeResponse({
        operation,
        status: 200,
        headers: HEADERS,
        body: JSON.stringify(answerBody(operation, row)),
      });
    expect(answer(line)).toMatchObject({ errors: [], waived: [] });
    expect(answer(without(line, 'subscription'))).toMatchObject({ errors: [], waived: [id] });
    expect(judge.waiversUsed()).toEqual([{ name: `${id} at ${operation}`, count: 1 }]);
    expect(answer(without(line, 'period')).errors.join()).toContain('period is required');
  });

  test('an invoice line inside the answer of another operation is not waived', () => {
    const judge = loadJudge('stripe');
    const invoice = invoiceOf(without(line, 'subscription'));
    const body = JSON.stringify({ ...recorded('invoice_payment'), invoice });
    const verdict = judge.judgeResponse({
      operation: 'GET /v1/invoice_payments/{id}',
      status: 200,
      headers: HEADERS,
      body,
    });
    expect(verdict.waived).toEqual([]);
    expect(verdict.errors).toContain('body $.invoice.lines.data[0]: subscription is required');
  });

  test('there is one for every operation that answers with invoices or their lines, and for no other', () => {
    const { operations } = loadCatalogue('stripe', requiredSharedFolder());
    const answering = [...operations.values()].filter(answersWithInvoiceLines).map(({ name }) => name);
    expect(OF_LINES.map(({ operation }) => operation).toSorted()).toEqual(answering.toSorted());
  });

  test('a rate that BTCPay does not know may be null, one that it knows is described as ever', () => {
    const judge = loadJudge('btcpay');
    const answer = (...rates: readonly JsonObject[]) =>
      judge.judgeResponse({
        operation: 'GET /api/v1/stores/{storeId}/rates',
        status: 200,
        headers: HEADERS,
        body: JSON.stringify(rates),
      });
    const known = { currencyPair: 'BTC_USD', errors: [], rate: '64392.23' };
    expect(answer(known)).toMatchObject({ errors: [], waived: [] });
    const unknown = { currencyPair: 'BTC_XAU', errors: ['no rate'], rate: null };
    expect(answer(known, unknown)).toMatchObject({ errors: [], waived: ['btcpay-rate-that-is-not-known'] });
    expect(answer({ ...known, rate: 'much' }).errors).toHaveLength(1);
  });

  test('each names an operation that exists and says how it is known', () => {
    for (const { provider, operation, evidence } of WAIVERS) {
      expect(DESCRIBED_PROVIDERS).toContain(provider);
      expect(loadCatalogue(provider, requiredSharedFolder()).operations.has(operation)).toBe(true);
      expect(evidence).not.toBe('');
    }
  });
});

function answersWithInvoiceLines(operation: Operation): boolean {
  const schema = JSON.stringify(operation.response(200)?.content ?? {});
  return ['Invoice', 'InvoiceLineItem'].some((name) => schema.includes(`"#/components/schemas/${name}"`));
}
