import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { driftOf, writeDrifted } from './drift.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cf-drift-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const WANTED = [{ path: 'docs/deep/a.md', text: 'one\ntwo\nthree\n' }];

test('a file that is missing is written, and then nothing is left to do', () => {
  expect(driftOf(root, WANTED)).toEqual([{ path: 'docs/deep/a.md', line: 0 }]);
  expect(writeDrifted(root, WANTED)).toEqual(['docs/deep/a.md']);
  expect(readFileSync(join(root, 'docs/deep/a.md'), 'utf8')).toBe('one\ntwo\nthree\n');
  expect(driftOf(root, WANTED)).toEqual([]);
  expect(writeDrifted(root, WANTED)).toEqual([]);
});

test.each([
  ['one\n2\nthree\n', 2],
  ['one\ntwo\nthree', 4],
  ['one\ntwo\nthree\nfour\n', 4],
  ['', 1],
])('%j differs from line %d on', (present, line) => {
  writeDrifted(root, WANTED);
  writeFileSync(join(root, 'docs/deep/a.md'), present);
  expect(driftOf(root, WANTED)).toEqual([{ path: 'docs/deep/a.md', line }]);
});
