import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'vitest';

/** Names the folder that holds the official descriptions (`specs`) and the webhook vectors (`providers`). */
export const SHARED_VARIABLE = 'COUNTERFOIL_SHARED';

/**
 * The folder with the official descriptions, or undefined when {@link SHARED_VARIABLE} is unset or empty. Throws when
 * the variable is set but the folder lacks `specs` or `providers`: a wrong path must fail, never skip.
 */
export function sharedFolder(env: Readonly<Record<string, string | undefined>> = process.env): string | undefined {
  const folder = env[SHARED_VARIABLE];
  if (folder === undefined || folder === '') return undefined;
  for (const needed of ['specs', 'providers']) {
    if (!isFolder(join(folder, needed))) throw new Error(`${SHARED_VARIABLE}=${folder} has no folder ${needed}`);
  }
  return folder;
}

/** {@link sharedFolder} for code that runs only inside a conformance test: throws when the variable is unset. */
export function requiredSharedFolder(): string {
  const folder = sharedFolder();
  if (folder === undefined) throw new Error(`${SHARED_VARIABLE} is unset: this code needs the official descriptions`);
  return folder;
}

/** A `describe` for tests that read the official descriptions: skipped with one console line when they are not given. */
export function describeConformance(suite: string, tests: () => void): void {
  if (hasDescriptions(suite)) describe(suite, tests);
  // The tests themselves must not be collected: they load the descriptions at once.
  else describe.skip(suite, () => test(`needs ${SHARED_VARIABLE}`, () => undefined));
}

/** Whether a suite can run; when it cannot, says so in one line that names the variable to set. */
export function hasDescriptions(
  suite: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
  warn: (line: string) => void = console.warn,
): boolean {
  if (sharedFolder(env) !== undefined) return true;
  warn(`SKIPPED: ${suite}: set ${SHARED_VARIABLE} to the folder with the official API descriptions to run it`);
  return false;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
