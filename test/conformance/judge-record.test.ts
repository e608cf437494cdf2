import { describe, expect, test } from 'vitest';
import { madeUpJudge } from './made-up-description.ts';
import type { Waiver } from './waivers.ts';

const HEADERS = { 'content-type': 'application/json' };
const WAIVER: Waiver = {
  id: 'widget-without-amount',
  provider: 'stripe',
  operation: 'POST /widgets',
  direction: 'request',
  part: 'body',
  at: /^\$$/,
  rule: 'required',
  field: 'amount',
  evidence: 'made up',
};

describe('the record of a judge', () => {
  test('counts requests and answers of each operation', () => {
    const judge = madeUpJudge();
    for (const url of ['/widgets/1', '/widgets/2']) judge.judgeRequest({ method: 'DELETE', url, headers: {} });
    judge.judgeResponse({ operation: 'DELETE /widgets/{number}', status: 204, headers: {} });
    judge.judgeRequest({ method: 'POST', url: '/widgets', headers: HEADERS, body: '{}' });
    expect(judge.operationsUsed()).toEqual([
      { operation: 'DELETE /widgets/{number}', requests: 2, responses: 1 },
      { operation: 'POST /widgets', requests: 1, responses: 0 },
    ]);
  });

  test('lists what no description covers, and judges neither the request nor its answer', () => {
    const judge = madeUpJudge();
    const asked = judge.judgeRequest({ method: 'POST', url: '/oauth/token', headers: {}, body: 'grant_type=x' });
    expect(asked).toEqual({ operation: null, errors: [], waived: [], judged: false });
    expect(judge.judgeResponse({ operation: asked.operation, status: 200, headers: {}, body: 'x' }).judged).toBe(false);
    expect(judge.notJudged()).toEqual([{ name: 'POST /oauth/token', count: 1 }]);
    expect(judge.operationsUsed()).toEqual([]);
  });
});

describe('a waiver', () => {
  test('lets its finding pass at its operation, and is counted each time', () => {
    const judge = madeUpJudge({ waivers: [WAIVER] });
    const message = { method: 'POST', url: '/widgets', headers: HEADERS, body: '{"name":"a"}' };
    judge.judgeRequest(message);
    expect(judge.judgeRequest(message)).toMatchObject({ errors: [], waived: ['widget-without-amount'] });
    expect(judge.waiversUsed()).toEqual([{ name: 'widget-without-amount at POST /widgets', count: 2 }]);
  });

  test('lets nothing else of the same message pass', () => {
    const judge = madeUpJudge({ waivers: [WAIVER] });
    const message = { method: 'POST', url: '/widgets', headers: HEADERS, body: '{"name":7}' };
    expect(judge.judgeRequest(message).errors).toEqual(['body $.name: must be string,null']);
  });

  test.each([
    ['another provider', { provider: 'btcpay' }],
    ['another operation', { operation: 'GET /widgets' }],
    ['the other direction', { direction: 'response' }],
    ['another part', { part: 'query' }],
    ['another place', { at: /^\$\.rows$/ }],
    ['another rule', { rule: 'type' }],
    ['another field', { field: 'name' }],
  ] as const)('of %s does not apply', (_case, change) => {
    const judge = madeUpJudge({ waivers: [{ ...WAIVER, ...change }] });
    const message = { method: 'POST', url: '/widgets', headers: HEADERS, body: '{"name":"a"}' };
    expect(judge.judgeRequest(message)).toMatchObject({ errors: ['body $: amount is required'], waived: [] });
  });
});
