import { lstat, readFile, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { CounterfoilError } from '../../../kernel/errors.ts';
import { errno, isMissing } from './file-errors.ts';

interface LibraryLink {
  /** The file, relative to the package. */
  readonly source: string;
  /** The link to it, relative to the package. */
  readonly target: string;
}

/**
 * Makes the links between library names that npm packages cannot carry. The package's install script does the same,
 * but install scripts are often switched off.
 *
 * @throws CounterfoilError `postgres.start_failed` when links are missing and may not be made.
 */
export async function makeLibraryLinks(packageRoot: string, packageName: string): Promise<void> {
  for (const { source, target } of await readLinkList(packageRoot)) {
    const link = join(packageRoot, target);
    if (await exists(link)) continue;
    try {
      await symlink(relative(dirname(link), join(packageRoot, source)), link);
    } catch (error) {
      if (errno(error) !== 'EEXIST') throw cannotLink(link, packageName, error);
    }
  }
}

async function readLinkList(packageRoot: string): Promise<readonly LibraryLink[]> {
  try {
    return JSON.parse(await readFile(join(packageRoot, 'native', 'pg-symlinks.json'), 'utf8')) as LibraryLink[];
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function cannotLink(link: string, packageName: string, cause: unknown): CounterfoilError {
  return new CounterfoilError('postgres.start_failed', {
    detail:
      `The library link ${link} is missing and this user may not make it. Run \`npm rebuild ${packageName}\` once as ` +
      'the user who installed, allowing its install script, or start once as that user.',
    cause,
  });
}
