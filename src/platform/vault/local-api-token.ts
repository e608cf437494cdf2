import { join, resolve } from 'node:path';
import { CounterfoilError } from '../../kernel/errors.ts';
import type { Random } from '../../kernel/random.ts';
import { Secret } from '../../kernel/secret.ts';
import { createPrivateFile, readPrivateFile } from './private-file.ts';

const TOKEN_BYTES = 32;
/** Printable, no spaces: fits an HTTP header. At least 32 characters, so that it cannot be guessed. */
const TOKEN = /^[\x21-\x7e]{32,}$/;

/**
 * The token of the local API, from `api.token` in the data directory (0600); made when there is none. Deleting the
 * file makes the next start give out another one.
 *
 * @throws CounterfoilError `data_directory.unusable` when others can read the file or it holds no token.
 */
export async function localApiToken(dataDir: string, random: Pick<Random, 'bytes'>): Promise<Secret> {
  const path = join(resolve(dataDir), 'api.token');
  const found = await readToken(path);
  if (found) return found;
  const token = `cf_local_${Buffer.from(random.bytes(TOKEN_BYTES)).toString('base64url')}`;
  await createPrivateFile(path, `${token}\n`, random);
  const stored = await readToken(path);
  if (stored) return stored;
  throw new CounterfoilError('data_directory.unusable', { detail: `${path} vanished right after it was written.` });
}

async function readToken(path: string): Promise<Secret | undefined> {
  const token = (await readPrivateFile(path))?.trim();
  if (token === undefined) return undefined;
  if (TOKEN.test(token)) return new Secret(token);
  throw new CounterfoilError('data_directory.unusable', {
    detail: `${path} holds no token of at least 32 printable characters. Delete it: the next start makes a new one.`,
  });
}
