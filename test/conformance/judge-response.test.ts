import { describe, expect, test } from 'vitest';
import type { Verdict } from './judge.ts';
import { madeUpJudge } from './made-up-description.ts';

const judge = madeUpJudge();
const HEADERS = { 'content-type': 'application/json' };
const GOOD = { rows: [{ name: 'a', serial: 's', amount: 5, created: 'now' }] };

function answer(status: number, body: unknown, headers: Record<string, string> = HEADERS): Verdict {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return judge.judgeResponse({ operation: 'GET /widgets', status, headers, body: text });
}

describe('an answer', () => {
  test('may hold read-only and unknown fields and values newer than a published list', () => {
    const [row] = GOOD.rows;
    expect(answer(200, { rows: [{ ...row, colour: 'green', added: true }], more: 1 }).errors).toEqual([]);
  });

  test('needs its required fields, read-only ones included', () => {
    expect(answer(200, {}).errors).toEqual(['body $: rows is required']);
    expect(answer(200, { rows: [{ name: 'a', amount: 5 }] }).errors).toEqual(['body $.rows[0]: serial is required']);
  });

  test('needs the right types', () => {
    expect(answer(200, { rows: [{ name: 'a', serial: 's', amount: '5' }] }).errors).toEqual([
      'body $.rows[0].amount: must be integer',
    ]);
  });

  test('gets one line for a union that no branch fits', () => {
    expect(answer(200, { rows: [{ ...GOOD.rows[0], owner: 5 }] }).errors).toEqual([
      'body $.rows[0].owner: matches none of the described forms',
    ]);
  });

  test('must be JSON where JSON is described', () => {
    expect(answer(200, '').errors).toEqual(['body $: a body is described']);
    expect(answer(200, '<html>').errors).toHaveLength(1);
    expect(answer(200, GOOD, { 'content-type': 'text/html' }).errors[0]).toContain('content-type is text/html');
    expect(answer(200, GOOD, { 'content-type': 'application/vnd.acme+json' }).errors).toEqual([]);
  });

  test('is judged by its own status before the class of the status', () => {
    expect(answer(404, '').errors).toEqual([]);
    expect(answer(429, {}).errors).toEqual(['body $: reason is required']);
    expect(answer(429, { reason: 'slow down' })).toMatchObject({ errors: [], judged: true });
  });

  test('of an undescribed success is refused', () => {
    expect(answer(202, GOOD).errors).toEqual(['status $: 202 is not described']);
  });

  test('of an undescribed error is not judged, and listed', () => {
    expect(answer(503, 'gateway')).toEqual({ operation: 'GET /widgets', errors: [], waived: [], judged: false });
    expect(judge.notJudged()).toContainEqual({ name: 'GET /widgets → 503', count: 1 });
  });

  test('of an error that a gateway wrote in another format is not judged', () => {
    expect(answer(429, '<html>', { 'content-type': 'text/html' })).toMatchObject({ errors: [], judged: false });
  });

  test('of a server that broke down without a word is not judged, and with words it is', () => {
    expect(answer(500, '')).toMatchObject({ errors: [], judged: false });
    expect(answer(500, {}).errors).toEqual(['body $: reason is required']);
    expect(answer(429, '').errors).toEqual(['body $: a body is described']);
  });

  test('to an operation that does not exist is a mistake of the caller', () => {
    const message = { operation: 'GET /gadgets', status: 200, headers: HEADERS, body: '{}' };
    expect(() => judge.judgeResponse(message)).toThrow('has no operation GET /gadgets');
  });
});
