import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonNumber, MAX_JSON_DEPTH, parseJson, rawJson, writeJson } from './json.ts';

/** JSON texts as they may come: numbers of any length, any keys, any nesting. */
const numberText = fc.oneof(
  fc.bigInt().map(String),
  fc.tuple(fc.bigInt(), fc.stringMatching(/^\d{1,30}$/)).map(([whole, part]) => `${whole}.${part}`),
  fc.tuple(fc.nat(), fc.integer({ min: -99, max: 99 })).map(([digits, power]) => `${digits}e${power}`),
);
const { text: jsonText } = fc.letrec<{ text: string }>((tie) => ({
  text: fc.oneof(
    { maxDepth: 4 },
    numberText,
    fc.constantFrom('null', 'true', 'false'),
    fc.string().map((one) => JSON.stringify(one)),
    fc.array(tie('text'), { maxLength: 4 }).map((all) => `[${all.join(',')}]`),
    fc
      .dictionary(
        fc.string().map((key) => `k${key}`),
        tie('text'),
        { maxKeys: 4 },
      )
      .map(
        (all) =>
          `{${Object.entries(all)
            .map(([key, one]) => `${JSON.stringify(key)}:${one}`)
            .join(',')}}`,
      ),
  ),
}));

describe('JSON without loss', () => {
  test('what is read is written again, digit for digit', () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        expect(writeJson(parseJson(text))).toBe(text);
      }),
      { numRuns: 1_000 },
    );
  });

  test('values with small integers only are read as they are', () => {
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, true, false),
        fc.integer({ min: -999_999_999_999_999, max: 999_999_999_999_999 }),
        fc.string(),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.string(), tie('value'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(value, (one) => {
        expect(parseJson(JSON.stringify(one))).toEqual(one);
      }),
      { numRuns: 1_000 },
    );
  });

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
