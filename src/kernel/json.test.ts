import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { JsonNumber, MAX_JSON_DEPTH, parseJson, rawJson, writeJson } from './json.ts';

describe('JSON without loss', () => {
  test('small integers are numbers, all others keep their text', () => {
    expect(parseJson('[0,-7,999999999999999]')).toEqual([0, -7, 999_999_999_999_999]);
    for (const text of ['19.90', '1e3', '1000000000000000', '0.1', '-2.0'])
      expect(parseJson(text)).toEqual(new JsonNumber(text));
  });

  test('a kept number shows as its text', () => {
    expect(String(new JsonNumber('19.90'))).toBe('19.90');
    expect(inspect(new JsonNumber('19.90'))).toBe('19.90');
    expect(writeJson({ Amount: rawJson('19.90') })).toBe('{"Amount":19.90}');
  });

  test('a key named __proto__ is a key', () => {
    const value = parseJson('{"__proto__":{"admin":true}}') as Record<string, unknown>;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.hasOwn(value, '__proto__')).toBe(true);
  });

  test('nesting has a limit, brackets in strings are not counted', () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
    expect(() => parseJson(nested(MAX_JSON_DEPTH))).not.toThrow();
    expect(() => parseJson(nested(MAX_JSON_DEPTH + 1))).toThrow(RangeError);
    expect(parseJson(JSON.stringify('[{\\"'.repeat(100)))).toBe('[{\\"'.repeat(100));
  });

  test('what is no JSON is refused', () => {
    for (const text of ['', '{', '01', 'NaN', "{'a':1}", '[1,]']) expect(() => parseJson(text)).toThrow(SyntaxError);
  });
});
