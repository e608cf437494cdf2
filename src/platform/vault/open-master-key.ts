import { link, rename } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { base64 } from '../../kernel/digest.ts';
import { CounterfoilError } from '../../kernel/errors.ts';
import type { Random } from '../../kernel/random.ts';
import type { Secret } from '../../kernel/secret.ts';
import { errno, inDirectory } from '../store/embedded/file-errors.ts';
import { syncDirectory } from '../store/embedded/write-file.ts';
import { KEY_BYTES } from './aead.ts';
import { dataIn } from './fresh-directory.ts';
import { keyIdOf } from './local-key-provider.ts';
import { decodeKey, MASTER_KEY_FORM, type MasterKey } from './master-key.ts';
import { createPrivateFile, readPrivateFile } from './private-file.ts';
import type { KeyRecord } from './vault-store.ts';
import { neededKeys } from './verify-key.ts';

export interface MasterKeySources {
  readonly dataDir: string;
  /** A key from the environment; it goes before the file. `origin` is where it came from, for messages. */
  readonly given: { readonly secret: Secret; readonly origin: string } | undefined;
  /**
   * What the database says about keys; asked only when no key is found. Empty when there is no database yet, as on the
   * first start of an embedded one.
   */
  readonly registered: () => Promise<readonly KeyRecord[]>;
  readonly random: Pick<Random, 'bytes'>;
}

/**
 * The master key: from the environment, else from `master.key` in the data directory. On the very first start, when
 * neither the directory nor the database holds anything, a new one is made there; of several processes that do so at
 * once all get the same. Call it before the first start of the embedded database, so that a crash between the two
 * leaves a key without data, never data without a key.
 *
 * @throws CounterfoilError `vault.key_missing` when there is none over existing data, `vault.key_wrong` when it is no
 *   key at all, `data_directory.unusable` when others can read the file.
 */
export async function openMasterKey({ dataDir, given, registered, random }: MasterKeySources): Promise<MasterKey> {
  if (given) return parse(given.secret.reveal(), given.origin);
  const path = masterKeyPath(dataDir);
  const found = await readKey(path);
  if (found) return found;
  const [records, leftovers] = [await registered(), await dataIn(dataDir)];
  if (records.length === 0 && leftovers.length === 0) return create(path, random);
  // Another process may have made the key, and then data, since the first look.
  const late = await readKey(path);
  if (late) return late;
  throw missing(path, records, leftovers);
}

/** Where a data directory keeps its master key. */
export function masterKeyPath(dataDir: string): string {
  return join(resolve(dataDir), 'master.key');
}

/** Where a data directory keeps the key that is to take the place of its master key. */
export function nextMasterKeyPath(dataDir: string): string {
  return `${masterKeyPath(dataDir)}.next`;
}

/** The key that is to take the place of the master key: from the environment, else from its file; null without either. */
export async function findNextMasterKey(dataDir: string, given: MasterKeySources['given']): Promise<MasterKey | null> {
  if (given) return parse(given.secret.reveal(), given.origin);
  return (await readKey(nextMasterKeyPath(dataDir))) ?? null;
}

/** As {@link findNextMasterKey}, and makes the file when there is none. */
export async function makeNextMasterKey(dataDir: string, random: Pick<Random, 'bytes'>): Promise<MasterKey> {
  return (await findNextMasterKey(dataDir, undefined)) ?? create(nextMasterKeyPath(dataDir), random);
}

/**
 * Lets the next key's file take the place of the master key's. The old one stays beside it under the name of its key:
 * backups made before need it. At every moment there is a whole `master.key`. Nothing happens when there is no next one.
 */
export async function promoteNextMasterKey(dataDir: string): Promise<void> {
  const [path, next] = [masterKeyPath(dataDir), nextMasterKeyPath(dataDir)];
  if ((await readKey(next)) === undefined) return;
  const old = await readKey(path);
  await inDirectory(path, async () => {
    if (old) await keepOld(path, keyIdOf(old.key));
    await rename(next, path);
    await syncDirectory(dirname(path));
  });
}

async function keepOld(path: string, keyId: string): Promise<void> {
  try {
    await link(path, `${path}.${keyId}`);
  } catch (error) {
    if (errno(error) !== 'EEXIST') throw error;
  }
}

async function readKey(path: string): Promise<MasterKey | undefined> {
  const text = await readPrivateFile(path);
  return text === undefined ? undefined : parse(text, path);
}

function parse(text: string, origin: string): MasterKey {
  const key = decodeKey(text);
  if (key) return { key, origin };
  throw new CounterfoilError('vault.key_wrong', {
    detail: `What ${origin} holds is no master key: it must be ${MASTER_KEY_FORM}. Nothing was changed.`,
  });
}

async function create(path: string, random: Pick<Random, 'bytes'>): Promise<MasterKey> {
  await createPrivateFile(path, `${base64(random.bytes(KEY_BYTES))}\n`, random);
  // Read back in any case: what lies on the disk is what the next start will find.
  const key = await readKey(path);
  if (key) return key;
  throw new CounterfoilError('data_directory.unusable', { detail: `${path} vanished right after it was written.` });
}

function missing(path: string, records: readonly KeyRecord[], leftovers: readonly string[]): CounterfoilError {
  const why =
    records.length > 0
      ? `The stored credentials need ${neededKeys(records)}, which was not found`
      : `No master key was found, and the data directory is in use already (it holds ${leftovers.slice(0, 5).join(', ')})`;
  const detail =
    `${why}: COUNTERFOIL_MASTER_KEY and COUNTERFOIL_MASTER_KEY_FILE are not set and ${path} does not exist. ` +
    'Put the key into one of the three. No new key was made, and nothing was changed.';
  return new CounterfoilError('vault.key_missing', { detail });
}
