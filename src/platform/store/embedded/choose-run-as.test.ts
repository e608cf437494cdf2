import { chmod, chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findBinaries } from './binaries.ts';
import { chooseRunAs } from './choose-run-as.ts';
import { recordingLog } from './fixtures/doors.ts';
import { canRunAsNobody, NOBODY } from './fixtures/ordinary-user.ts';

const isRoot = process.getuid?.() === 0;
const OWNER = { uid: NOBODY, gid: NOBODY };

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'run-as-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function choose(postgres?: string) {
  const dataDir = join(dir, 'data');
  await mkdir(dataDir);
  await chown(dataDir, OWNER.uid, OWNER.gid);
  const binary = postgres ?? (await findBinaries()).postgres;
  return chooseRunAs({ postgres: binary, cluster: join(dataDir, 'x'), mustEnter: [dataDir], log: recordingLog() });
}

test.runIf(canRunAsNobody)('root takes no more than another user id where that user can reach everything', async () => {
  await chmod(dir, 0o711);
  expect(await choose()).toMatchObject({ method: 'setuid', user: OWNER, fileOwner: OWNER });
});

test.runIf(isRoot)('root finds another way where the directory is closed to that user', async () => {
  expect(['traverse', 'override', 'namespace']).toContain((await choose()).method);
});

test.runIf(isRoot)('when no way works root is told which directory is closed and what to do', async () => {
  await expect(choose('/nonexistent/postgres')).rejects.toMatchObject({
    code: 'data_directory.unusable',
    message: expect.stringMatching(new RegExp(`cannot enter ${dir}.*ordinary user.*chmod o\\+x ${dir}`)),
  });
});

test.runIf(!isRoot)('an ordinary user runs the server as himself', async () => {
  const { postgres } = await findBinaries();
  const cluster = join(dir, 'postgres');
  expect(await chooseRunAs({ postgres, cluster, mustEnter: [dir], log: recordingLog() })).toMatchObject({
    method: 'self',
  });
});

test.runIf(!isRoot)("an ordinary user is told that the cluster is another user's", async () => {
  const { postgres } = await findBinaries();
  await expect(chooseRunAs({ postgres, cluster: '/etc', mustEnter: [dir], log: recordingLog() })).rejects.toMatchObject(
    { code: 'data_directory.unusable', message: expect.stringContaining('belongs to user 0') },
  );
});
