import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { ownerOf } from './choose-user.ts';
import { readConnectionFile } from './connection-file.ts';
import { realDoors, recordingLog } from './fixtures/doors.ts';
import { spawnOwner } from './fixtures/owner-process.ts';
import { isRunning, listProcesses, untilGone } from './fixtures/processes.ts';
import { socketPath } from './socket-directory.ts';
import { stopStaleServer } from './stale-server.ts';
import { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from './supervisor.ts';

// mkdtemp closes it to others: as root, the server's user cannot enter it by itself.
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'supervisor-'));
  const server = await startEmbeddedPostgres({ dataDir: dir, ...realDoors() });
  await ask(server.connection, 'create table first as select 42 as answer');
  await server.stop();
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** Starts on the shared directory; stopped at the end of the test in any case. */
async function start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir: dir, ...realDoors(), ...options });
  onTestFinished(() => server.stop('immediate'));
  return server;
}

async function ask(connection: pg.ClientConfig, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ ...connection });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Runs an owner process that commits a row with its own process id, and waits until it has. */
async function runningOwner() {
  const owner = spawnOwner(dir);
  const message = await owner.next();
  expect(message.failed).toBeUndefined();
  onTestFinished(() => stopStaleServer(join(dir, 'postgres'), realDoors()));
  return { owner, serverPid: message.pid!, ownerPid: owner.child.pid! };
}

async function rowsKept(server: EmbeddedPostgres): Promise<unknown[]> {
  return (await ask(server.connection, 'select pid from kept order by pid')).map((row) => row.pid);
}

describe('first and later starts', () => {
  test('the database is opened by the connection file and nothing else', async () => {
    const server = await start();
    expect(server.majorVersion).toBe(18);
    expect(await readConnectionFile(dir)).toEqual(server.connection);
    expect(server.connection).toMatchObject({ user: 'counterfoil_owner', database: 'counterfoil' });
    const asked = "current_setting('listen_addresses') as open, current_setting('fsync') as fsync";
    const locale =
      '(select datlocprovider::text || datlocale from pg_database where datname = current_database()) as locale';
    expect(await ask(server.connection, `select ${asked}, ${locale}`)).toEqual([
      { open: '', fsync: 'on', locale: 'bC.UTF-8' },
    ]);
    await expect(ask({ ...server.connection, password: 'guessed' }, 'select 1')).rejects.toMatchObject({
      code: '28P01',
    });
    expect((await stat(server.connection.host)).mode & 0o777).toBe(0o700);
    expect((await stat(join(dir, 'postgres'))).mode & 0o777).toBe(0o700);
  });

  test('a stopped server leaves nothing running and a later start finds the rows again', async () => {
    const server = await start();
    expect(await ask(server.connection, 'select answer from first')).toEqual([{ answer: 42 }]);
    await server.stop();
    expect(await server.exited).toMatchObject({ code: 0, isExpected: true });
    expect(await isRunning(server.pid)).toBe(false);
    expect((await readdir(dir)).toSorted()).toEqual(['connection.json', 'postgres', 'socket']);
  });

  test('a second start on the same directory is refused and does not disturb the first', async () => {
    const server = await start();
    await expect(start()).rejects.toMatchObject({ code: 'data_directory.locked' });
    expect(await ask(server.connection, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('a server that is killed is reported, and can be started again at once', async () => {
    const first = await start();
    process.kill(first.pid, 'SIGKILL');
    expect(await first.exited).toMatchObject({ signal: 'SIGKILL', isExpected: false });
    const second = await start();
    expect(await ask(second.connection, 'select answer from first')).toEqual([{ answer: 42 }]);
  });
});

describe('what an owner leaves behind', () => {
  test('kill -9 of the owner ends the server soon, and the next start has every committed row', async () => {
    const { owner, serverPid, ownerPid } = await runningOwner();
    owner.child.kill('SIGKILL');
    await owner.exited;
    await untilGone(serverPid);
    expect(await rowsKept(await start())).toContain(ownerPid);
  });

  test.runIf(process.platform === 'linux')('a server that outlives owner and watchdog is stopped first', async () => {
    const { owner, serverPid, ownerPid } = await runningOwner();
    const watchdogs = (await listProcesses()).filter((it) => it.parent === ownerPid && it.name === 'sh');
    expect(watchdogs).toHaveLength(1);
    process.kill(watchdogs[0]!.pid, 'SIGKILL');
    owner.child.kill('SIGKILL');
    await owner.exited;
    expect(await isRunning(serverPid)).toBe(true);
    const log = recordingLog();
    const server = await start({ log });
    expect(await isRunning(serverPid)).toBe(false);
    expect(log.lines.filter((line) => line.includes('of an earlier run'))).toHaveLength(1);
    expect(await rowsKept(server)).toContain(ownerPid);
  });

  test('Ctrl-C reaches the owner and not the server, which still serves until it is stopped', async () => {
    const { owner, serverPid, ownerPid } = await runningOwner();
    if (process.platform === 'linux') {
      const groups = (await listProcesses()).filter((it) => it.group === ownerPid).map((it) => it.pid);
      expect(groups).toEqual([ownerPid]);
    }
    process.kill(-ownerPid, 'SIGINT');
    expect(await owner.next()).toMatchObject({ interrupted: true, kept: expect.any(Number) });
    await owner.exited;
    expect(owner.child.exitCode).toBe(0);
    expect(await isRunning(serverPid)).toBe(false);
  });

  test('a postmaster.pid whose process id now belongs to another program does not stop the start', async () => {
    const { uid } = (await ownerOf(join(dir, 'postgres')))!;
    const stranger = spawn('/bin/sleep', ['600'], { stdio: 'ignore', uid });
    onTestFinished(() => void stranger.kill('SIGKILL'));
    await writeFile(join(dir, 'postgres', 'postmaster.pid'), `${stranger.pid}\n${join(dir, 'postgres')}\n`);
    await writeFile(`${socketPath(join(dir, 'socket'))}.lock`, `${stranger.pid}\n`);
    const server = await start();
    expect(await ask(server.connection, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(stranger.signalCode).toBeNull();
  });

  test('a server that answers but is no process of this machine keeps the directory locked', async () => {
    const elsewhere = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => elsewhere.listen(socketPath(join(dir, 'socket')), resolve));
    onTestFinished(() => new Promise<void>((resolve) => elsewhere.close(() => resolve())));
    await expect(start()).rejects.toMatchObject({
      code: 'data_directory.locked',
      message: expect.stringContaining('container'),
    });
  });
});

describe('a start that cannot succeed', () => {
  test("tells PostgreSQL's own last words and leaves nothing running", async () => {
    await expect(start({ settings: { max_connections: 'many' } })).rejects.toMatchObject({
      code: 'postgres.start_failed',
      message: expect.stringContaining('invalid value for parameter "max_connections": "many"'),
    });
    expect(await readdir(dir)).not.toContain('counterfoil.lock');
  });

  test('because of a wrong password says so, and a lost connection file gets a new password without loss', async () => {
    const path = join(dir, 'connection.json');
    const connection = JSON.parse(await readFile(path, 'utf8'));
    await writeFile(path, JSON.stringify({ ...connection, password: 'of another installation' }));
    await expect(start()).rejects.toMatchObject({
      code: 'data_directory.unusable',
      message: expect.stringContaining('delete it and start again'),
    });
    await rm(path);
    const server = await start();
    expect(server.connection.password).not.toBe(connection.password);
    expect(await ask(server.connection, 'select answer from first')).toEqual([{ answer: 42 }]);
  });
});
