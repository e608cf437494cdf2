import { lstat, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { changeOwner } from './change-owner.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'owner-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test.runIf(process.getuid?.() === 0)('everything inside changes hands, what a link points to does not', async () => {
  const cluster = join(dir, 'cluster');
  await mkdir(join(cluster, 'base'), { recursive: true });
  await writeFile(join(cluster, 'base', 'file'), '');
  await writeFile(join(dir, 'outside'), '');
  await symlink(join(dir, 'outside'), join(cluster, 'link'));
  await changeOwner(cluster, { uid: 4321, gid: 1234 });
  for (const path of ['', 'base', 'base/file', 'link']) {
    expect(await lstat(join(cluster, path))).toMatchObject({ uid: 4321, gid: 1234 });
  }
  expect(await lstat(join(dir, 'outside'))).toMatchObject({ uid: 0, gid: 0 });
});
