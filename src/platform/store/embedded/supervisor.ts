import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { assert } from '../../../kernel/assert.ts';
import { CounterfoilError, messageOf } from '../../../kernel/errors.ts';
import type { EmbeddedConnection } from './connection-file.ts';
import { inDirectory } from './file-errors.ts';
import { type DataDirectoryLock, lockDataDirectory } from './lock.ts';
import { type PreparedCluster, prepareCluster } from './prepare-cluster.ts';
import { untilReady } from './readiness.ts';
import { type ServerProcess, spawnServer } from './server-process.ts';
import { checkSettings, type ServerSettings, serverArguments } from './settings.ts';
import { removeTemporarySocketDirectory } from './socket-directory.ts';
import { startFailure } from './start-failure.ts';
import { type StopMode, stopServer } from './stop.ts';
import type { EmbeddedDoors } from './types.ts';

export interface EmbeddedPostgresOptions extends EmbeddedDoors {
  readonly dataDir: string;
  /** The caller's own lock of `dataDir`. Without it one is taken here, and given back when the server has ended. */
  readonly lock?: DataDirectoryLock;
  /** Further PostgreSQL parameters. `fsync: 'off'` and the like are for throw-away test databases only. */
  readonly settings?: ServerSettings;
}

/** A PostgreSQL that belongs to this process and ends with it, however it ends. */
export interface EmbeddedPostgres {
  /** Superuser of the cluster and owner of the database; holds the password. */
  readonly connection: EmbeddedConnection;
  readonly pid: number;
  readonly majorVersion: number;
  /** `fast` when left out. May be called again, also with a sterner mode; resolves when everything is cleaned up. */
  stop(mode?: StopMode): Promise<void>;
  /** Resolves when the server has ended for whatever reason; a new one may then be started. Never rejects. */
  readonly exited: Promise<ExitInfo>;
}

export interface ExitInfo {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Whether `stop` was called before. */
  readonly isExpected: boolean;
  /** PostgreSQL's last words. */
  readonly logTail: string;
}

/**
 * Starts PostgreSQL on a data directory, making the cluster at the first start and recovering it after a crash, and
 * resolves when it answers queries. A running server does not keep this process from ending by itself.
 *
 * @throws CounterfoilError `data_directory.locked`, `data_directory.unusable`, `postgres.version_mismatch`,
 *   `postgres.start_failed`, `config.invalid`; each says what to do, and nothing of ours is left running.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  assert(options.lock === undefined || options.lock.dataDir === dataDir, 'the lock is of another data directory');
  checkSettings(options.settings ?? {});
  const lock = options.lock ?? (await lockDataDirectory(dataDir, options));
  const giveBack = options.lock ? async () => {} : lock.release;
  try {
    return await inDirectory(dataDir, async () => start(await realpath(dataDir), options, giveBack));
  } catch (error) {
    await giveBack();
    throw error;
  }
}

async function start(
  dataDir: string,
  options: EmbeddedPostgresOptions,
  giveBack: () => Promise<void>,
): Promise<EmbeddedPostgres> {
  const settings = options.settings ?? {};
  const prepared = await prepareCluster(dataDir, options);
  const { layout, connection, binaries, isNew } = prepared;
  const args = serverArguments({ cluster: layout.cluster, socketDirectory: connection.host, settings });
  const server = await launch(prepared, args, options);
  try {
    await untilReady({ dataDir, connection, server, isNew }, options);
  } catch (error) {
    await stopServer(server, 'fast', options);
    await removeTemporarySocketDirectory(connection.host);
    throw error;
  }
  server.keepAlive(false);
  options.log.info({ pid: server.pid, majorVersion: binaries.majorVersion }, 'PostgreSQL is ready');
  return handle(prepared, server, options, giveBack);
}

async function launch(
  { layout, binaries, runAs }: PreparedCluster,
  args: readonly string[],
  doors: EmbeddedDoors,
): Promise<ServerProcess> {
  try {
    return await spawnServer({ postgres: binaries.postgres, args, runAs }, doors);
  } catch (cause) {
    if (cause instanceof CounterfoilError) throw cause;
    const what = `PostgreSQL could not be executed (${messageOf(cause)})`;
    throw await startFailure({ dataDir: layout.dataDir, what, tail: '', cause });
  }
}

function handle(
  { connection, binaries }: PreparedCluster,
  server: ServerProcess,
  doors: EmbeddedDoors,
  giveBack: () => Promise<void>,
): EmbeddedPostgres {
  let isExpected = false;
  const exited = server.exited.then(async ({ code, signal }) => {
    const log = isExpected ? doors.log.info : doors.log.error;
    log.call(doors.log, { pid: server.pid, code, signal }, 'PostgreSQL has ended');
    await removeTemporarySocketDirectory(connection.host);
    await giveBack().catch((error: unknown) => {
      doors.log.warn({ reason: messageOf(error) }, 'The lock of the data directory could not be given back');
    });
    return { code, signal, isExpected, logTail: server.logTail() };
  });
  return {
    connection,
    pid: server.pid,
    majorVersion: binaries.majorVersion,
    exited,
    stop: async (mode = 'fast') => {
      isExpected = true;
      server.keepAlive(true);
      await stopServer(server, mode, doors);
      await exited;
    },
  };
}
