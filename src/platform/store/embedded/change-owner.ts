import { lchown, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Owner } from './types.ts';

/**
 * Gives a directory with all it holds to `owner`. The directory itself comes last, so that its owner tells whether the
 * work is complete; links are changed, not followed.
 */
export async function changeOwner(directory: string, owner: Owner): Promise<void> {
  const { uid, gid } = await lstat(directory);
  if (uid === owner.uid && gid === owner.gid) return;
  for (const entry of await readdir(directory, { recursive: true })) {
    await lchown(join(directory, entry), owner.uid, owner.gid);
  }
  await lchown(directory, owner.uid, owner.gid);
}
