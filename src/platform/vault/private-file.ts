import { link, mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hex } from '../../kernel/digest.ts';
import { CounterfoilError } from '../../kernel/errors.ts';
import type { Random } from '../../kernel/random.ts';
import { errno, inDirectory, isMissing } from '../store/embedded/file-errors.ts';
import { syncDirectory } from '../store/embedded/write-file.ts';

/** Bytes; a secret of ours has under 100. More is another file put there by mistake. */
const MAX_FILE_BYTES = 4_096;
const OPEN_TO_OTHERS = 0o077;
const DRAFT_NONCE_BYTES = 8;

/**
 * Text of a file that holds a secret, undefined when there is none.
 *
 * @throws CounterfoilError `data_directory.unusable` when anybody but its owner has access to it.
 */
export async function readPrivateFile(path: string): Promise<string | undefined> {
  try {
    return await inDirectory(path, () => readChecked(path));
  } catch (error) {
    if (error instanceof CounterfoilError && isMissing(error.cause)) return undefined;
    throw error;
  }
}

async function readChecked(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    // Of the open file, not of the path: it cannot be exchanged between the check and the read.
    const { mode, size } = await file.stat();
    if ((mode & OPEN_TO_OTHERS) !== 0) throw openToOthers(path, mode);
    if (size > MAX_FILE_BYTES) throw unusable(path, `it has ${size} bytes, more than any secret of this program`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/**
 * Makes a file that only its owner may read, whole and on the disk when this resolves. False when there already is
 * one, which is then left alone: of several processes exactly one gets true.
 */
export async function createPrivateFile(path: string, text: string, random: Pick<Random, 'bytes'>): Promise<boolean> {
  return inDirectory(path, async () => {
    await makeDirectory(dirname(path));
    const draft = `${path}.${hex(random.bytes(DRAFT_NONCE_BYTES))}.draft`;
    try {
      await writeDraft(draft, text);
      return await publish(draft, path);
    } finally {
      await rm(draft, { force: true });
    }
  });
}

async function makeDirectory(path: string): Promise<void> {
  // Root runs the database as another user, who must be able to pass through.
  await mkdir(path, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
}

async function writeDraft(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function publish(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
  } catch (error) {
    if (errno(error) === 'EEXIST') return false;
    throw error;
  }
  await syncDirectory(dirname(path));
  return true;
}

function openToOthers(path: string, mode: number): CounterfoilError {
  const octal = (mode & 0o777).toString(8).padStart(4, '0');
  return unusable(path, `it holds a secret and others have access to it (mode ${octal}); run \`chmod 600 ${path}\``);
}

function unusable(path: string, why: string): CounterfoilError {
  return new CounterfoilError('data_directory.unusable', { detail: `Cannot use ${path}: ${why}.` });
}
