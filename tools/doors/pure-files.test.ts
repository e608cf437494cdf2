import { expect, test } from 'vitest';
import { pureFiles } from './pure-files.ts';
import { parse } from './source-file.ts';

function found(text: string, path = 'src/hub/posting/plan/fee.ts'): string[] {
  return pureFiles(parse(path, text)).map(({ message }) => message.split(':')[0]!);
}

test.each([
  ['export async function plan() {}', 'async'],
  ['export const plan = async () => 1;', 'async'],
  ['const found = await ask();', 'await'],
  ['for await (const row of rows) take(row);', 'await'],
  ['export function plan(): Promise<number> { return ask(); }', 'Promise'],
  ["const more = import('./more.ts');", 'import()'],
  ["import type { Clock } from '../../../kernel/clock.ts';", 'the port Clock'],
  ["import { type Random as Dice } from '../../../kernel/random.ts';", 'the port Random'],
  ["import { readFileSync } from 'node:fs';", 'node'],
])('%s is not pure', (text, message) => {
  expect(found(text)).toEqual([message]);
});

test.each([
  "import { isoInstant } from '../../../kernel/clock.ts';\nexport const plan = isoInstant;",
  "import { isDeepStrictEqual } from 'node:util';",
  '/** Never async, and without a Promise. */\nexport function plan() {}',
  'export const plan = { async: true };',
])('%s is pure', (text) => {
  expect(found(text)).toEqual([]);
});

test.each([
  'src/connectors/acme/normalise.ts',
  'src/connectors/acme/normalise-charge.ts',
  'src/hub/reconcile/compare.ts',
  'src/hub/mapping/map.ts',
  'src/hub/mapping/match-invoice.ts',
  'src/hub/posting/plan.ts',
])('%s promises to be pure by its name', (path) => {
  expect(found('async () => 1;', path)).toEqual(['async']);
});

test.each([
  'src/hub/mapping/store.pg.ts',
  'src/core/fault-plan.ts',
  'src/hub/posting/planner.ts',
  'src/hub/posting/plan/fee.test.ts',
])('%s promises nothing', (path) => {
  expect(found('async () => 1;', path)).toEqual([]);
});
