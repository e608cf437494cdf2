import { chown, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { findBinaries } from './binaries.ts';
import { changeOwner } from './change-owner.ts';
import { ownerOf } from './choose-user.ts';
import { readConnectionFile } from './connection-file.ts';
import { dataLayout } from './data-layout.ts';
import { realDoors } from './fixtures/doors.ts';
import { canRunAsNobody, NOBODY } from './fixtures/ordinary-user.ts';
import { spawnOwner } from './fixtures/owner-process.ts';
import { eventually, untilGone } from './fixtures/processes.ts';
import { createCluster } from './initdb.ts';
import { untilReady } from './readiness.ts';
import { ROOT_METHODS, type RunAs, runAsUser } from './run-as.ts';
import { runCommand } from './run-command.ts';
import { spawnServer } from './server-process.ts';
import { serverArguments } from './settings.ts';
import { makeSocketDirectory, SOCKET_PORT } from './socket-directory.ts';
import { stopServer } from './stop.ts';
import { startEmbeddedPostgres } from './supervisor.ts';

const isRoot = process.getuid?.() === 0;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'places-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test('in a path too long for a socket, an initdb that was killed half-way is made good at the next start', async () => {
  const dataDir = join(dir, 'a folder with a rather long name'.repeat(3), 'and, "another" one'.repeat(3));
  const owner = spawnOwner(dataDir);
  await eventually('initdb is at work', async () => (await unfinished(dataDir)).some((it) => it.endsWith('/base')));
  owner.child.kill('SIGKILL');
  await owner.exited;
  expect(await readdir(dataDir)).not.toContain('postgres');

  const server = await startEmbeddedPostgres({ dataDir, ...realDoors() });
  onTestFinished(() => server.stop('immediate'));
  expect(await unfinished(dataDir)).toEqual([]);
  const { host } = server.connection;
  expect(dirname(host)).toBe(tmpdir());
  expect(await readConnectionFile(dataDir)).toMatchObject({ host });
  await server.stop();
  expect(await ownerOf(host)).toBeUndefined();
});

/** What unfinished clusters hold, as `postgres.new-…/name`. */
async function unfinished(dataDir: string): Promise<string[]> {
  try {
    const names = (await readdir(dataDir)).filter((name) => name.startsWith('postgres.new-'));
    const inside = await Promise.all(
      names.map(async (name) => (name.endsWith('.password') ? [name] : await readdir(join(dataDir, name)))),
    );
    return names.flatMap((name, index) => [name, ...inside[index]!.map((it) => `${name}/${it}`)]);
  } catch {
    return [];
  }
}

test.runIf(canRunAsNobody)('an ordinary user runs the server as himself', async () => {
  await chown(dir, NOBODY, NOBODY);
  const owner = spawnOwner(dir, NOBODY);
  const { failed, pid } = await owner.next();
  expect(failed).toBeUndefined();
  expect(await ownerOf(join(dir, 'postgres'))).toEqual({ uid: NOBODY, gid: NOBODY });
  owner.child.kill('SIGKILL');
  await owner.exited;
  await untilGone(pid!);
});

test.runIf(canRunAsNobody)("root serves an ordinary user's directory as that user, who can go on alone", async () => {
  await chown(dir, NOBODY, NOBODY);
  const server = await startEmbeddedPostgres({ dataDir: dir, ...realDoors() });
  await server.stop();
  for (const path of ['postgres', 'connection.json', 'socket']) {
    expect(await ownerOf(join(dir, path))).toEqual({ uid: NOBODY, gid: NOBODY });
  }
  const owner = spawnOwner(dir, NOBODY);
  expect((await owner.next()).failed).toBeUndefined();
  owner.child.kill('SIGINT');
  await owner.exited;
});

describe.runIf(isRoot)('as root', () => {
  test('one cluster is made and served in each of the ways that this system allows', async () => {
    const user = { uid: NOBODY, gid: NOBODY };
    const served: string[] = [];
    const left = join(dir, 'passable');
    await mkdir(left);
    for (const method of ROOT_METHODS) {
      const runAs = runAsUser(method, user);
      const { code } = await runCommand(runAs, '/bin/sh', ['-c', 'cd "$0"', left]);
      // setuid alone cannot pass through the closed directory: the other ways exist for exactly that.
      if (code === 0) {
        await serveOnce(left, runAs);
        served.push(method);
      }
    }
    expect(served).not.toContain('setuid');
    expect(served).not.toEqual([]);
  });
});

async function serveOnce(dataDir: string, runAs: RunAs): Promise<void> {
  const doors = realDoors();
  const layout = dataLayout(dataDir);
  const { initdb, postgres } = await findBinaries();
  const { cluster, socketDirectory } = layout;
  const connection = { host: socketDirectory, port: SOCKET_PORT, user: 'o', password: 'made-up', database: 'd' };
  const isNew = (await ownerOf(cluster)) === undefined;
  const { user, password } = connection;
  if (isNew) await createCluster({ layout, initdb, runAs, user, password, randomBytes: doors.randomBytes });
  else await changeOwner(cluster, runAs.fileOwner!);
  await makeSocketDirectory(socketDirectory, runAs.fileOwner);
  const server = await spawnServer(
    { postgres, args: serverArguments({ cluster, socketDirectory, settings: {} }), runAs },
    doors,
  );
  await untilReady({ dataDir, connection, server, isNew }, doors);
  await stopServer(server, 'fast', doors);
}
