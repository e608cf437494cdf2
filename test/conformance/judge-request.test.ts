import { describe, expect, test } from 'vitest';
import { madeUpJudge } from './made-up-description.ts';

const judge = madeUpJudge();
const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' };

function create(body: unknown, headers: Record<string, string> = JSON_HEADERS): readonly string[] {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return judge.judgeRequest({ method: 'POST', url: '/widgets', headers, body: text }).errors;
}

function list(query: string, headers: Record<string, string> = { 'x-tenant': 't' }): readonly string[] {
  return judge.judgeRequest({ method: 'GET', url: `/widgets${query}`, headers }).errors;
}

describe('the body of a request', () => {
  test('is accepted when every field is described, a required read-only one left out', () => {
    expect(create({ name: null, amount: 5, due: '2026-01-31', extra: { any: ['thing'] } })).toEqual([]);
  });

  test('is refused with a field of no part of an allOf', () => {
    expect(create({ name: 'a', amount: 5, size: 3 })).toEqual(['body $: size is not described']);
  });

  test('is refused with a read-only field, also when the mark stands behind a reference', () => {
    expect(create({ name: 'a', amount: 5, serial: 's' })).toEqual(['body $.serial: is read-only']);
    expect(create({ name: 'a', amount: 5, created: 'now' })).toEqual(['body $.created: is read-only']);
  });

  test('is refused without a required field', () => {
    expect(create({ name: 'a' })).toEqual(['body $: amount is required']);
  });

  test.each([
    [{ name: 'a', amount: '5' }, 'body $.amount: must be integer'],
    [{ name: 'a', amount: 5.5 }, 'body $.amount: must be integer'],
    [{ name: 'a', amount: -1 }, 'body $.amount: must be >= 0'],
    [{ name: 'abcdef', amount: 5 }, 'body $.name: must NOT have more than 5 characters'],
    [{ name: 'a', amount: 5, due: '31.01.2026' }, 'body $.due: must match format "date"'],
    [{ name: 'a', amount: 5, colour: 'rde' }, 'body $.colour: must be one of "red", "blue"'],
    [{ name: 'a', amount: null }, 'body $.amount: must be integer'],
    [{ name: 'a', amount: 5, weight: 0 }, 'body $.weight: must be > 0'],
  ])('is refused with a wrong value: %j', (body, error) => {
    expect(create(body)).toEqual([error]);
  });

  test('may be any one branch of a union, but not a mixture of two', () => {
    expect(create({ name: 'a', amount: 5, owner: { first: 'Ada' } })).toEqual([]);
    expect(create({ name: 'a', amount: 5, owner: 'usr_1' })).toEqual([]);
    const mixed = create({ name: 'a', amount: 5, owner: { first: 'Ada', vat: '1' } });
    expect(mixed).toContain('body $.owner: vat is not described');
  });

  test('is judged by the digits it was written with', () => {
    expect(create('{"name":"a","amount":9007199254740993}')).toEqual([]);
    expect(create('{"name":"a","amount":9007199254740993.5}')).toEqual(['body $.amount: must be integer']);
  });

  test('is refused when missing, malformed, of another media type or not UTF-8', () => {
    expect(create('')).toEqual(['body $: a body is required']);
    expect(create('{"name":')[0]).toMatch(/^body \$: .*JSON/);
    expect(create({ name: 'a', amount: 5 }, { 'Content-Type': 'text/plain' })).toEqual([
      'body $: content-type is text/plain, described is application/json',
    ]);
    expect(create({ name: 'a', amount: 5 }, {})[0]).toContain('content-type is missing');
    const body = new Uint8Array([0x7b, 0xff, 0x7d]);
    const verdict = judge.judgeRequest({ method: 'POST', url: '/widgets', headers: JSON_HEADERS, body });
    expect(verdict.errors).toHaveLength(1);
  });

  test('is refused where none is described', () => {
    const verdict = judge.judgeRequest({ method: 'DELETE', url: '/widgets/7', headers: {}, body: '{}' });
    expect(verdict.errors).toEqual(['body $: the operation takes no body']);
  });
});

describe('the parameters of a request', () => {
  test('are typed', () => {
    expect(list('?since=2026-01-31&limit=5&tag=a&tag=b')).toEqual([]);
    expect(list('?since=2026-01-31&limit=five')).toEqual(['query $.limit: must be integer at least 1 at most 100']);
    expect(list('?since=2026-01-31&limit=0')).toEqual(['query $.limit: must be integer at least 1 at most 100']);
    expect(list('?since=yesterday')).toEqual(['query $.since: must match format "date"']);
  });

  test('are refused when unknown, repeated or missing', () => {
    expect(list('?since=2026-01-31&format=json')).toEqual(['query $: format is not described']);
    expect(list('?since=2026-01-31&since=2026-02-01')).toEqual(['query $.since: must be string']);
    expect(list('')).toEqual(['query $: since is required']);
    expect(list('?since=2026-01-31', {})).toEqual(['header $: X-Tenant is required']);
  });

  test('are typed in the path too', () => {
    const verdict = judge.judgeRequest({ method: 'DELETE', url: '/widgets/seven', headers: {} });
    expect(verdict.errors).toEqual(['path $.number: must be integer']);
  });
});

describe('the operation of a request', () => {
  test('is named by its template, with or without an origin in the URL', () => {
    const url = 'https://api.acme.test/widgets/7';
    expect(judge.judgeRequest({ method: 'delete', url, headers: new Headers() })).toEqual({
      operation: 'DELETE /widgets/{number}',
      errors: [],
      waived: [],
      judged: true,
    });
  });

  test('must exist', () => {
    const verdict = judge.judgeRequest({ method: 'GET', url: '/gadgets?x=1', headers: {} });
    expect(verdict).toMatchObject({ operation: null, judged: true });
    expect(verdict.errors).toEqual(['operation $: stripe has no GET /gadgets']);
  });
});
