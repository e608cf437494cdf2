import fc from 'fast-check';
import { type Json, JsonNumber } from '../../src/kernel/json.ts';

/** Text that somebody's code did not expect: control characters, halves of characters, keys of prototypes, paths. */
export const oddText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    '',
    '\0',
    'in\0side',
    '\ud800',
    '\udfff\ud800',
    '\u202e\u0007\u001b[31m',
    '__proto__',
    'constructor',
    'toString',
    '..',
    '../../v1/account',
    '%2e%2e%2f',
    "' or '1'='1",
    '=cmd()',
    'x'.repeat(10_000),
    '😀'.repeat(200),
    'NaN',
    '-0',
    '1e400',
    '0x10',
    '12.345678901234567890',
  ),
);

const oddNumber: fc.Arbitrary<Json> = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger().filter((one) => Math.abs(one) < 1e15),
  fc
    .constantFrom('1e400', '-1e400', '-0', '0.1', '1e-400', '99999999999999999999999999', '-1', '253402300800', '1.50')
    .map((text) => (text === '-1' ? -1 : new JsonNumber(text))),
);

/** Any JSON value that a provider does not send. */
export const oddValue: fc.Arbitrary<Json> = fc.oneof(
  oddText,
  oddNumber,
  fc.constantFrom<Json>(null, true, false, [], {}, [null], { id: {} }),
  fc.array(oddNumber, { maxLength: 3 }),
  fc.dictionary(fc.constantFrom('id', 'object', 'amount', 'toString', 'x'), oddText, {
    maxKeys: 3,
    noNullPrototype: true,
  }),
);

/** Where the values of a JSON value are, the value itself left out. */
export function pathsIn(
  value: Json,
  path: readonly (string | number)[] = [],
): readonly (readonly (string | number)[])[] {
  const own = path.length === 0 ? [] : [path];
  if (Array.isArray(value)) return [...own, ...value.flatMap((one, i) => pathsIn(one, [...path, i]))];
  if (typeof value !== 'object' || value === null || value instanceof JsonNumber) return own;
  return [...own, ...Object.entries(value).flatMap(([key, one]) => pathsIn(one, [...path, key]))];
}

/** The value with another one at a path; a key that is removed when `next` is undefined. */
export function replaced(value: Json, [first, ...rest]: readonly (string | number)[], next: Json | undefined): Json {
  if (first === undefined) return next ?? null;
  if (Array.isArray(value))
    return value.flatMap((one, i) =>
      i === first ? (rest.length === 0 && next === undefined ? [] : [replaced(one, rest, next)]) : [one],
    );
  if (typeof value !== 'object' || value === null || value instanceof JsonNumber) return value;
  const fields = Object.entries(value).flatMap(([key, one]): [string, Json][] => {
    if (key !== first) return [[key, one]];
    return rest.length === 0 && next === undefined ? [] : [[key, replaced(one, rest, next)]];
  });
  return Object.fromEntries(fields);
}

/** The value with one to three of its parts missing or odd. */
export function spoiled(base: Json): fc.Arbitrary<Json> {
  const change = fc.record({ at: fc.nat(), next: fc.option(oddValue, { nil: undefined, freq: 6 }) });
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) =>
    changes.reduce<Json>((value, { at, next }) => {
      const paths = pathsIn(value);
      return paths.length === 0 ? value : replaced(value, paths[at % paths.length]!, next);
    }, base),
  );
}
