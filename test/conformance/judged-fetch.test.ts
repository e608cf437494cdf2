import { describe, expect, test } from 'vitest';
import { failureText, judgedFetch } from './judged-fetch.ts';
import { madeUpJudge } from './made-up-description.ts';

const ROOT = '/made-up';
const post = (body: string) =>
  new Request(`https://sandbox.test${ROOT}/widgets`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });

describe('a judged fetch', () => {
  test('passes request and answer through unchanged and keeps quiet about good ones', async () => {
    const seen: string[] = [];
    const answer = { name: 'a', serial: 's', amount: 5 };
    const { fetch, failures } = judgedFetch(
      madeUpJudge(),
      async (request) => {
        seen.push(await request.text());
        return Response.json(answer, { status: 201 });
      },
      ROOT,
    );
    const response = await fetch(post('{"name":"a","amount":5}'));
    expect(seen).toEqual(['{"name":"a","amount":5}']);
    expect(await response.json()).toEqual(answer);
    expect(failures()).toEqual([]);
  });

  test('collects what does not conform on either side', async () => {
    const { fetch, failures } = judgedFetch(
      madeUpJudge(),
      async () => Response.json({ name: 'a', serial: 's' }, { status: 201 }),
      ROOT,
    );
    await fetch(post('{"name":"a","amount":5,"size":3}'));
    expect(failureText(failures())).toBe(
      ['POST /widgets', '  body $: size is not described', 'POST /widgets → 201', '  body $: amount is required'].join(
        '\n',
      ),
    );
  });

  test('judges the request of a connection that dies without an answer', async () => {
    const { fetch, failures } = judgedFetch(madeUpJudge(), () => Promise.reject(new Error('connection lost')), ROOT);
    await expect(fetch(post('{}'))).rejects.toThrow('connection lost');
    expect(failures()).toHaveLength(1);
  });
});
