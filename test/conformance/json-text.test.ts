import { describe, expect, test } from 'vitest';
import { parseForJudging } from './json-text.ts';

const isInteger = (text: string) => Number.isInteger((parseForJudging(`{"a":${text}}`) as { a: number }).a);

describe('parsing for judging', () => {
  test.each(['9007199254740993', '12345678901234567890123', '1e400', '1.50e2', '10000000000000000.000', '0e5'])(
    '%s is an integer',
    (text) => {
      expect(isInteger(text)).toBe(true);
    },
  );

  test.each(['9007199254740993.5', '0.99999999999999999999', '1e-400', '-10000000000000000.1', '15e-1', '19.90'])(
    '%s is a fraction',
    (text) => {
      expect(isInteger(text)).toBe(false);
    },
  );

  test('a huge number stays finite and keeps its sign', () => {
    expect(parseForJudging('[1e400,-1e400]')).toEqual([Number.MAX_VALUE, -Number.MAX_VALUE]);
    expect(parseForJudging('[-9007199254740993.5]')).toEqual([-(2 ** 51) - 0.5]);
  });

  test('digits inside texts are left alone', () => {
    const body = { id: ',12345678901234567.5', note: ': 1e5' };
    expect(parseForJudging(JSON.stringify(body))).toEqual(body);
  });

  test('malformed text is refused', () => {
    expect(() => parseForJudging('{"a":}')).toThrow(SyntaxError);
  });
});
