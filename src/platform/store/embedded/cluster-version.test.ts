import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clusterExists } from './cluster-version.ts';
import { realDoors, recordingLog } from './fixtures/doors.ts';
import { startEmbeddedPostgres } from './supervisor.ts';

let dir: string;
let cluster: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'version-'));
  cluster = join(dir, 'postgres');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test('no directory and an empty one hold no cluster', async () => {
  expect(await clusterExists(cluster, 18)).toBe(false);
  await mkdir(cluster);
  expect(await clusterExists(cluster, 18)).toBe(false);
});

test('a cluster of the shipped version may be opened', async () => {
  await mkdir(cluster);
  await writeFile(join(cluster, 'PG_VERSION'), '18\n');
  expect(await clusterExists(cluster, 18)).toBe(true);
});

test('a directory with something else is refused', async () => {
  await mkdir(cluster);
  await writeFile(join(cluster, 'notes.txt'), '');
  await expect(clusterExists(cluster, 18)).rejects.toMatchObject({ code: 'data_directory.unusable' });
});

test('a start on the data of another major version is refused, says how to upgrade, and changes nothing', async () => {
  await mkdir(cluster);
  await writeFile(join(cluster, 'PG_VERSION'), '17\n');
  const log = recordingLog();
  await expect(startEmbeddedPostgres({ dataDir: dir, ...realDoors(log) })).rejects.toMatchObject({
    code: 'postgres.version_mismatch',
    message: expect.stringMatching(/PostgreSQL 17;.*PostgreSQL 18.*Nothing was changed.*export.*import/s),
  });
  expect(await readdir(dir, { recursive: true })).toEqual(['postgres', 'postgres/PG_VERSION']);
});
