import { CounterfoilError, messageOf } from '../../../kernel/errors.ts';

const EXPLANATIONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not read or write there; correct the owner or the permissions',
  EPERM: 'the file system does not permit it; correct the owner or the permissions',
  EROFS: 'the file system is mounted read-only; mount it writable or choose another data directory',
  ENOSPC: 'the disk is full; free some space and start again',
  EDQUOT: 'the disk quota is used up; free some space and start again',
  ENOTDIR: 'a part of the path is a file, not a directory',
  ELOOP: 'the path contains a loop of symbolic links',
  EBUSY: 'it is a mount point or in use; mount the volume on the data directory itself',
  ENAMETOOLONG: 'the path is too long for the file system; choose a shorter one',
};

/** The system's error name (`ENOENT`, …), or undefined when the error did not come from the system. */
export function errno(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Whether the error says "no such file or directory". */
export function isMissing(error: unknown): boolean {
  return errno(error) === 'ENOENT';
}

/** A file-system failure as `data_directory.unusable`, saying which path and what to do. Own errors pass unchanged. */
export function unusable(path: string, error: unknown): CounterfoilError {
  if (error instanceof CounterfoilError) return error;
  const why = EXPLANATIONS[errno(error) ?? ''] ?? messageOf(error);
  return new CounterfoilError('data_directory.unusable', { detail: `Cannot use ${path}: ${why}.`, cause: error });
}

/** Runs file-system work and turns failures that the system reports into `data_directory.unusable`; others pass. */
export async function inDirectory<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw /^E[A-Z0-9]+$/.test(errno(error) ?? '') ? unusable(path, error) : error;
  }
}
