import { chown, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Owner } from './types.ts';

export interface PrivateFile {
  readonly path: string;
  readonly text: string;
  /** Left as the writing process when undefined. */
  readonly owner: Owner | undefined;
}

/** Writes a file that only its owner may read. It is on the disk, whole, when this resolves; the old one stays until then. */
export async function writePrivateFile({ path, text, owner }: PrivateFile): Promise<void> {
  const draft = `${path}.draft`;
  await rm(draft, { force: true });
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(text);
    if (owner) await chown(draft, owner.uid, owner.gid);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  await syncDirectory(dirname(path));
}

/** Makes created and renamed entries of a directory survive a power cut. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
