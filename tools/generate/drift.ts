import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { GeneratedFile } from './pages.ts';

/** A generated file that is not what it should be. */
export interface Drift {
  readonly path: string;
  /** First line that differs, from 1; 0 when there is no such file. */
  readonly line: number;
}

export function driftOf(root: string, files: readonly GeneratedFile[]): readonly Drift[] {
  return files.flatMap(({ path, text }) => {
    const present = readIfThere(join(root, path));
    return present === text ? [] : [{ path, line: present === undefined ? 0 : firstDifference(present, text) }];
  });
}

/** Writes what differs, and answers the paths. */
export function writeDrifted(root: string, files: readonly GeneratedFile[]): readonly string[] {
  const drifted = driftOf(root, files).map(({ path }) => path);
  for (const { path, text } of files) {
    if (!drifted.includes(path)) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return drifted;
}

function firstDifference(present: string, wanted: string): number {
  const lines = present.split('\n');
  return wanted.split('\n').findIndex((line, i) => line !== lines[i]) + 1 || lines.length;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
