import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { errno, isMissing } from './file-errors.ts';

/** What a lock file says about its holder. */
export interface LockRecord {
  readonly pid: number;
  /** See `ProcessLife.start`; undefined when it could not be read. */
  readonly start: string | undefined;
  /** Unique to this one taking of the lock. */
  readonly nonce: string;
  /** ISO 8601. */
  readonly since: string;
}

/** Stands for a file that nobody alive can have written, as records appear in one step: what a power cut leaves. */
export const UNREADABLE = 'unreadable';

/** The record at `path`, undefined when there is no file. */
export async function readLockRecord(path: string): Promise<LockRecord | typeof UNREADABLE | undefined> {
  try {
    return parseLockRecord(await readFile(path, 'utf8'));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function parseLockRecord(text: string): LockRecord | typeof UNREADABLE {
  try {
    const record: unknown = JSON.parse(text);
    return isLockRecord(record) ? record : UNREADABLE;
  } catch {
    return UNREADABLE;
  }
}

function isLockRecord(value: unknown): value is LockRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, start, nonce, since } = value as Partial<Record<keyof LockRecord, unknown>>;
  return (
    typeof pid === 'number' &&
    Number.isSafeInteger(pid) &&
    pid > 0 &&
    (start === undefined || typeof start === 'string') &&
    typeof nonce === 'string' &&
    /^[0-9a-f]+$/.test(nonce) &&
    typeof since === 'string'
  );
}

/** Makes the file with its whole content in one step; false when there already is one. */
export async function createLockFile(path: string, record: LockRecord): Promise<boolean> {
  return withDraft(path, record, async (draft) => {
    try {
      await link(draft, path);
      return true;
    } catch (error) {
      if (errno(error) === 'EEXIST') return false;
      throw error;
    }
  });
}

/** Overwrites the file in one step. Only whoever has the sole right to replace it may call this. */
export async function replaceLockFile(path: string, record: LockRecord): Promise<void> {
  await withDraft(path, record, (draft) => rename(draft, path));
}

async function withDraft<T>(path: string, record: LockRecord, use: (draft: string) => Promise<T>): Promise<T> {
  const draft = `${path}.${record.nonce}.draft`;
  try {
    await writeFile(draft, JSON.stringify(record), { flag: 'wx', mode: 0o644 });
    return await use(draft);
  } finally {
    await rm(draft, { force: true });
  }
}
