import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonNumber, parseJson } from './json.ts';

const INTEGER = /^-?(0|[1-9]\d{0,14})$/;
const spaces = fc.constantFrom('', ' ', '\n', '\t', '\r\n  ');
const number = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.constantFrom('0', '7', '123456789012345', '1234567890123456', '9007199254740993'),
    fc.constantFrom('', '.0', '.10', '.5'),
    fc.constantFrom('', 'e2', 'E-3', 'e+10'),
  )
  .map((parts) => parts.join(''));

describe('a number keeps its digits wherever it stands', () => {
  const places: readonly (readonly [string, (text: string, space: string) => string])[] = [
    ['alone', (text, space) => `${space}${text}`],
    ['as a value', (text, space) => `{"a":${space}${text}${space}}`],
    ['in a list', (text, space) => `[${space}${text}${space}]`],
    ['after another', (text, space) => `[1,${space}${text}]`],
  ];
  test.each(places)('%s', (_, place) => {
    fc.assert(
      fc.property(number, spaces, (text, space) => {
        const value = parseJson(place(text, space));
        const found = Array.isArray(value)
          ? value.at(-1)
          : typeof value === 'object' && value !== null && 'a' in value
            ? value['a']
            : value;
        expect(found).toEqual(INTEGER.test(text) ? Number(text) : new JsonNumber(text));
      }),
      { numRuns: 1_000 },
    );
  });

  test('and text that only looks like one stays text', () => {
    expect(parseJson('{"a":"x, 1.5","b":"1e3","c":" 12345678901234567"}')).toEqual({
      a: 'x, 1.5',
      b: '1e3',
      c: ' 12345678901234567',
    });
  });
});
