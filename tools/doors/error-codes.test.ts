import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ERROR_CODES } from '../../src/kernel/error-codes.ts';
import { errorCodes } from './error-codes.ts';
import { parse, readFiles } from './source-file.ts';

const TABLE = parse('src/kernel/error-codes.ts', "export const ERROR_CODES = {\n  'a.b': 1,\n  'c.d': 2,\n};");

function found(text: string, path = 'src/hub/run.ts'): string[] {
  const findings = errorCodes([TABLE, parse(path, text)], ['a.b', 'c.d']);
  return findings.map(({ severity, line, message }) => `${severity} ${line} ${message}`);
}

test('a code that is thrown must be in the table', () => {
  const text = "throw new CounterfoilError('x.y');\nthrow new CounterfoilError('a.b');\nconst other = 'c.d';";
  expect(found(text)).toEqual(['error 1 x.y is not in src/kernel/error-codes.ts']);
});

test('a code of the table that nothing uses is shown', () => {
  expect(found("throw new CounterfoilError('a.b');")).toEqual(['notice 3 c.d is used nowhere']);
});

test('being named in a test, in a type or in the sandbox is no use', () => {
  const unused = ['notice 2 a.b is used nowhere', 'notice 3 c.d is used nowhere'];
  expect(found("fails('a.b', 'c.d');", 'src/hub/run.test.ts')).toEqual(unused);
  expect(found("type Code = 'a.b' | 'c.d';")).toEqual(unused);
  expect(found("fails('a.b', 'c.d');", 'sandbox/src/run.ts')).toEqual(unused);
});

test('every code that the product throws is in its table', () => {
  const files = readFiles(fileURLToPath(new URL('../..', import.meta.url)), ['src']);
  const findings = errorCodes(files, Object.keys(ERROR_CODES));
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
});
