import { expect, test } from 'vitest';
import { Decimal } from './decimal.ts';
import { exactJson, parseJson, writeJson } from './json.ts';

test('numbers survive parsing and writing digit by digit', () => {
  const text = '{"Amount":1234567890123456.78,"Line":[{"Qty":0.1}],"Name":"a \\"b\\""}';
  expect(writeJson(parseJson(text))).toBe(text);
});

test('a number is an exact decimal, a text with digits stays a text', () => {
  const parsed = parseJson('{"a":12.30,"b":"12.30"}') as { a: unknown; b: unknown };
  expect(parsed.a).toEqual(Decimal.parse('12.3'));
  expect(parsed.b).toBe('12.30');
});

test('text that is not JSON is refused', () => {
  expect(() => parseJson('{')).toThrow(SyntaxError);
  expect(() => parseJson(`[${'9'.repeat(100)}]`)).toThrow(SyntaxError);
});

test('plain values become exact ones', () => {
  expect(writeJson(exactJson({ total: 0.07, lines: [1] }))).toBe('{"total":0.07,"lines":[1]}');
});
