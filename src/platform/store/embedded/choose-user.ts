import { readFile, stat } from 'node:fs/promises';
import { isMissing } from './file-errors.ts';
import type { Owner } from './types.ts';

/** The kernel's overflow id, `nobody` on most systems; used when the system has no such entry. */
const OVERFLOW_ID = 65_534;

const ACCOUNT_NAMES = ['postgres', 'nobody'];

/**
 * The unprivileged user that runs the server when we are root: the owner of the cluster, else of the data directory,
 * unless that is root; else the account `postgres`, else `nobody`.
 */
export async function chooseUser(directories: readonly string[], accountsFile = '/etc/passwd'): Promise<Owner> {
  for (const directory of directories) {
    const owner = await ownerOf(directory);
    if (owner && owner.uid !== 0) return owner;
  }
  const accounts = await readAccounts(accountsFile);
  for (const name of ACCOUNT_NAMES) {
    const account = accounts.get(name);
    if (account && account.uid !== 0) return account;
  }
  return { uid: OVERFLOW_ID, gid: OVERFLOW_ID };
}

/** Owner of a file or directory, undefined when there is none. */
export async function ownerOf(path: string): Promise<Owner | undefined> {
  try {
    const { uid, gid } = await stat(path);
    return { uid, gid };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function readAccounts(path: string): Promise<ReadonlyMap<string, Owner>> {
  const accounts = new Map<string, Owner>();
  let text = '';
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  for (const line of text.split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (name && uid && gid) accounts.set(name, { uid: Number(uid), gid: Number(gid) });
  }
  return accounts;
}
