import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readConnectionFile, writeConnectionFile } from './connection-file.ts';

const connection = { host: '/data/socket', port: 5432, user: 'u', password: 'made-up', database: 'd' };

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'connection-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test('a connection file is read as it was written, by its owner only', async () => {
  await writeConnectionFile(dir, { ...connection, password: 'earlier' }, undefined);
  await writeConnectionFile(dir, connection, undefined);
  expect(await readConnectionFile(dir)).toEqual(connection);
  expect((await stat(join(dir, 'connection.json'))).mode & 0o777).toBe(0o600);
  expect(await readdir(dir)).toEqual(['connection.json']);
});

test('a data directory without one has no connection', async () => {
  expect(await readConnectionFile(dir)).toBeUndefined();
});

test.each([['', '{"host":"/x"}', '[]', JSON.stringify({ ...connection, port: '5432' })]].flat())(
  'the damaged file %j is refused with the way out',
  async (text) => {
    await writeFile(join(dir, 'connection.json'), text);
    await expect(readConnectionFile(dir)).rejects.toMatchObject({
      code: 'data_directory.unusable',
      message: expect.stringContaining('Delete it and start again'),
    });
  },
);
