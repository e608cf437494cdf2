import { expect, test } from 'vitest';
import { defaultExports } from './default-exports.ts';
import { parse } from './source-file.ts';

test.each([
  'export default 5;',
  'export default function run() {}',
  'const a = 1;\nexport { a as default };',
  'export default class {}',
])('%s has no name of its own', (text) => {
  expect(defaultExports(parse('src/a.ts', text))).toHaveLength(1);
});

test.each(['export const a = 5;', "export { a } from './b.ts';", "import a from './c.ts';", 'switch (a) { default: }'])(
  '%s is fine',
  (text) => {
    expect(defaultExports(parse('src/a.ts', text))).toEqual([]);
  },
);
