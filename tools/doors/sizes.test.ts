import { expect, test } from 'vitest';
import { MAX_FILE_LINES, MAX_FUNCTION_LINES, sizes } from './sizes.ts';
import { parse } from './source-file.ts';

const lines = (count: number) => Array.from({ length: count }, (_, i) => `  const a${i} = ${i};`).join('\n');

function found(text: string, path = 'src/a.ts'): string[] {
  return sizes(parse(path, text)).map(({ rule, severity }) => `${severity} ${rule}`);
}

test('a file may have the limit and not one line more', () => {
  expect(found(`${lines(MAX_FILE_LINES)}\n`)).toEqual([]);
  expect(found(`${lines(MAX_FILE_LINES + 1)}\n`)).toEqual(['error file-length']);
});

test('a function may have the limit; a longer one is shown', () => {
  expect(found(`function run() {\n${lines(MAX_FUNCTION_LINES - 2)}\n}`)).toEqual([]);
  expect(found(`function run() {\n${lines(MAX_FUNCTION_LINES - 1)}\n}`)).toEqual(['notice function-length']);
  expect(found(`const run = () => {\n${lines(MAX_FUNCTION_LINES)}\n};`)).toEqual(['notice function-length']);
});

test('the docstring of a function does not count', () => {
  expect(found(`/**\n${' *\n'.repeat(50)} */\nfunction run() {\n${lines(MAX_FUNCTION_LINES - 2)}\n}`)).toEqual([]);
});

test('tests may be long', () => {
  expect(found(lines(MAX_FILE_LINES + 1), 'src/a.test.ts')).toEqual([]);
});
