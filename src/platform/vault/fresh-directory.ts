import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { dataLayout, UNFINISHED_PREFIX } from '../store/embedded/data-layout.ts';
import { inDirectory, isMissing } from '../store/embedded/file-errors.ts';

/** What a first start or the operating system puts into a data directory before there is any data. */
const HOLD_NO_DATA = ['master.key', 'api.token', 'lost+found', '.DS_Store', '.gitkeep', UNFINISHED_PREFIX];

/** Names in a data directory that may belong to existing data, sorted; empty when there is none or no directory. */
export async function dataIn(dataDir: string): Promise<readonly string[]> {
  const harmless = [...HOLD_NO_DATA, basename(dataLayout(dataDir).lockFile)];
  const names = await inDirectory(dataDir, () => listed(dataDir));
  return names.filter((name) => !harmless.some((start) => name.startsWith(start))).sort();
}

async function listed(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
