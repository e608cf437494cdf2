import { statfs } from 'node:fs/promises';
import { CounterfoilError } from '../../../kernel/errors.ts';

/** PostgreSQL cannot work with less than two of its 16 MiB log segments. */
const LEAST_FREE_BYTES = 32 * 1024 * 1024;

export interface StartFailure {
  readonly dataDir: string;
  /** A sentence without its full stop. */
  readonly what: string;
  /** Last lines of PostgreSQL's own log. */
  readonly tail: string;
  /** With less than this left the disk is to blame. */
  readonly needed_bytes?: number;
  readonly cause?: unknown;
}

/**
 * The error for a server or an initdb that failed. A full disk is recognised by the space that is left, everything
 * else is told in PostgreSQL's own last words.
 */
export async function startFailure({
  dataDir,
  what,
  tail,
  needed_bytes = LEAST_FREE_BYTES,
  cause,
}: StartFailure): Promise<CounterfoilError> {
  const free = await freeBytes(dataDir);
  const words = tail.trim() === '' ? 'PostgreSQL said nothing.' : `PostgreSQL's last words:\n${tail.trim()}`;
  if (free < needed_bytes) {
    const detail = `${what}: the disk of ${dataDir} is full (${toMegabytes(free)} MB left). Free some space and start again. ${words}`;
    return new CounterfoilError('data_directory.unusable', { detail, cause });
  }
  return new CounterfoilError('postgres.start_failed', { detail: `${what}. ${words}`, cause });
}

/** What an unprivileged process may still write; zero too when no file can be created for want of inodes. */
async function freeBytes(path: string): Promise<number> {
  try {
    const { bavail, bsize, files, ffree } = await statfs(path);
    return files > 0 && ffree === 0 ? 0 : bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

function toMegabytes(bytes: number): number {
  return Math.floor(bytes / 1_000_000);
}
