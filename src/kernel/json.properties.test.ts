import fc from 'fast-check';
import { expect } from 'vitest';
import { property } from '../../test/support/properties.ts';
import { JsonNumber, MAX_JSON_DEPTH, parseJson, writeJson } from './json.ts';

/** JSON texts as they may come: numbers of any length, any keys, any nesting. */
const numberText = fc.oneof(
  fc.bigInt().map(String),
  fc.tuple(fc.bigInt(), fc.stringMatching(/^\d{1,30}$/)).map(([whole, part]) => `${whole}.${part}`),
  fc.tuple(fc.nat(), fc.integer({ min: -99, max: 99 })).map(([digits, power]) => `${digits}e${power}`),
);
const key = fc.string().map((one) => `k${one}`);
const { text: jsonText } = fc.letrec<{ text: string }>((tie) => ({
  text: fc.oneof(
    { maxDepth: 4 },
    numberText,
    fc.constantFrom('null', 'true', 'false'),
    fc.string().map((one) => JSON.stringify(one)),
    fc.array(tie('text'), { maxLength: 4 }).map((all) => `[${all.join(',')}]`),
    fc.dictionary(key, tie('text'), { maxKeys: 4 }).map(objectText),
  ),
}));
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

function objectText(fields: Readonly<Record<string, string>>): string {
  const members = Object.entries(fields).map(([name, one]) => `${JSON.stringify(name)}:${one}`);
  return `{${members.join(',')}}`;
}

property('json: what is read is written again, digit for digit', [jsonText], (text) => {
  expect(writeJson(parseJson(text))).toBe(text);
});

property('json: values with small integers only are read as they are', [value], (one) => {
  expect(parseJson(JSON.stringify(one))).toEqual(one);
});

property('json: a number is a number or keeps every digit', [numberText], (text) => {
  const read = parseJson(text);
  expect(read instanceof JsonNumber ? read.text : String(read)).toBe(text);
});

property('json: any text is read or refused with a word for it', [fc.string({ unit: 'binary' })], (text) => {
  try {
    parseJson(text);
  } catch (error) {
    expect(error).toBeInstanceOf(SyntaxError);
  }
});

property(
  'json: nesting is counted by what is open, never by what is in strings',
  [fc.string(), fc.integer({ min: 1, max: 90 })],
  (inside, depth) => {
    const text = `${'['.repeat(depth)}${JSON.stringify(`[{${inside}`)}${']'.repeat(depth)}`;
    if (depth > MAX_JSON_DEPTH) expect(() => parseJson(text)).toThrow(RangeError);
    else expect(writeJson(parseJson(text))).toBe(text);
  },
);
