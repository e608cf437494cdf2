import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { seededRandom } from '../../../kernel/random.ts';
import { dataLayout } from './data-layout.ts';
import {
  isAnswering,
  makeSocketDirectory,
  planSocketDirectory,
  removeTemporarySocketDirectory,
  socketPath,
} from './socket-directory.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'socket-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const plan = (dataDir: string, temporaryDirectories: string[]) =>
  planSocketDirectory(dataLayout(dataDir), seededRandom(1).bytes, temporaryDirectories);

const LIMIT_BYTES = process.platform === 'linux' ? 107 : 103;

/** A data directory whose socket path has exactly that many bytes. */
function dataDirOf(bytes: number, letter = 'd'): string {
  const rest = bytes - Buffer.byteLength(socketPath('/socket')) - 1;
  return `/${letter.repeat(rest / Buffer.byteLength(letter))}`;
}

test('the socket is in the data directory as long as its path fits', () => {
  const dataDir = dataDirOf(LIMIT_BYTES);
  expect(plan(dataDir, ['/tmp'])).toBe(`${dataDir}/socket`);
});

test('one byte more, and it is under the temporary directory, under a name nobody can guess', () => {
  expect(plan(dataDirOf(LIMIT_BYTES + 1), ['/tmp'])).toMatch(/^\/tmp\/counterfoil-[0-9a-f]{16}$/);
});

test('bytes count, not letters', () => {
  const dataDir = dataDirOf(LIMIT_BYTES + 1, 'é');
  expect(dataDir.length).toBeLessThan(LIMIT_BYTES);
  expect(plan(dataDir, ['/tmp'])).toMatch(/^\/tmp\//);
});

test('a temporary directory that is too deep is passed over, and without any place the start is refused', () => {
  const deep = `/${'t'.repeat(100)}`;
  expect(plan(dataDirOf(200), [deep, '/tmp'])).toMatch(/^\/tmp\//);
  expect(() => plan(dataDirOf(200), [deep])).toThrow(/too long/);
});

test('the directory is closed to others and empty of old sockets', async () => {
  const { socketDirectory } = dataLayout(dir);
  await mkdir(socketDirectory, { mode: 0o755 });
  await writeFile(`${socketPath(socketDirectory)}.lock`, '1');
  await makeSocketDirectory(socketDirectory, undefined);
  expect((await stat(socketDirectory)).mode & 0o777).toBe(0o700);
  expect(await readdir(socketDirectory)).toEqual([]);
});

test('a temporary directory that somebody else made first is not used', async () => {
  const directory = plan(dataDirOf(200), [dir]);
  await mkdir(directory);
  await expect(makeSocketDirectory(directory, undefined)).rejects.toMatchObject({ code: 'EEXIST' });
});

test('only a temporary directory is removed, and only with nothing else in it', async () => {
  const temporary = plan(dataDirOf(200), [dir]);
  await makeSocketDirectory(temporary, undefined);
  await writeFile(socketPath(temporary), '');
  await removeTemporarySocketDirectory(temporary);
  await removeTemporarySocketDirectory(temporary);
  expect(await readdir(dir)).toEqual([]);

  const { socketDirectory } = dataLayout(dir);
  await makeSocketDirectory(socketDirectory, undefined);
  await removeTemporarySocketDirectory(socketDirectory);
  expect(await readdir(dir)).toEqual(['socket']);
});

test('a socket answers while something listens', async () => {
  expect(await isAnswering(dir)).toBe(false);
  const server = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(socketPath(dir), resolve));
  expect(await isAnswering(dir)).toBe(true);
  await new Promise((resolve) => server.close(resolve));
  expect(await isAnswering(dir)).toBe(false);
});
