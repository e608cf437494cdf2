import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { scan } from './scan.ts';

const root = mkdtempSync(join(tmpdir(), 'cf-doors-'));
afterAll(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

test('the product is held to every rule, tools and tests to their size, and declarations are not read', () => {
  write('src/a.ts', 'Date.now();');
  write('src/a.test.ts', 'Date.now();');
  write('src/types.d.ts', 'declare const a: number;');
  write('sandbox/src/deep/b.ts', 'Math.random();');
  write('tools/c.ts', 'Date.now();\nexport default 5;');
  const { files, findings } = scan(root, []);
  expect(files).toBe(4);
  expect(findings.map(({ path, rule }) => `${path} ${rule}`)).toEqual([
    'sandbox/src/deep/b.ts chance',
    'src/a.ts time',
  ]);
});
