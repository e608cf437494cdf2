import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemRandom } from '../../kernel/random.ts';
import { localApiToken } from './local-api-token.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'counterfoil-token-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

test('the token is made once, readable by its owner only, and the same for all who ask', async () => {
  const tokens = await Promise.all(Array.from({ length: 10 }, () => localApiToken(dataDir, systemRandom)));
  tokens.push(await localApiToken(dataDir, systemRandom));
  expect(new Set(tokens.map((token) => token.reveal())).size).toBe(1);
  expect(tokens[0]!.reveal()).toMatch(/^cf_local_[A-Za-z0-9_-]{43}$/);
  expect((await stat(join(dataDir, 'api.token'))).mode & 0o777).toBe(0o600);
});

test('a token that others can read is refused', async () => {
  await localApiToken(dataDir, systemRandom);
  await chmod(join(dataDir, 'api.token'), 0o644);
  await expect(localApiToken(dataDir, systemRandom)).rejects.toMatchObject({ code: 'data_directory.unusable' });
});

test.each(['', 'short', `two words ${'x'.repeat(40)}`])(
  'a file with %j holds no token and is refused',
  async (text) => {
    await writeFile(join(dataDir, 'api.token'), text, { mode: 0o600 });
    await expect(localApiToken(dataDir, systemRandom)).rejects.toMatchObject({ code: 'data_directory.unusable' });
  },
);
