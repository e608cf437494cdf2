import { expect, test } from 'vitest';
import { madeUpJudge } from './made-up-description.ts';
import { operationUse, useReport } from './operation-use.ts';

const DECLARED = ['GET /widgets', 'POST /widgets'];

function judgeThatSaw(...requests: readonly (readonly [method: string, url: string])[]) {
  const judge = madeUpJudge();
  for (const [method, url] of requests) judge.judgeRequest({ method, url, headers: {} });
  return judge;
}

test('an operation that was called and not declared is told from one that was declared and not called', () => {
  const judge = judgeThatSaw(['POST', '/widgets'], ['DELETE', '/widgets/1']);
  expect(operationUse(DECLARED, judge)).toEqual({
    undeclared: ['DELETE /widgets/{number}'],
    unused: ['GET /widgets'],
  });
});

test('the report counts what was seen and names every exception', () => {
  const judge = judgeThatSaw(['POST', '/widgets'], ['DELETE', '/widgets/1'], ['DELETE', '/widgets/2']);
  judge.judgeRequest({ method: 'POST', url: '/oauth/token', headers: {} });
  judge.judgeResponse({ operation: 'DELETE /widgets/{number}', status: 204, headers: {} });
  expect(useReport(DECLARED, judge).split('\n')).toEqual([
    'stripe: 2 operations, 3 requests and 1 answers',
    '  not judged: POST /oauth/token (1)',
    '  not declared: DELETE /widgets/{number}',
    '  declared and not used: GET /widgets',
  ]);
});
