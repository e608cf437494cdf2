import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { hasDescriptions, SHARED_VARIABLE, sharedFolder } from './shared-folder.ts';

const made: string[] = [];

function folderWith(...names: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  made.push(folder);
  for (const name of names) mkdirSync(join(folder, name));
  return folder;
}

afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
});

describe('the shared folder', () => {
  test('is the one the variable names', () => {
    const folder = folderWith('specs', 'providers');
    expect(sharedFolder({ [SHARED_VARIABLE]: folder })).toBe(folder);
  });

  test('is unknown when the variable is unset or empty', () => {
    expect(sharedFolder({})).toBeUndefined();
    expect(sharedFolder({ [SHARED_VARIABLE]: '' })).toBeUndefined();
  });

  test('is an error when the variable names nothing or the wrong folder', () => {
    const folder = folderWith('specs');
    expect(() => sharedFolder({ [SHARED_VARIABLE]: join(folder, 'absent') })).toThrow('has no folder specs');
    expect(() => sharedFolder({ [SHARED_VARIABLE]: folder })).toThrow('has no folder providers');
  });
});

describe('a suite that needs the descriptions', () => {
  test('is skipped with one line that names the variable', () => {
    const lines: string[] = [];
    expect(hasDescriptions('Stripe by its description', {}, (line) => lines.push(line))).toBe(false);
    expect(lines).toEqual([
      'SKIPPED: Stripe by its description: set COUNTERFOIL_SHARED to the folder with the official API descriptions to run it',
    ]);
  });

  test('runs without a word when they are given', () => {
    const lines: string[] = [];
    const env = { [SHARED_VARIABLE]: folderWith('specs', 'providers') };
    expect(hasDescriptions('Stripe by its description', env, (line) => lines.push(line))).toBe(true);
    expect(lines).toEqual([]);
  });

  test('fails rather than skips when the folder is wrong', () => {
    expect(() => hasDescriptions('a suite', { [SHARED_VARIABLE]: '/nowhere/at/all' })).toThrow('has no folder');
  });
});
