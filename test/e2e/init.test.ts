import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { counterfoil, counterfoilWith, type Folder, temporaryFolder } from '../support/programs.ts';

let folder: Folder;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

const read = (name: string) => readFile(join(folder.path, name), 'utf8');
const modeOf = async (name: string) => (await stat(join(folder.path, name))).mode & 0o777;

test('a new folder gets settings and a key for its owner only, and a second run changes neither', async () => {
  const first = await counterfoil(folder.path, 'init', '--public-url', 'https://books.example.com').finished;
  expect([first.code, first.stderr]).toEqual([0, '']);
  expect(parseEnv(await read('.env'))).toEqual({ COUNTERFOIL_PUBLIC_URL: 'https://books.example.com' });
  expect(Buffer.from(await read('data/master.key'), 'base64')).toHaveLength(32);
  expect([await modeOf('.env'), await modeOf('data/master.key')]).toEqual([0o600, 0o600]);
  const [settings, key] = [await read('.env'), await read('data/master.key')];

  const second = await counterfoil(folder.path, 'init').finished;
  expect([second.code, second.stdout]).toEqual([1, '']);
  expect(second.stderr).toContain('.env is there already, and is left as it is');
  expect([await read('.env'), await read('data/master.key')]).toEqual([settings, key]);
});

test('every command obeys the settings that were written, and its environment before them', async () => {
  const written = await counterfoil(folder.path, 'init', '--data-dir', './books').finished;
  expect(written.code).toBe(0);
  const inFile = await counterfoil(folder.path, 'connections', 'list').finished;
  expect(inFile.stderr).toContain(`Nothing is set up in ${join(folder.path, 'books')}`);
  const other = { COUNTERFOIL_DATA_DIR: './elsewhere' };
  const inEnvironment = await counterfoilWith(other, folder.path, 'connections', 'list').finished;
  expect(inEnvironment.stderr).toContain(`Nothing is set up in ${join(folder.path, 'elsewhere')}`);
});

test('what the environment says is written down when that is asked for', async () => {
  const url = join(folder.path, 'database url');
  await writeFile(url, 'postgres://books:words@127.0.0.1:1/books');
  const environment = { DATABASE_URL_FILE: url, COUNTERFOIL_POLL_SECONDS: '30' };
  const { code, stdout } = await counterfoilWith(environment, folder.path, 'init', '--from-env', '--json').finished;
  expect(code).toBe(0);
  expect(parseEnv(await read('.env'))).toEqual(environment);
  // A database outside may know a key already.
  expect(JSON.parse(stdout)).toMatchObject({
    settings: ['COUNTERFOIL_POLL_SECONDS', 'DATABASE_URL_FILE'],
    masterKey: null,
  });
});

test('a key that is there is kept', async () => {
  await mkdir(join(folder.path, 'data'));
  const key = Buffer.alloc(32, 7).toString('base64');
  await writeFile(join(folder.path, 'data/master.key'), key, { mode: 0o600 });
  const { code, stdout } = await counterfoil(folder.path, 'init').finished;
  expect([code, await read('data/master.key')]).toEqual([0, key]);
  expect(stdout).toContain('was there and is kept');
});

test('a wrong setting writes nothing', async () => {
  const { code, stderr } = await counterfoil(folder.path, 'init', '--port', '4171', '--public-url', 'books').finished;
  expect(code).toBe(2);
  expect(stderr).toContain('COUNTERFOIL_PUBLIC_URL: must be');
  expect(stderr).toContain('COUNTERFOIL_EDGE_PORT: must be another one');
  await expect(read('.env')).rejects.toThrow('ENOENT');
  await expect(read('data/master.key')).rejects.toThrow('ENOENT');
});

test('a key that others can read stops it before anything is written', async () => {
  await mkdir(join(folder.path, 'data'));
  await writeFile(join(folder.path, 'data/master.key'), Buffer.alloc(32, 7).toString('base64'), { mode: 0o644 });
  const { code, stderr } = await counterfoil(folder.path, 'init').finished;
  expect(code).toBe(1);
  expect(stderr).toContain('chmod 600');
  await expect(read('.env')).rejects.toThrow('ENOENT');
});
